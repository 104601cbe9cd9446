/**
 * Following a log as it grows, for /logtail and `tail -f` (supervisor.md section 2.5). Nothing polls: the daemon's own
 * writes nudge (nudge.ts), others' come by inotify. A file that is moved away or removed is read to its end, and the
 * next one at the path is followed from its beginning.
 */
import { dirname } from "node:path";
import { type Deadline, schedule } from "../sys/deadline.ts";
import { errnoNumber } from "../sys/errno.ts";
import { type FileFacts, factsOfOpen, factsOfPath } from "../sys/file-facts.ts";
import { closeFile, readSlice } from "../sys/log-files.ts";
import { isNullPath } from "../sys/null-device.ts";
import { SysError } from "../sys/sys-error.ts";
import { watchPath } from "../sys/watch-path.ts";
import { openLogForReading } from "./auto-log.ts";
import { onNudge } from "./nudge.ts";

export interface FollowOptions {
  /** How many of the last bytes come first; the whole file if it is smaller. */
  readonly tailBytes: number;
  /** The next bytes, at most 64 KiB; theirs to keep. Never called within `followFile`. */
  readonly onBytes: (bytes: Buffer) => void;
  /** The file has become shorter and is read from its beginning. */
  readonly onTruncated: () => void;
}

export interface Follower {
  /** No more bytes until `resume`; the file itself is the buffer. */
  pause(): void;
  resume(): void;
  /** May be called again, and from within the callbacks. */
  close(): void;
}

const PIECE_BYTES = 64 * 1024;
/** After so much the other work of the daemon has its turn. */
const TURN_BYTES = 4 * PIECE_BYTES;
/** How much is saved of a file that is about to be emptied. */
const SAVE_BYTES = 1 << 20;

/**
 * Throws the system's error where the file cannot be opened, ESPIPE where it is no regular file. Of `/dev/null` nothing ever
 * comes; it is not watched, since everybody writes to it.
 */
export const followFile = (path: string, options: FollowOptions): Follower =>
  isNullPath(path) ? NOTHING : new FileFollower(path, options);

const NOTHING: Follower = { pause: () => {}, resume: () => {}, close: () => {} };

interface Closable {
  close(): void;
}

class FileFollower implements Follower {
  readonly #path: string;
  readonly #options: FollowOptions;
  readonly #forget: () => void;
  #fd: number;
  #open: FileFacts;
  #position: number;
  #fileWatch: Closable | null = null;
  /** Only while there is no file at the path, or a directory's every change would wake us. */
  #directoryWatch: Closable | null = null;
  #due: Deadline | null = null;
  #emptied = false;
  #paused = false;
  #closed = false;

  constructor(path: string, options: FollowOptions) {
    this.#path = path;
    this.#options = options;
    this.#fd = openLogForReading(path);
    this.#open = factsOfOpen(this.#fd);
    if (!this.#open.regular) {
      closeFile(this.#fd);
      throw new SysError(errnoNumber("ESPIPE"), "open", path);
    }
    this.#position = Math.max(0, this.#open.size - options.tailBytes);
    this.#forget = onNudge(path, { written: () => this.#wake(), emptied: () => this.#save() });
    this.#watchFile();
    this.#wake();
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#wake();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#due?.cancel();
    this.#forget();
    this.#fileWatch?.close();
    this.#directoryWatch?.close();
    closeFile(this.#fd);
  }

  #wake(): void {
    if (this.#due !== null || this.#closed || this.#paused) return;
    this.#due = schedule(0, () => {
      this.#due = null;
      this.#turn(TURN_BYTES);
    });
  }

  /** The file is emptied when this returns: what nobody has read yet is read now. */
  #save(): void {
    this.#turn(SAVE_BYTES);
    this.#emptied = true;
    this.#wake();
  }

  #turn(budget: number): void {
    let left = budget;
    while (!this.#paused && !this.#closed) {
      if (left <= 0) {
        this.#wake();
        return;
      }
      const count = this.#readPiece();
      left -= count;
      if (count === 0 && (this.#paused || this.#closed || !this.#next())) return;
    }
  }

  /** Passes on what comes next in the open file; gives the number of its bytes. */
  #readPiece(): number {
    let bytes: Buffer;
    try {
      const { size } = factsOfOpen(this.#fd);
      if (this.#emptied || size < this.#position) {
        this.#emptied = false;
        this.#position = 0;
        this.#options.onTruncated();
        if (this.#paused || this.#closed) return 0;
      }
      if (size <= this.#position) return 0;
      bytes = readSlice(this.#fd, this.#position, Math.min(PIECE_BYTES, size - this.#position));
    } catch {
      return 0;
    }
    this.#position += bytes.length;
    if (bytes.length > 0) this.#options.onBytes(bytes);
    return bytes.length;
  }

  /** At the end of the open file: goes over to another one that has taken its place. */
  #next(): boolean {
    const there = factsOfPath(this.#path);
    if (there === null) {
      if (this.#directoryWatch !== null) return false;
      this.#directoryWatch = watchPath(dirname(this.#path), () => this.#wake());
      return factsOfPath(this.#path) !== null;
    }
    this.#directoryWatch?.close();
    this.#directoryWatch = null;
    if (there.dev === this.#open.dev && there.ino === this.#open.ino) return false;
    return this.#goOver();
  }

  #goOver(): boolean {
    let fd = -1;
    try {
      fd = openLogForReading(this.#path);
      this.#open = factsOfOpen(fd);
    } catch {
      if (fd >= 0) closeFile(fd);
      return false;
    }
    closeFile(this.#fd);
    this.#fd = fd;
    this.#position = 0;
    this.#emptied = false;
    this.#watchFile();
    return true;
  }

  #watchFile(): void {
    this.#fileWatch?.close();
    this.#fileWatch = watchPath(this.#path, () => this.#wake());
  }
}
