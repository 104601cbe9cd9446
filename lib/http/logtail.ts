/** `/logtail/NAME[/CHANNEL]` and `/mainlogtail`: logs followed live (supervisor.md section 2.5). */
import type { Follower, FollowOptions } from "../log/follow.ts";
import { httpDate } from "./reply.ts";
import type { Exchange, Route } from "./route.ts";
import { plainPath } from "./uri.ts";

/** Where logs are, and how they are followed. */
export interface LogtailSource {
  /** The path of a process's log, `name` being a namespec and `channel` whatever the URL says; null: there is none. */
  processLog(name: string, channel: string): string | null;
  /** The path of the activity log, or null. */
  mainLog(): string | null;
  /** Milliseconds since the epoch, or null where there is no such file. */
  modified(path: string): number | null;
  /** Throws where the file cannot be opened. Calls back later only. */
  follow(path: string, options: FollowOptions): Follower;
}

const TAIL_BYTES = 1024;
const TRUNCATED = Buffer.from("==> File truncated <==\n", "latin1");

/**
 * The last 1024 bytes of a log, then what is written to it until the client leaves. 404 where there is no log, 400 for
 * anything but GET, as in the original.
 */
export function logtailRoutes(source: LogtailSource): readonly Route[] {
  return [
    followRoute("/logtail", "X-Accel-Buffering: no\r\n", source, ({ request }) => {
      // The original tears at the first two slashes whatever stands before them, and fails where there is none.
      const [, name, ...channel] = plainPath(request.uri).split("/");
      return name === undefined
        ? null
        : source.processLog(name, channel.length === 0 ? "stdout" : channel.join("/"));
    }),
    followRoute("/mainlogtail", "", source, () => source.mainLog()),
  ];
}

function followRoute(
  prefix: string,
  fields: string,
  source: LogtailSource,
  resolve: (exchange: Exchange) => string | null,
): Route {
  return {
    matches: ({ uri }) => uri.startsWith(prefix),
    bodyLimit: () => undefined,
    handle: (exchange) => {
      if (exchange.request.method !== "GET") exchange.fail(400);
      else follow(exchange, resolve(exchange), fields, source);
    },
  };
}

function follow(exchange: Exchange, path: string | null, fields: string, source: LogtailSource): void {
  const modified = path === null ? null : source.modified(path);
  if (path === null || modified === null) {
    exchange.fail(404);
    return;
  }
  const write = (bytes: Buffer): void => {
    // The file itself is what waits for a slow client.
    if (!stream.write(bytes)) follower.pause();
  };
  let follower: Follower;
  try {
    follower = source.follow(path, {
      tailBytes: TAIL_BYTES,
      onBytes: write,
      onTruncated: () => write(TRUNCATED),
    });
  } catch {
    exchange.fail(404);
    return;
  }
  const head = `Last-Modified: ${httpDate(modified)}\r\nContent-Type: text/plain;charset=utf-8\r\n${fields}`;
  const stream = exchange.stream(200, head);
  stream.onDrain(() => follower.resume());
  exchange.onClose(() => follower.close());
}
