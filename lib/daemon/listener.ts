import { pyrepr } from "../config/pyrepr.ts";
import type { PoolEvent } from "../events/pool-buffer.ts";
import type { ActivityLog } from "../log/activity-log.ts";
import { ListenerProtocol, type ListenerState, type Verdict } from "../wire/listener-protocol.ts";
import { reprBytes } from "../wire/python-repr.ts";
import type { Process } from "./process.ts";
import type { ResultHandler } from "./result-handler.ts";

/** What a listener tells its pool. */
export interface ListenerOwner {
  /** It may be able to take an event now. */
  onReady(): void;
  /** It has not dealt with an event: a result that was refused, or its death. */
  onReturned(event: PoolEvent): void;
}

/** One process of a pool: what it said, and the event it is at. */
export class Listener {
  readonly #process: Process;
  readonly #log: ActivityLog;
  readonly #handler: ResultHandler;
  readonly #owner: ListenerOwner;
  readonly #protocol: ListenerProtocol;
  readonly #unwatch: () => void;
  #pid = 0;
  #event: PoolEvent | null = null;

  constructor(process: Process, log: ActivityLog, handler: ResultHandler, owner: ListenerOwner) {
    this.#process = process;
    this.#log = log;
    this.#handler = handler;
    this.#owner = owner;
    this.#protocol = new ListenerProtocol({
      judge: (result) => this.#judge(result),
      onChange: (from, to) => this.#changed(from, to),
      onBadResultLine: (line) => log.warn(`${this.name}: bad result line: '${line}'`),
      onDone: (verdict) => this.#done(verdict),
    });
    process.stdoutTap = (chunk) => this.#heard(chunk);
    this.#unwatch = process.watch(() => this.#stepped());
  }

  get name(): string {
    return this.#process.spec.name;
  }

  get state(): ListenerState {
    return this.#protocol.state;
  }

  /** True where it waits for an event: in process state RUNNING, that is after its startsecs, and READY. */
  get isReady(): boolean {
    return this.#protocol.state === "READY" && this.#process.record.state === "RUNNING";
  }

  /** Gives it an event. False where it can't be written to: its state stays as it was. */
  offer(event: PoolEvent, envelope: Uint8Array): boolean {
    const debug = this.#log.enabled("debug");
    const { serial } = event.event;
    switch (this.#process.send(envelope)) {
      case "closed":
        if (debug) {
          const what = `epipe occurred while sending event ${serial} to listener ${this.name}`;
          this.#log.debug(`${what}, listener state unchanged`);
        }
        return false;
      case "full":
        if (debug) {
          const why = "it does not read what it was sent before";
          this.#log.debug(`event ${serial} not sent to listener ${this.name}: ${why}`);
        }
        return false;
      case "ok":
        this.#event = event;
        this.#protocol.sent();
        if (debug) this.#log.debug(`event ${serial} sent to listener ${this.name}`);
        return true;
    }
  }

  dispose(): void {
    this.#unwatch();
    this.#process.stdoutTap = null;
  }

  /** What comes in one piece is heard to its end before the pool looks again: more after READY breaks the protocol. */
  #heard(chunk: Uint8Array): void {
    if (this.#log.enabled("debug")) {
      this.#log.debug(`${pyrepr(this.name)} stdout output:\n${reprBytes(chunk)}`);
    }
    this.#protocol.push(chunk);
    if (this.isReady) this.#owner.onReady();
  }

  #stepped(): void {
    const { pid } = this.#process.record;
    if (pid !== this.#pid) {
      this.#pid = pid;
      this.#protocol.reset();
      this.#give();
    }
    if (this.isReady) this.#owner.onReady();
  }

  #judge(result: Uint8Array): Verdict {
    const verdict = this.#verdict(Buffer.from(result.buffer, result.byteOffset, result.length));
    switch (verdict) {
      case "accepted":
        if (this.#log.enabled("debug")) this.#log.debug(`${this.name}: event was processed`);
        break;
      case "rejected":
        this.#log.warn(`${this.name}: event was rejected`);
        break;
      case "error":
        this.#log.warn(`${this.name}: event caused an error`);
        break;
    }
    return verdict;
  }

  #verdict(result: Buffer): Verdict {
    if (this.#event === null) return "accepted";
    const { event, poolserial } = this.#event;
    const { name, serial } = event;
    try {
      const taken = this.#handler({ name, serial, poolserial, payload: event.payload() }, result);
      return taken === false ? "rejected" : "accepted";
    } catch (error) {
      this.#log.debug(`${this.name}: result handler failed: ${error instanceof Error ? error.stack : error}`);
      return "error";
    }
  }

  #changed(from: ListenerState, to: ListenerState): void {
    if (this.#log.enabled("debug")) this.#log.debug(`${this.name}: ${from} -> ${to}`);
    if (to !== "UNKNOWN") return;
    this.#log.warn(
      `${this.name}: has entered the UNKNOWN state and will no longer receive events, this usually indicates the ` +
        "process violated the eventlistener protocol",
    );
  }

  #done(verdict: Verdict): void {
    if (verdict === "accepted") this.#event = null;
    else this.#give();
  }

  /** Hands the event back, if it has one. */
  #give(): void {
    const event = this.#event;
    if (event === null) return;
    this.#event = null;
    this.#owner.onReturned(event);
  }
}
