/** What happened to a program lately: a strip of the last hour, and a list. */
import type { HistoryView } from "../lib/http/api-types.ts";
import { h, setText } from "./dom.ts";
import { clock, duration } from "./format.ts";

const HOUR = 3_600_000;

/** One entry in words. */
export function describe(entry: HistoryView): string {
  const { to, pid, ending, expected, reason } = entry;
  switch (to) {
    case "STARTING":
      return "starting";
    case "RUNNING":
      return `running, pid ${pid}`;
    case "BACKOFF":
      return `start failed: ${[reason, ending].filter((text) => text !== null).join("; ")}`;
    case "FATAL":
      return `gave up: ${reason ?? "too many failed starts"}`;
    case "STOPPING":
      return `stopping pid ${pid}`;
    case "STOPPED":
      return `stopped${ending === null ? "" : `: ${ending}`}`;
    case "EXITED":
      return `exited: ${ending ?? "unknown"}, ${expected ? "expected" : "not expected"}`;
    case "UNKNOWN":
      return "unknown: a signal could not be sent";
  }
}

/** The colour of an entry: an exit that was expected is no failure. */
const tone = ({ to, expected }: HistoryView): string => (to === "EXITED" && !expected ? "FATAL" : to);

/** `entries` come oldest first and are listed newest first. `now` is the daemon's clock, in epoch milliseconds. */
export function showHistory(
  list: HTMLElement,
  strip: HTMLElement,
  entries: readonly HistoryView[],
  now: number,
): void {
  const items = entries.toReversed().map((entry, index, all) => {
    const until = index === 0 ? now : (all[index - 1]?.at ?? now);
    return h(
      "li",
      { "data-state": tone(entry) },
      h("time", { datetime: new Date(entry.at).toISOString() }, clock(entry.at, now)),
      h("span", {}, describe(entry)),
      h("span", { class: "dim" }, lasting(until - entry.at)),
    );
  });
  list.replaceChildren(...(items.length > 0 ? items : [h("li", {}, "Nothing has happened yet")]));
  strip.replaceChildren(...pieces(entries, now));
}

const lasting = (ms: number): string => (ms >= 1000 ? `for ${duration(ms / 1000)}` : "");

/** The latest entry goes on: how long it does is told anew, and nothing else touched. */
export function tickHistory(list: HTMLElement, entries: readonly HistoryView[], now: number): void {
  const latest = entries.at(-1);
  const text = list.firstElementChild?.lastElementChild ?? null;
  if (latest !== undefined && text !== null) setText(text, lasting(now - latest.at));
}

function pieces(entries: readonly HistoryView[], now: number): HTMLElement[] {
  const from = now - HOUR;
  const first = entries[0]?.at ?? now;
  const result = [piece("", Math.max(0, first - from))];
  for (const [index, entry] of entries.entries()) {
    const end = entries[index + 1]?.at ?? now;
    if (end > from) result.push(piece(tone(entry), end - Math.max(from, entry.at)));
  }
  return result;
}

function piece(state: string, length: number): HTMLElement {
  const element = h("span", { "data-state": state });
  element.style.flexGrow = String(length);
  return element;
}
