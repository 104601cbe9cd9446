/** Tells the service manager how we are, as sd_notify(3) does: nothing where no manager asked to be told. */
import { addon } from "./addon.ts";
import { terminated, toBytes } from "./bytes.ts";
import { type Deadline, schedule } from "./deadline.ts";
import { errnoName } from "./errno.ts";
import { processId } from "./host.ts";
import { closeFd } from "./pipes.ts";

export interface Notifier {
  /** `READY=1` and its like, lines joined by line feeds. Sent in order; waits for nothing. */
  send(state: string): void;
  close(): void;
}

/** How long to wait before a full queue is tried again, in milliseconds, and how often. */
const RETRY_MS = 50;
const RETRIES = 200;

const SILENT: Notifier = { send() {}, close() {} };

type Environment = ReadonlyMap<string, string>;

/**
 * Half the time within which the manager wants to hear of us, in milliseconds; null where it does not wait for us. With
 * WATCHDOG_PID it means one process, which a daemon that went to the background is no longer.
 */
export function watchdogInterval(environment: Environment): number | null {
  const microseconds = Number(environment.get("WATCHDOG_USEC") ?? "");
  const pid = environment.get("WATCHDOG_PID");
  if (!Number.isSafeInteger(microseconds) || microseconds <= 0) return null;
  return pid === undefined || pid === String(processId()) ? microseconds / 2000 : null;
}

/** By NOTIFY_SOCKET: a path, or `@name` in the abstract namespace. Starts the watchdog's pings where they are asked for. */
export function openNotifier(environment: Environment): Notifier {
  const path = environment.get("NOTIFY_SOCKET") ?? "";
  if (!/^[/@]./.test(path)) return SILENT;
  const target = terminated(path, "NOTIFY_SOCKET");
  const fd = addon.datagramSocket();
  if (fd < 0) return SILENT;
  const waiting: string[] = [];
  let timer: Deadline | null = null;
  let tries = 0;

  const flush = (): void => {
    timer = null;
    for (let state = waiting[0]; state !== undefined; state = waiting[0]) {
      const sent = addon.datagramSend(fd, target, toBytes(state));
      if (sent < 0 && errnoName(sent) === "EAGAIN" && tries < RETRIES) {
        tries += 1;
        timer = schedule(RETRY_MS, flush);
        return;
      }
      tries = 0;
      waiting.shift();
    }
  };
  const send = (state: string): void => {
    waiting.push(state);
    if (timer === null) flush();
  };

  const interval = watchdogInterval(environment);
  let ping: Deadline | null = null;
  const beat = (): void => {
    if (waiting.length === 0) send("WATCHDOG=1");
    ping = schedule(interval ?? Number.POSITIVE_INFINITY, beat);
  };
  if (interval !== null) beat();

  return {
    send,
    close() {
      timer?.cancel();
      ping?.cancel();
      closeFd(fd);
    },
  };
}
