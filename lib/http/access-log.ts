/** The lines that the servers write to the activity log (supervisor.md section 2.1). */
import type { ActivityLog } from "../log/activity-log.ts";
import { wall } from "../sys/clock.ts";

/** All that the servers need of the activity log. */
export type HttpLog = Pick<ActivityLog, "enabled" | "log">;

/** What a client sent, as it may stand in a line of the log: cut short, and nothing that could begin another line. */
export const oneLine = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not get into the log
  text.slice(0, 200).replace(/[\0-\x1f\x7f]/g, "?");

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;

const two = (number: number): string => String(number).padStart(2, "0");

/** `22/Nov/2026:11:08:25 +0000`, always in GMT (the original shows GMT with the local zone's offset). */
function stamp(time: number): string {
  const date = new Date(time);
  const day = `${two(date.getUTCDate())}/${MONTHS[date.getUTCMonth()]}/${date.getUTCFullYear()}`;
  return `${day}:${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000`;
}

/** A line of the server: at TRAC, or at ERRO where it speaks of an error, whatever it means by that. */
export function logServerLine(log: HttpLog, text: string): void {
  log.log(text.toLowerCase().includes("error") ? "error" : "trace", text);
}

/** One line for each reply: `127.0.0.1:4711 - - [time] "GET / HTTP/1.1" 200 1234`; the size counts the head too. */
export function logAccess(log: HttpLog, peer: string, line: string, status: number, bytes: number): void {
  if (!log.enabled("trace") && !line.toLowerCase().includes("error")) return;
  logServerLine(log, `${peer} - - [${stamp(wall())}] "${line}" ${status} ${bytes}`);
}

/** The line at the start. `place`: the host or the socket's path; `name`: how the server calls itself. */
export function logStart(log: HttpLog, place: string, name: string, port: number | string): void {
  const date = new Date(wall());
  const time = `${date.toDateString().slice(0, 7)} ${String(date.getDate()).padStart(2)} ${date.toTimeString().slice(0, 8)} ${date.getFullYear()}`;
  logServerLine(log, `${place}:Medusa (V1.12) started at ${time}\n\tHostname: ${name}\n\tPort:${port}`);
}
