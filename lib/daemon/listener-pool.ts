import { PoolBuffer, type PoolEvent } from "../events/pool-buffer.ts";
import type { PublishedEvent } from "../events/published.ts";
import type { ListenerPoolSpec } from "../model/spec.ts";
import { eventEnvelope } from "../wire/event-envelope.ts";
import type { Engine } from "./engine.ts";
import { Listener } from "./listener.ts";
import type { Process } from "./process.ts";
import type { ResultHandler } from "./result-handler.ts";

/** What a pool has done so far. */
export interface PoolCounts {
  /** Events that wait. */
  readonly buffered: number;
  /** Events that a listener is at. */
  readonly busy: number;
  /** Events given up because the buffer was full. */
  readonly discarded: number;
  /** Events handed to a listener, each time counted. */
  readonly sent: number;
  /** Events that came back: refused, or their listener died. */
  readonly returned: number;
}

/**
 * The listeners of an [eventlistener:x] and the events that wait for them (supervisor.md section 6.4). An event goes to
 * the first listener in the configuration's order that is ready; it goes the moment there is one.
 */
export class ListenerPool {
  readonly #spec: ListenerPoolSpec;
  readonly #engine: Engine;
  readonly #buffer: PoolBuffer;
  readonly #listeners: readonly Listener[];
  readonly #unsubscribe: () => void;
  #sent = 0;
  #returned = 0;

  constructor(spec: ListenerPoolSpec, processes: Iterable<Process>, engine: Engine, handler: ResultHandler) {
    this.#spec = spec;
    this.#engine = engine;
    this.#buffer = new PoolBuffer(spec.bufferSize);
    const owner = {
      onReady: () => this.#dispatch(),
      onReturned: (event: PoolEvent) => this.#returnedBy(event),
    };
    this.#listeners = [...processes].map((process) => new Listener(process, engine.log, handler, owner));
    this.#unsubscribe = engine.bus.subscribe(spec.events, (event) => this.#accept(event));
  }

  get counts(): PoolCounts {
    const { length, discarded } = this.#buffer;
    const busy = this.#listeners.filter((listener) => listener.state === "BUSY").length;
    return { buffered: length, busy, discarded, sent: this.#sent, returned: this.#returned };
  }

  dispose(): void {
    this.#unsubscribe();
    for (const listener of this.#listeners) listener.dispose();
  }

  #accept(event: PublishedEvent): void {
    this.#tellDiscarded(this.#buffer.accept(event));
    this.#dispatch();
  }

  #returnedBy(event: PoolEvent): void {
    this.#returned += 1;
    this.#tellRebuffered(event, this.#buffer.length);
    this.#tellDiscarded(this.#buffer.putBack(event));
    this.#dispatch();
  }

  #dispatch(): void {
    while (this.#listeners.some((listener) => listener.isReady)) {
      const oldest = this.#buffer.peek();
      if (oldest === undefined) return;
      if (!this.#send(oldest)) {
        this.#tellRebuffered(oldest, this.#buffer.length - 1);
        return;
      }
      this.#buffer.shift();
      this.#sent += 1;
    }
  }

  #send(event: PoolEvent): boolean {
    let envelope: Buffer | null = null;
    for (const listener of this.#listeners) {
      if (!listener.isReady) continue;
      envelope ??= this.#envelope(event);
      if (listener.offer(event, envelope)) return true;
    }
    return false;
  }

  #envelope({ event, poolserial }: PoolEvent): Buffer {
    const { name: eventname, serial, encoded } = event;
    const server = this.#engine.identifier;
    return eventEnvelope({ server, serial, pool: this.#spec.name, poolserial, eventname }, encoded);
  }

  #tellRebuffered({ event }: PoolEvent, size: number): void {
    const { log } = this.#engine;
    if (!log.enabled("debug")) return;
    const { name, bufferSize } = this.#spec;
    log.debug(`rebuffering event ${event.serial} for pool ${name} (buf size=${size}, max=${bufferSize})`);
  }

  #tellDiscarded(discarded: PoolEvent | null): void {
    if (discarded === null) return;
    const { serial } = discarded.event;
    this.#engine.log.error(`pool ${this.#spec.name} event buffer overflowed, discarding event ${serial}`);
  }
}
