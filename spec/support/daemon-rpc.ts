/** The Node side of daemon-rpc.py, and the steps made of it. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Differs, Step } from "./daemon-pair.ts";
import type { Daemon } from "./daemon-process.ts";
import { BASE_ENV, ROOT } from "./daemon-subject.ts";

/** A reply as Python saw it; bytes are Latin-1 characters. */
export interface Reply {
  readonly status: string;
  readonly headers: readonly string[];
  readonly body: string;
  readonly value?: unknown;
  readonly fault?: readonly [number, string];
  readonly unreadable?: string;
}

type Call = { readonly method: string; readonly params: readonly unknown[] } | { readonly body: string };

const waiting = new Map<number, (reply: Reply) => void>();
let next = 0;
let pipe: NodeJS.WritableStream | undefined;

function helper(): NodeJS.WritableStream {
  if (pipe !== undefined) return pipe;
  const child = spawn("/usr/bin/python3", [join(ROOT, "spec/support/daemon-rpc.py")], {
    env: BASE_ENV,
    stdio: ["pipe", "pipe", "inherit"],
  });
  createInterface({ input: child.stdout }).on("line", (line) => {
    const { id, ...reply } = JSON.parse(line) as Reply & { id: number };
    waiting.get(id)?.(reply);
    waiting.delete(id);
    if (waiting.size === 0) child.unref();
  });
  for (const stream of [child, child.stdin, child.stdout] as { unref?: () => void }[]) stream.unref?.();
  pipe = child.stdin;
  return pipe;
}

export function ask(daemon: Daemon, call: Call): Promise<Reply> {
  const id = next++;
  return new Promise((resolve) => {
    waiting.set(id, resolve);
    helper().write(`${JSON.stringify({ id, socket: daemon.socket, ...call })}\n`);
  });
}

/** The reply with the volatile parts taken out, and its length told as honest or not. */
export function shown(daemon: Daemon, reply: Reply): Record<string, unknown> {
  const head = [reply.status, ...reply.headers].join("\r\n");
  const [first = "", ...rest] = daemon.text(`${head}\r\n\r\n${reply.body}`).split("\r\n\r\n");
  const how =
    reply.unreadable ??
    (reply.fault === undefined ? (reply.status.startsWith("200") ? "value" : "none") : "fault");
  return { head: first.split("\r\n"), body: rest.join("\r\n\r\n"), readAs: how };
}

export interface CallOptions {
  readonly title?: string;
  readonly differs?: Differs;
  /** A last change to the body before it is compared. */
  readonly mend?: (body: string) => string;
}

const stepOf = (title: string, call: (daemon: Daemon) => Call, options: CallOptions): Step => ({
  title: options.title ?? title,
  run: async (daemon) => {
    const outcome = shown(daemon, await ask(daemon, call(daemon)));
    const mend = options.mend ?? ((body: string) => body);
    return { ...outcome, body: mend(String(outcome["body"])) };
  },
  ...(options.differs === undefined ? {} : { differs: options.differs }),
});

const fill = (daemon: Daemon, value: unknown): unknown => JSON.parse(daemon.fill(JSON.stringify(value)));

/** `supervisor.` is put before a method without a namespace. */
export function call(method: string, ...params: readonly unknown[]): Step {
  return callWith(method, params, {});
}

export function callWith(method: string, params: readonly unknown[], options: CallOptions): Step {
  const full = method.includes(".") ? method : `supervisor.${method}`;
  const title = `${full}(${params.map((param) => JSON.stringify(param)).join(", ")})`;
  return stepOf(title, (daemon) => ({ method: full, params: fill(daemon, params) as unknown[] }), options);
}

/** A request body as it stands; bytes are Latin-1 characters. */
export const raw = (title: string, body: string, options: CallOptions = {}): Step =>
  stepOf(title, (daemon) => ({ body: daemon.fill(body) }), options);

/** Holds for an outcome that is the given fault: what ours answers where the original breaks. */
export const isFault =
  (code: number, text: string) =>
  (outcome: unknown): boolean => {
    const { body } = outcome as { body: string };
    const says = (value: string): boolean => body.includes(value);
    return says(`<value><int>${code}</int></value>`) && says(`<value><string>${text}</string></value>`);
  };

/** Holds for an outcome that is a value Python can read and that holds the given text. */
export const isValue =
  (...texts: readonly string[]) =>
  (outcome: unknown): boolean => {
    const { body, readAs } = outcome as { body: string; readAs: string };
    return readAs === "value" && texts.every((text) => body.includes(text));
  };

/** For results in order of completion, which is chance where processes end at the same time. */
export const sortStructs = (body: string): string => {
  const structs = body.match(/<value><struct>[\s\S]*?<\/struct><\/value>\n/g) ?? [];
  const sorted = [...structs].sort();
  return body.replace(/<value><struct>[\s\S]*?<\/struct><\/value>\n/g, () => sorted.shift() ?? "");
};
