/**
 * One pipe, terminal or socket that logs flow into. All logs of one path share it and its queue: they take turns, and whether
 * somebody reads there is one question. Nothing here waits, and nothing throws.
 */
import { monotonic } from "../sys/clock.ts";
import { type Deadline, schedule } from "../sys/deadline.ts";
import { factsOfOpen } from "../sys/file-facts.ts";
import { closeFile } from "../sys/log-files.ts";
import { failureOf } from "../sys/sys-error.ts";
import { whenWritable } from "../sys/when-writable.ts";
import { writeAll } from "../sys/write-all.ts";
import type { LossAccount } from "./loss.ts";

/** So much waits before programs are held up; and the most that one may leave waiting who can't be. */
const QUEUE_BYTES = 1 << 20;
/** What programs leave behind at their ends waits, too; but a reader that is slow for ever must not cost ever more. */
const MOST_BYTES = 64 * QUEUE_BYTES;
/** A reader that takes nothing for so long is not slow but stuck. */
const STUCK_MS = 5000;

/** A log that writes here. */
export interface Sender {
  readonly loss: LossAccount;
  /** Bytes of it that wait. */
  pending: number;
  /** True where its program can be made to wait. */
  readonly patient: boolean;
  hold(): void;
  release(): void;
}

interface Piece {
  readonly sender: Sender;
  readonly bytes: Buffer;
}

const outlets = new Map<string, Outlet>();
let waiting: (() => void)[] = [];

/**
 * Resolves when nothing waits for a reader any more that takes anything: before the daemon leaves. What is left then is lost
 * when its log is closed.
 */
export function streamsSettled(): Promise<void> {
  if ([...outlets.values()].every((outlet) => outlet.settled)) return Promise.resolve();
  return new Promise((resolve) => waiting.push(resolve));
}

/**
 * The outlet at a path, on the descriptor of whoever came first: `fd` is closed where it is not needed and `owned`.
 * @param stuckMs how long a reader that takes nothing is waited for, if the outlet is a new one
 */
export function outletAt(path: string, fd: number, owned: boolean, stuckMs = STUCK_MS): Outlet {
  const there = outlets.get(path);
  if (there?.isOn(fd) === true) {
    if (owned) failureOf(() => closeFile(fd));
    return there;
  }
  const outlet = new Outlet(path, fd, owned, stuckMs);
  outlets.set(path, outlet);
  return outlet;
}

/**
 * Comes from {@link outletAt}. When its last sender has left and nothing waits, it closes itself, and the descriptor if
 * it is `owned`.
 */
export class Outlet {
  readonly #path: string;
  readonly #owned: boolean;
  readonly #stuckMs: number;
  #fd: number;
  #queue: Piece[] = [];
  #queued = 0;
  readonly #senders = new Set<Sender>();
  readonly #held = new Set<Sender>();
  #stuck = false;
  #patience: Deadline | null = null;
  #forget: (() => void) | null = null;

  constructor(path: string, fd: number, owned: boolean, stuckMs: number) {
    this.#path = path;
    this.#fd = fd;
    this.#owned = owned;
    this.#stuckMs = stuckMs;
  }

  get queued(): number {
    return this.#queued;
  }

  get settled(): boolean {
    return this.#queued === 0 || this.#stuck;
  }

