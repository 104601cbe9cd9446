/** Raw bytes to and from a daemon's HTTP server. */
import { connect, type Socket } from "node:net";
import type { Differs, Step } from "./daemon-pair.ts";
import { answers, type Daemon } from "./daemon-process.ts";
import { DEADLINE_MS, until } from "./daemon-wait.ts";

export interface Exchange {
  /** The reply's bytes as Latin-1 characters. */
  readonly reply: string;
  /** True when the server has closed the connection (or reset it). */
  readonly closed: boolean;
}

/** The end of the first complete reply in the text, or -1. A reply to HEAD has no body. */
function endOfReply(text: string, headOnly: boolean): number {
  const head = text.indexOf("\r\n\r\n");
  if (head < 0) return -1;
  const start = head + 4;
  if (headOnly || /^HTTP\/\S+ (?:304|1\d\d)/.test(text)) return start;
  const fields = text.slice(0, start);
  const length = /\r\nContent-Length: (\d+)\r\n/i.exec(fields);
  if (length !== null) return text.length >= start + Number(length[1]) ? start + Number(length[1]) : -1;
  if (!/\r\nTransfer-Encoding: chunked\r\n/i.test(fields)) return -1;
  const last = text.indexOf("0\r\n\r\n", start);
  return last < 0 ? -1 : last + 5;
}

export function repliesIn(text: string, headOnly = false): string[] {
  const replies: string[] = [];
  let rest = text;
  for (;;) {
    const end = endOfReply(rest, headOnly);
    if (end < 0) break;
    replies.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  if (rest !== "") replies.push(rest);
  return replies;
}

export function open(daemon: Daemon, over: "unix" | "tcp"): Socket {
  return over === "unix" ? connect(daemon.socket) : connect(daemon.port, "127.0.0.1");
}

export interface ExchangeOptions {
  readonly over?: "unix" | "tcp";
  /** How many replies to wait for; 0 waits for the close alone. */
  readonly replies?: number;
  readonly headOnly?: boolean;
  /** Waits until the text matches, whatever replies it holds: for streams that never end. */
  readonly seen?: RegExp;
  /** How long to watch for a close after the last reply. */
  readonly lingerMs?: number;
}

/** Sends bytes, waits for what is expected, and looks a moment whether the server closes. */
export async function exchange(
  daemon: Daemon,
  bytes: string,
  options: ExchangeOptions = {},
): Promise<Exchange> {
  const { replies = 1, headOnly = false, lingerMs = 150 } = options;
  const socket = open(daemon, options.over ?? "unix");
  let text = "";
  let closed = false;
  socket.on("data", (chunk) => {
    text += chunk.toString("latin1");
  });
  socket.on("error", () => {
    closed = true;
  });
  socket.on("end", () => {
    closed = true;
  });
  socket.write(bytes, "latin1");
  const enough = (): boolean => {
    if (closed) return true;
    if (options.seen !== undefined) return options.seen.test(text);
    return (
      replies > 0 &&
      repliesIn(text, headOnly).filter((one) => endOfReply(one, headOnly) > 0).length >= replies
    );
  };
  const deadline = replies === 0 ? 1_500 : DEADLINE_MS;
  await until("the reply", enough, deadline).catch(() => undefined);
  if (!closed && options.seen === undefined && lingerMs > 0) {
    // A server with one loop that has answered two others meanwhile has had its turn to close this one.
    for (let turn = 0; turn < 2; turn++) await answers(daemon.socket);
    await until("a close", () => closed, lingerMs).catch(() => undefined);
  }
  socket.destroy();
  return { reply: text, closed };
}

export interface RawOptions extends ExchangeOptions {
  readonly title?: string;
  readonly differs?: Differs;
  readonly mend?: (text: string) => string;
}

/** One exchange as a step: each reply with the volatile parts taken out, and whether the connection was closed. */
export function bytes(title: string, request: string, options: RawOptions = {}): Step {
  return {
    title,
    run: async (daemon) => {
      const { reply, closed } = await exchange(daemon, daemon.fill(request), options);
      const mend = options.mend ?? ((text: string) => text);
      const list = options.seen === undefined ? repliesIn(reply, options.headOnly) : [unchunked(reply)];
      return { replies: list.map((one) => mend(daemon.text(one))), closed };
    },
    ...(options.differs === undefined ? {} : { differs: options.differs }),
  };
}

/** Where the chunks are cut is chance: a stream is compared by its head and its decoded body. */
export function unchunked(text: string): string {
  const start = text.indexOf("\r\n\r\n") + 4;
  if (start < 4 || !/\r\nTransfer-Encoding: chunked\r\n/.test(text.slice(0, start))) return text;
  let rest = text.slice(start);
  let body = "";
  for (;;) {
    const size = /^([0-9a-fA-F]+)\r\n/.exec(rest);
    if (size === null) break;
    const from = size[0].length;
    const length = Number.parseInt(size[1] as string, 16);
    if (length === 0) break;
    body += rest.slice(from, from + length);
    rest = rest.slice(from + length + 2);
  }
  return text.slice(0, start) + body;
}
