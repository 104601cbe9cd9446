import { type EventName, eventLineage } from "../model/events.ts";
import type { SupervisorEvent } from "./event.ts";

export type EventListener = (event: SupervisorEvent) => void;

/**
 * Delivers events to those who subscribed, in order of subscription. A subscription to a type covers all below it.
 * Emitters ask `wants` first, so that an event nobody listens to is never built.
 */
export class EventBus {
  readonly #listeners = new Map<EventName, Set<EventListener>>();

  /** True where an event of this type would reach somebody. */
  wants(name: EventName): boolean {
    if (this.#listeners.size === 0) return false;
    return eventLineage(name).some((type) => this.#listeners.has(type));
  }

  /** Subscribes to a type and all below it; the returned function ends it. */
  subscribe(name: EventName, listener: EventListener): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(name) === listeners) this.#listeners.delete(name);
    };
  }

  /** A listener that subscribed to a type and to one above it receives the event once. */
  publish(event: SupervisorEvent): void {
    if (this.#listeners.size === 0) return;
    const reached = new Set<EventListener>();
    for (const type of eventLineage(event.name)) {
      for (const listener of this.#listeners.get(type) ?? []) reached.add(listener);
    }
    for (const listener of reached) listener(event);
  }
}
