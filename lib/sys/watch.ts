/** The addon's event source: one callback for all watched descriptors, passed on to their owners. */
import { addon } from "./addon.ts";
import { checked } from "./sys-error.ts";

/** As the C file numbers them. */
const KINDS = { read: 0, event: 1, write: 2 } as const;

export interface Watch {
  /** `read` and `event` pause (false) and go on (true); `write` also waits for room (true). */
  interest(on: boolean): void;
  /** For `read`: as {@link OutputSource.sink}; below 0 is none. */
  sink(fd: number, room: number): void;
  /** No event comes afterwards. The descriptor stays open. May be called again. */
  stop(): void;
}

const owners: (((value: number) => void) | undefined)[] = [];
let installed = false;

/**
 * Watches a pipe, socket or terminal. `onEvent` gets, for `read`: the number of bytes now in `addon.buffer`, 0 at the end;
 * for `event`: 1 when there is something to read or accept; for `write`: 1 when there is room (if waited for); and always a
 * negative errno when it is over (`write`: the other end has closed). Throws SysError (`EPERM`: a regular file).
 */
export function watchDescriptor(
  fd: number,
  kind: keyof typeof KINDS,
  onEvent: (value: number) => void,
): Watch {
  if (!installed) {
    installed = true;
    addon.onEvent((slot, value) => owners[slot]?.(value));
  }
  const slot = checked(addon.watch(fd, KINDS[kind]), "epoll_ctl");
  owners[slot] = onEvent;
  return new SlotWatch(slot);
}

/** Small, since every program has three. */
class SlotWatch implements Watch {
  /** -1: stopped. */
  #slot: number;

  constructor(slot: number) {
    this.#slot = slot;
  }

  interest(on: boolean): void {
    if (this.#slot >= 0) addon.interest(this.#slot, on ? 1 : 0);
  }

  sink(fd: number, room: number): void {
    if (this.#slot >= 0) checked(addon.sink(this.#slot, fd, room), "sink");
  }

  stop(): void {
    if (this.#slot < 0) return;
    owners[this.#slot] = undefined;
    addon.unwatch(this.#slot);
    this.#slot = -1;
  }
}
