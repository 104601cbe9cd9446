/** What became of an action, in a corner of the page: successes go by themselves, failures stay until they are sent away. */
import { button, h, setText } from "./dom.ts";

const SHOWN = 5000;
const MOST = 6;

const list = h("div", { class: "notices" });
// Two regions that are there from the start: a screen reader does not hear what comes with its region.
const polite = h("div", { role: "status", class: "notices-list" });
const assertive = h("div", { role: "alert", class: "notices-list" });
list.append(assertive, polite);

export const noticesElement = list;

// What they would cover makes room for them (style.css).
new ResizeObserver(() => {
  document.documentElement.style.setProperty("--notices", `${list.offsetHeight}px`);
}).observe(list);

interface Notice {
  readonly element: HTMLElement;
  readonly count: HTMLElement;
  times: number;
  timer: number | undefined;
}

/** What is shown, by its text. */
const shown = new Map<string, Notice>();

/** Says something. What is said already is not said beside it: it counts, and stays as long again. */
export function notify(text: string, ok: boolean): void {
  const before = shown.get(text);
  if (before === undefined) {
    show(text, ok);
    return;
  }
  before.times++;
  setText(before.count, ` (${before.times} times)`);
  if (before.timer === undefined) return;
  clearTimeout(before.timer);
  before.timer = setTimeout(() => dismiss(text), SHOWN);
}

function show(text: string, ok: boolean): void {
  const region = ok ? polite : assertive;
  const count = h("span", { class: "dim" });
  const notice = h("div", { class: ok ? "notice" : "notice bad" }, h("span", {}, text, count));
  notice.append(button("×", () => dismiss(text), { "aria-label": "Dismiss", class: "plain" }));
  const timer = ok ? setTimeout(() => dismiss(text), SHOWN) : undefined;
  shown.set(text, { element: notice, count, times: 1, timer });
  region.append(notice);
  while (region.childElementCount > MOST) {
    const [oldest] = [...shown].find(([, { element }]) => element === region.firstElementChild) ?? [];
    if (oldest === undefined) break;
    dismiss(oldest);
  }
}

function dismiss(text: string): void {
  const notice = shown.get(text);
  if (notice === undefined) return;
  clearTimeout(notice.timer);
  notice.element.remove();
  shown.delete(text);
}
