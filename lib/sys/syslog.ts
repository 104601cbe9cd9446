/** Records for the system's log, as libc's syslog(3) sends them. */
import { addon } from "./addon.ts";
import { terminated, toBytes } from "./bytes.ts";
import { closeFd } from "./pipes.ts";

export interface Syslog {
  /** False when the record could not be delivered: nobody listens, or the queue is full. Never waits. */
  send(line: string | Uint8Array): boolean;
  /** Records that could not be delivered. */
  readonly dropped: number;
  close(): void;
}

/** LOG_USER | LOG_INFO. */
const PRIORITY = 14;

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const two = (value: number): string => String(value).padStart(2, "0");

/** `Nov  3 10:00:00`, local time. */
function stamp(date: Date): string {
  const day = String(date.getDate()).padStart(2);
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":");
  return `${MONTHS[date.getMonth()]} ${day} ${time}`;
}

/**
 * Sends datagrams `<14>Nov 23 10:00:00 ident: line` to the log's socket. The path is looked up for each record, so that a
 * restarted log is found again.
 */
export function openSyslog(ident: string, path = "/dev/log"): Syslog {
  const target = terminated(path, "path");
  let fd = -1;
  let dropped = 0;
  return {
    get dropped() {
      return dropped;
    },
    send(line) {
      if (fd < 0) fd = addon.datagramSocket();
      const header = toBytes(`<${PRIORITY}>${stamp(new Date())} ${ident}: `);
      const record = Buffer.concat([header, typeof line === "string" ? toBytes(line) : line]);
      const sent = fd >= 0 && addon.datagramSend(fd, target, record) >= 0;
      if (!sent) dropped += 1;
      return sent;
    },
    close() {
      if (fd >= 0) closeFd(fd);
      fd = -1;
    },
  };
}
