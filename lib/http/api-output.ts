/**
 * Logs pushed to one client as they grow. What comes faster than a page could show it is left out and counted; a client
 * that is slower still costs no more than one piece of memory for each log.
 */
import type { Process } from "../daemon/process.ts";
import { type Follower, followFile } from "../log/follow.ts";
import { type Deadline, schedule } from "../sys/deadline.ts";
import { EventStream, renderEvent } from "./api-clients.ts";
import type { OutputPiece } from "./api-types.ts";
import type { CHANNELS, PageDaemon } from "./api-view.ts";
import type { Exchange } from "./route.ts";

/** Bytes of one log that go out at a time, and how often that is, in milliseconds. */
const PIECE = 64 * 1024;
const GATHER = 100;

type Channel = OutputPiece["channel"];

/** One log: its bytes since the last piece, as text. */
class Feed {
  readonly #channel: Channel;
  readonly #path: () => string | null;
  readonly #onNews: () => void;
  readonly #tail: number;
  #follower: Follower | null = null;
  #decoder = new TextDecoder();
  #chunks: Buffer[] = [];
  #size = 0;
  #skipped = 0;
  #truncated = false;

  constructor(channel: Channel, path: () => string | null, tail: number, onNews: () => void) {
    this.#channel = channel;
    this.#path = path;
    this.#tail = tail;
    this.#onNews = onNews;
  }

  /** Begins to follow unless it does, or there is no file yet. */
  open(): void {
    const path = this.#path();
    if (this.#follower !== null || path === null) return;
    try {
      this.#follower = followFile(path, {
        tailBytes: this.#tail,
        onBytes: (bytes) => this.#take(bytes),
        onTruncated: () => this.#begunAnew(),
      });
    } catch {
      // Not there yet: it is tried again when the process moves.
    }
  }

  close(): void {
    this.#follower?.close();
    this.#follower = null;
  }

  #take(bytes: Buffer): void {
    this.#chunks.push(bytes);
    this.#size += bytes.length;
    while (this.#size > PIECE && this.#chunks.length > 1) this.#leaveOut(this.#chunks.shift()?.length ?? 0);
    const [only] = this.#chunks;
    if (only !== undefined && this.#size > PIECE) {
      this.#chunks = [only.subarray(only.length - PIECE)];
      this.#leaveOut(only.length - PIECE);
    }
    this.#onNews();
  }

  #leaveOut(count: number): void {
    this.#size -= count;
    this.#skipped += count;
    // The text before the gap does not end in the middle of a character of the text after it.
    this.#decoder = new TextDecoder();
  }

  #begunAnew(): void {
    this.#chunks = [];
    this.#size = 0;
    this.#skipped = 0;
    this.#truncated = true;
    this.#decoder = new TextDecoder();
    this.#onNews();
  }

  /** What is to be sent now; null for nothing. */
  piece(): OutputPiece | null {
    if (this.#size === 0 && !this.#truncated) return null;
    const text = this.#decoder.decode(Buffer.concat(this.#chunks), { stream: true });
    const piece: OutputPiece = {
      channel: this.#channel,
      text,
      ...(this.#skipped > 0 ? { skipped: this.#skipped } : {}),
      ...(this.#truncated ? { truncated: true } : {}),
    };
    this.#chunks = [];
    this.#size = 0;
    this.#skipped = 0;
    this.#truncated = false;
    return piece;
  }
}

/** Follows logs for one exchange until the client goes. The returned object ends it from this side. */
class OutputStream {
  readonly #feeds: Feed[];
  readonly #stream: EventStream;
  readonly #onEnd: () => void;
  #due: Deadline | null = null;

  constructor(
    exchange: Exchange,
    sources: readonly { readonly channel: Channel; readonly path: () => string | null }[],
    tail: number,
    onEnd: () => void,
  ) {
    this.#onEnd = onEnd;
    this.#feeds = sources.map(({ channel, path }) => new Feed(channel, path, tail, () => this.#arm()));
    this.#stream = new EventStream(
      exchange,
      () => this.#arm(),
      () => this.#close(),
    );
    this.#stream.write(renderEvent("begin", {}));
    this.open();
  }

  open(): void {
    for (const feed of this.#feeds) feed.open();
  }

  end(): void {
    this.#stream.end();
    this.#close();
  }

  #arm(): void {
    this.#due ??= schedule(GATHER, () => {
      this.#due = null;
      this.#send();
    });
  }

  #send(): void {
    for (const feed of this.#feeds) {
      if (this.#stream.blocked) return;
      const piece = feed.piece();
      if (piece !== null) this.#stream.write(renderEvent("output", piece));
    }
  }

  #close(): void {
    this.#due?.cancel();
    for (const feed of this.#feeds) feed.close();
    this.#onEnd();
  }
}

/** Both channels of a process. Ends when its group is removed. @param tail bytes of each that come first */
export function followProcess(
  exchange: Exchange,
  daemon: PageDaemon,
  process: Process,
  channels: readonly (typeof CHANNELS)[number][],
  tail: number,
): void {
  const sources = channels.map((channel) => ({ channel, path: () => process.logfile(channel) }));
  let endings: (() => void)[] = [];
  const stream = new OutputStream(exchange, sources, tail, () => {
    for (const end of endings) end();
    endings = [];
  });
  if (exchange.closed) return;
  endings = [
    process.watch(() => stream.open()),
    daemon.bus.subscribe("PROCESS_GROUP_REMOVED", () => {
      if (daemon.groups.get(process.group)?.processes.get(process.spec.name) !== process) stream.end();
    }),
  ];
}

/** The daemon's own log. */
export function followActivity(exchange: Exchange, path: string, tail: number): void {
  new OutputStream(exchange, [{ channel: "activity", path: () => path }], tail, () => {});
}
