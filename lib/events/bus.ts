import { EVENT_NAMES, type EventName, eventLineage } from "../model/events.ts";
import type { SupervisorEvent } from "./event.ts";
import { PublishedEvent } from "./published.ts";
import { Serial } from "./serial.ts";

export type EventListener = (event: PublishedEvent) => void;

interface Subscription {
  readonly names: ReadonlySet<EventName>;
  readonly listener: EventListener;
}

type Audience = ReadonlyMap<EventName, readonly EventListener[]>;

const NOBODY: Audience = new Map();

/**
 * Delivers events to those who subscribed, in order of subscription. A subscription to a type covers all below it.
 * Emitters ask `wants` first, so that an event nobody listens to is never built.
 */
export class EventBus {
  /** Counts on over reloads, which make the bus anew. */
  readonly serials: Serial;
  readonly #subscriptions = new Set<Subscription>();
  readonly #watchers = new Set<() => void>();
  /** Who hears of each type, worked out when subscriptions change. */
  #audience: Audience = NOBODY;

  constructor(serials = new Serial()) {
    this.serials = serials;
  }

  /** True where an event of this type would reach somebody. */
  wants(name: EventName): boolean {
    return this.#audience.has(name);
  }

  /**
   * Subscribes to types and all below them; the returned function ends it. An event that several of them cover comes
   * once (the original delivers it once for each).
   */
  subscribe(names: EventName | readonly EventName[], listener: EventListener): () => void {
    const subscription = { names: new Set(typeof names === "string" ? [names] : names), listener };
    this.#subscriptions.add(subscription);
    this.#changed();
    return () => {
      if (this.#subscriptions.delete(subscription)) this.#changed();
    };
  }

  /** Calls `watcher` whenever subscriptions have changed; the returned function ends it. */
  watchSubscriptions(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  publish(event: SupervisorEvent): void {
    const listeners = this.#audience.get(event.name);
    if (listeners === undefined) return;
    const published = new PublishedEvent(event, this.serials);
    for (const listener of listeners) listener(published);
  }

  #changed(): void {
    const audience = new Map<EventName, EventListener[]>();
    for (const name of EVENT_NAMES) {
      const lineage = eventLineage(name);
      const hears = ({ names }: Subscription) => lineage.some((type) => names.has(type));
      const listeners = [...this.#subscriptions].filter(hears).map(({ listener }) => listener);
      if (listeners.length > 0) audience.set(name, listeners);
    }
    this.#audience = audience;
    for (const watcher of [...this.#watchers]) watcher();
  }
}
