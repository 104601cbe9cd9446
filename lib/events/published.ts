import type { EventName } from "../model/events.ts";
import { type EncodedPayload, encodePayload } from "../wire/event-envelope.ts";
import type { SupervisorEvent } from "./event.ts";
import type { Serial } from "./serial.ts";

/**
 * An event on its way to those who subscribed. Its serial is taken when the first pool accepts it, so that an event which
 * only the daemon's own parts look at has none; its payload is made once for all (supervisor.md section 6.3).
 */
export class PublishedEvent {
  readonly name: EventName;
  readonly #event: SupervisorEvent;
  readonly #serials: Serial;
  #serial: number | null = null;
  #encoded: EncodedPayload | null = null;

  constructor(event: SupervisorEvent, serials: Serial) {
    this.name = event.name;
    this.#event = event;
    this.#serials = serials;
  }

  get serial(): number {
    this.#serial ??= this.#serials.take();
    return this.#serial;
  }

  get encoded(): EncodedPayload {
    this.#encoded ??= encodePayload(this.#event.payload());
    return this.#encoded;
  }

  payload(): string {
    return this.encoded.text;
  }
}
