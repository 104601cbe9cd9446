import type { GroupSpec, ProcessSpec } from "../model/spec.ts";
import type { Engine } from "./engine.ts";
import { FcgiSocket } from "./fcgi-socket.ts";
import { ListenerPool } from "./listener-pool.ts";
import { Process } from "./process.ts";

/** The processes of a group, in the order of the configuration (priority, then name). */
export class Group {
  /** The event side of an [eventlistener:x]; null for any other group. */
  readonly pool: ListenerPool | null;
  readonly #engine: Engine;
  readonly #processes = new Map<string, Process>();
  /** By URL: a [group:x] may hold several FastCGI programs. */
  readonly #sockets = new Map<string, FcgiSocket>();
  #spec: GroupSpec;

  constructor(spec: GroupSpec, engine: Engine) {
    this.#spec = spec;
    this.#engine = engine;
    // Two of one name: the last replaces, as in the original's dictionary.
    for (const process of spec.processes) this.#make(process);
    for (const socket of this.#sockets.values()) socket.probe();
    this.pool =
      spec.kind === "eventlistener"
        ? new ListenerPool(spec, this.#processes.values(), engine, engine.resultHandler(spec.resultHandler))
        : null;
  }

  /** What the group was made from, with what was added and removed since. */
  get spec(): GroupSpec {
    return this.#spec;
  }

  get processes(): ReadonlyMap<string, Process> {
    return this.#processes;
  }

  /** Adds processes that the configuration does not have; names that are taken replace. */
  add(specs: readonly ProcessSpec[]): Process[] {
    this.#spec = { ...this.#spec, processes: [...this.#spec.processes, ...specs] };
    return specs.map((spec) => this.#make(spec));
  }

  /** Forgets a process, which has to be at rest. */
  remove(name: string): void {
    this.#processes.get(name)?.dispose();
    this.#processes.delete(name);
    const processes = this.#spec.processes.filter((process) => process.name !== name);
    this.#spec = { ...this.#spec, processes };
  }

  /** By priority, the order of starts and of requests for the whole group. */
  inOrder(): Process[] {
    return [...this.processes.values()].sort((a, b) => a.spec.priority - b.spec.priority);
  }

  unstopped(): Process[] {
    return [...this.processes.values()].filter((process) => !process.isStopped);
  }

  /** Stops everything for a shutdown, highest priority number first; what is between two tries is given up. */
  stopAll(): void {
    this.#engine.together(() => {
      for (const process of this.inOrder().reverse()) {
        const { state } = process.record;
        if (state === "RUNNING" || state === "STARTING") process.stop();
        else if (state === "BACKOFF") process.giveUp();
      }
    });
  }

  dispose(): void {
    this.pool?.dispose();
    for (const process of this.#processes.values()) process.dispose();
  }

  #make(spec: ProcessSpec): Process {
    const process = new Process(spec, this.#spec.name, this.#engine);
    if (spec.fcgiSocket !== null) {
      const { url } = spec.fcgiSocket;
      const socket = this.#sockets.get(url) ?? new FcgiSocket(spec.fcgiSocket, this.#engine.log);
      this.#sockets.set(url, socket);
      process.socket = socket;
    }
    this.#processes.set(spec.name, process);
    return process;
  }
}

/** Groups by priority; those of one priority in the order in which they were added. */
export const byPriority = (groups: Iterable<Group>): Group[] =>
  [...groups].sort((a, b) => a.spec.priority - b.spec.priority);
