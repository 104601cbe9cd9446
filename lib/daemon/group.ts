import type { GroupSpec } from "../model/spec.ts";
import type { Engine } from "./engine.ts";
import { Process } from "./process.ts";

/** The processes of a group, in the order of the configuration (priority, then name). */
export class Group {
  readonly spec: GroupSpec;
  readonly processes: ReadonlyMap<string, Process>;

  constructor(spec: GroupSpec, engine: Engine) {
    this.spec = spec;
    // Two of one name: the last replaces, as in the original's dictionary.
    this.processes = new Map(
      spec.processes.map((process) => [process.name, new Process(process, spec.name, engine)]),
    );
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
    for (const process of this.inOrder().reverse()) {
      const { state } = process.record;
      if (state === "RUNNING" || state === "STARTING") process.stop();
      else if (state === "BACKOFF") process.giveUp();
    }
  }

  dispose(): void {
    for (const process of this.processes.values()) process.dispose();
  }
}

/** Groups by priority; those of one priority in the order in which they were added. */
export const byPriority = (groups: Iterable<Group>): Group[] =>
  [...groups].sort((a, b) => a.spec.priority - b.spec.priority);