  /** True where a descriptor stands for the same thing. */
  isOn(fd: number): boolean {
    try {
      const [ours, theirs] = [factsOfOpen(this.#fd), factsOfOpen(fd)];
      return ours.dev === theirs.dev && ours.ino === theirs.ino;
    } catch {
      return false;
    }
  }

  attach(sender: Sender): void {
    this.#senders.add(sender);
  }

  /** Nothing more comes from it. What it left waiting is written as long as somebody reads. */
  detach(sender: Sender): void {
    this.#senders.delete(sender);
    this.#held.delete(sender);
    this.#flush();
    if (this.#stuck) this.#drop(sender);
    if (sender.pending === 0) sender.loss.settle();
    this.#closeIfDone();
  }

  /** Takes bytes, which are not kept beyond the call: how many. What is not taken is lost, and accounted for. */
  write(sender: Sender, bytes: Uint8Array): number {
    const written = this.#queued > 0 ? 0 : this.#send(sender, bytes);
    if (written === bytes.length) return written;
    if (written < 0) return 0;
    const rest = bytes.subarray(written);
    if (!this.#hasRoom(sender, rest.length)) {
      sender.loss.failed("its reader is too slow", rest.length, monotonic());
      return written;
    }
    this.#queue.push({ sender, bytes: Buffer.from(rest) });
    sender.pending += rest.length;
    this.#queued += rest.length;
    this.#await();
    this.holdIfFull(sender);
    return bytes.length;
  }

  #hasRoom(sender: Sender, length: number): boolean {
    if (this.#stuck) return this.#queued + length <= QUEUE_BYTES;
    return sender.patient ? this.#queued + length <= MOST_BYTES : sender.pending + length <= QUEUE_BYTES;
  }

  holdIfFull(sender: Sender): void {
    if (!sender.patient || this.#stuck || this.#queued < QUEUE_BYTES) return;
    this.#held.add(sender);
    sender.hold();
  }

  /** Goes on with another descriptor for the same path. */
  replace(fd: number): void {
    this.#forget?.();
    this.#forget = null;
    if (this.#owned) failureOf(() => closeFile(this.#fd));
    this.#fd = fd;
    if (this.#queued > 0) this.#await();
  }

  /** How many bytes the reader took, or -1 where there is none any more and the bytes are lost. */
  #send(sender: Sender, bytes: Uint8Array): number {
    const { written, error } = writeAll(this.#fd, bytes);
    if (written > 0) this.#stuck = false;
    if (error === null || error === "EAGAIN") {
      if (error === null && sender.loss.failing) sender.loss.wrote(monotonic());
      return written;
    }
    sender.loss.failed(error, bytes.length - written, monotonic());
    return -1;
  }

  #await(): void {
    if (this.#patience === null && !this.#stuck) this.#beginPatience();
    this.#forget ??= whenWritable(this.#fd, () => {
      this.#forget = null;
      const before = this.#queued;
      this.#flush();
      if (this.#queued < before || this.#queued === 0) this.#endPatience();
      this.#goOn();
    });
  }

  /** After a flush. */
  #goOn(): void {
    if (this.#queued > 0) this.#await();
    if (this.#queued < QUEUE_BYTES / 2) this.#releaseAll();
    this.#closeIfDone();
  }

  #flush(): void {
    let done = 0;
    for (const { sender, bytes } of this.#queue) {
      const written = this.#send(sender, bytes);
      const gone = written < 0 ? bytes.length : written;
      sender.pending -= gone;
      this.#queued -= gone;
      if (gone < bytes.length) {
        this.#queue[done] = { sender, bytes: bytes.subarray(gone) };
        break;
      }
      done += 1;
      if (sender.pending === 0 && !this.#senders.has(sender)) sender.loss.settle();
    }
    this.#queue.splice(0, done);
    if (this.#queued === 0) this.#wakeWaiting();
  }

  /** Begins anew with everything that the reader takes. */
  #beginPatience(): void {
    this.#patience = schedule(this.#stuckMs, () => {
      this.#patience = null;
      // It may be us who did not run (SIGSTOP, a busy machine): what the reader has made room for is written first.
      const before = this.#queued;
      this.#flush();
      if (this.#queued < before) {
        this.#goOn();
        return;
      }
      this.#stuck = true;
      this.#releaseAll();
      for (const { sender } of [...this.#queue]) if (!this.#senders.has(sender)) this.#drop(sender);
      this.#wakeWaiting();
      this.#closeIfDone();
    });
  }

  #endPatience(): void {
    this.#patience?.cancel();
    this.#patience = null;
  }

  #releaseAll(): void {
    const held = [...this.#held];
    this.#held.clear();
    for (const sender of held) sender.release();
  }

  #drop(sender: Sender): void {
    if (sender.pending === 0) return;
    this.#queue = this.#queue.filter((piece) => piece.sender !== sender);
    this.#queued -= sender.pending;
    sender.loss.failed("its reader is too slow", sender.pending, monotonic());
    sender.pending = 0;
    sender.loss.settle();
  }

  #wakeWaiting(): void {
    if (waiting.length === 0 || ![...outlets.values()].every((outlet) => outlet.settled)) return;
    const woken = waiting;
    waiting = [];
    for (const wake of woken) wake();
  }

  #closeIfDone(): void {
    if (this.#senders.size > 0 || this.#queued > 0) return;
    this.#endPatience();
    this.#forget?.();
    this.#forget = null;
    if (outlets.get(this.#path) === this) outlets.delete(this.#path);
    if (this.#owned && this.#fd >= 0) failureOf(() => closeFile(this.#fd));
    this.#fd = -1;
    this.#wakeWaiting();
  }
}
