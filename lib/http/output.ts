/** What goes out on a connection: bounded in memory, and given up on when the client takes nothing for too long. */
import { type Deadline, schedule } from "../sys/deadline.ts";
import type { Socket } from "../sys/sockets.ts";

/** More than this goes out in pieces, so that progress can be seen. */
const PIECE_BYTES = 256 * 1024;

/**
 * Takes all that it is given, and queues what the client does not take at once: whoever writes has to heed what `write`
 * says.
 */
export class Output {
  /** Bytes handed over in all, for the access log. */
  total = 0;
  readonly #socket: Socket;
  readonly #stallMs: () => number;
  readonly #onStall: () => void;
  readonly #onDrain: () => void;
  readonly #queue: (Buffer | string)[] = [];
  #stall: Deadline | null = null;

  /**
   * @param stallMs how long the client may take nothing, asked anew for every wait
   * @param onDrain everything has left, after {@link Output.write} said that it had not
   */
  constructor(socket: Socket, stallMs: () => number, onStall: () => void, onDrain: () => void) {
    this.#socket = socket;
    this.#stallMs = stallMs;
    this.#onStall = onStall;
    this.#onDrain = onDrain;
    socket.on("drain", () => this.#drained());
  }

  /** True while bytes wait for the client. */
  get stalled(): boolean {
    return this.#queue.length > 0 || this.#socket.writableNeedDrain;
  }

  /**
   * False where the client is to be waited for before there is more.
   *
   * @param bytes a text is ASCII
   */
  write(bytes: Buffer | string): boolean {
    this.total += bytes.length;
    if (bytes.length <= PIECE_BYTES && !this.stalled) {
      this.#socket.write(bytes, "latin1");
    } else if (typeof bytes === "string") {
      this.#queue.push(bytes);
      this.#pump();
    } else {
      for (let at = 0; at < bytes.length; at += PIECE_BYTES)
        this.#queue.push(bytes.subarray(at, at + PIECE_BYTES));
      this.#pump();
    }
    if (!this.stalled) return true;
    this.#stall ??= schedule(this.#stallMs(), this.#onStall);
    return false;
  }

  /** Nothing more is waited for. */
  close(): void {
    this.#queue.length = 0;
    this.#stall?.cancel();
  }

  #pump(): void {
    while (!this.#socket.writableNeedDrain) {
      const piece = this.#queue.shift();
      if (piece === undefined) return;
      this.#socket.write(piece, "latin1");
    }
  }

  #drained(): void {
    this.#stall?.cancel();
    this.#stall = null;
    this.#pump();
    if (this.stalled) this.#stall = schedule(this.#stallMs(), this.#onStall);
    else this.#onDrain();
  }
}
