/**
 * Pushes what changes to whoever looks. While nobody does there are no watchers, no timers and no reads of /proc. What
 * changes within a tenth of a second goes out together, rendered once for all. A client that is slower than that
 * misses changes, and gets the whole state when it has room again: nothing queues.
 */
import type { Process } from "../daemon/process.ts";
import { type Deadline, schedule } from "../sys/deadline.ts";
import { EventStream, renderEvent } from "./api-clients.ts";
import type { UsageSample } from "./api-types.ts";
import { UsageSampler } from "./api-usage.ts";
import { daemonView, type PageDaemon, processView, snapshot } from "./api-view.ts";
import type { Exchange } from "./route.ts";

/** Milliseconds for which changes are gathered. */
export const GATHER = 100;

interface Client {
  readonly stream: EventStream;
  /** Something was not written to it. */
  stale: boolean;
}

/** One for all servers of a daemon. The first client attached starts the watching, the last one to leave ends it. */
export class StateHub {
  readonly #daemon: PageDaemon;
  readonly #clients = new Set<Client>();
  readonly #dirty = new Set<Process>();
  readonly #sampler: UsageSampler;
  #unwatch: (() => void)[] = [];
  #unsubscribe: (() => void)[] = [];
  #flush: Deadline | null = null;
  /** Groups came or went: all is told anew. */
  #whole = false;
  #mood = false;

  constructor(daemon: PageDaemon) {
    this.#daemon = daemon;
    this.#sampler = new UsageSampler(
      () => this.#processes(),
      (change) => this.#broadcast(renderEvent("usage", change)),
    );
  }

  /** How many are looking. */
  get size(): number {
    return this.#clients.size;
  }

  attach(exchange: Exchange): void {
    const client: Client = {
      stale: false,
      stream: new EventStream(
        exchange,
        () => {
          if (client.stale) this.#tellAll(client);
        },
        () => this.#detach(client),
      ),
    };
    if (exchange.closed) return;
    this.#clients.add(client);
    if (this.#clients.size === 1) this.#begin();
    this.#tellAll(client);
  }

  usageHistory(id: string): readonly UsageSample[] {
    return this.#sampler.history(id);
  }

  #detach(client: Client): void {
    if (!this.#clients.delete(client) || this.#clients.size > 0) return;
    for (const end of [...this.#unwatch, ...this.#unsubscribe]) end();
    this.#unwatch = [];
    this.#unsubscribe = [];
    this.#flush?.cancel();
    this.#flush = null;
    this.#dirty.clear();
    this.#whole = false;
    this.#mood = false;
    this.#sampler.stop();
  }

  #begin(): void {
    this.#watchAll();
    this.#unsubscribe = [
      this.#daemon.bus.subscribe("PROCESS_GROUP", () => {
        this.#whole = true;
        this.#arm();
      }),
      this.#daemon.bus.subscribe("SUPERVISOR_STATE_CHANGE", () => {
        this.#mood = true;
        this.#arm();
      }),
    ];
    this.#sampler.start();
  }

  *#processes(): Generator<Process> {
    for (const group of this.#daemon.groups.values()) yield* group.processes.values();
  }

  #watchAll(): void {
    for (const end of this.#unwatch) end();
    this.#unwatch = [...this.#processes()].map((process) =>
      process.watch(() => {
        this.#dirty.add(process);
        this.#arm();
      }),
    );
  }

  #arm(): void {
    this.#flush ??= schedule(GATHER, () => {
      this.#flush = null;
      this.#send();
    });
  }

  #send(): void {
    if (this.#whole) {
      this.#watchAll();
      this.#broadcast(renderEvent("snapshot", snapshot(this.#daemon)));
    } else {
      if (this.#mood) this.#broadcast(renderEvent("daemon", daemonView(this.#daemon)));
      if (this.#dirty.size > 0) {
        this.#broadcast(renderEvent("processes", [...this.#dirty].map(processView)));
      }
    }
    this.#whole = false;
    this.#mood = false;
    this.#dirty.clear();
  }

  #broadcast(event: Buffer): void {
    for (const client of this.#clients) {
      if (client.stream.blocked) client.stale = true;
      else client.stream.write(event);
    }
  }

  #tellAll(client: Client): void {
    client.stale = false;
    client.stream.write(renderEvent("snapshot", snapshot(this.#daemon)));
    client.stream.write(renderEvent("usage", this.#sampler.current()));
  }
}
