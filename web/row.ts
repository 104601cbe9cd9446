/** One process in the table of programs. Made once, then only what differs is touched. */
import type { ProcessView } from "../lib/http/api-types.ts";
import { act, busyWith } from "./actions.ts";
import { button, h, setAttribute, setText } from "./dom.ts";
import { bytes, clock, duration, percent } from "./format.ts";
import { canStart, canStop, remark, type Store } from "./store.ts";

/** The address of a program's own view, the id escaped. */
export const programHash = (id: string): string => `#/program/${encodeURIComponent(id)}`;

/** The badge of a state; the colour comes from the attribute, the meaning from the text. */
export function badge(): HTMLSpanElement {
  return h("span", { class: "state" });
}

/** `busy` is the word for what is under way, shown in place of the state; undefined for nothing. */
export function showState(element: HTMLElement, state: string, busy: string | undefined): void {
  setText(element, busy ?? state.toLowerCase());
  setAttribute(element, "data-state", busy === undefined ? state : "BUSY");
}

/** What passes by itself moves only when the table says so: the uptime by `tick`, CPU and memory by `showUsage`. */
export class Row {
  readonly element: HTMLTableRowElement;
  readonly check: HTMLInputElement;
  readonly #store: Store;
  readonly #state = badge();
  readonly #remark = h("span", { class: "remark" });
  readonly #up = h("td", { role: "cell", class: "num up" });
  readonly #cpu = h("td", { role: "cell", class: "num cpu" });
  readonly #memory = h("td", { role: "cell", class: "num mem" });
  readonly #restarts = h("td", { role: "cell", class: "num restarts" });
  readonly #main: HTMLButtonElement;
  readonly #stop: HTMLButtonElement;
  #process: ProcessView;

  /** @param grouped it stands below the row of its group */
  constructor(process: ProcessView, grouped: boolean, store: Store) {
    this.#process = process;
    this.#store = store;
    const { id } = process;
    this.check = h("input", { type: "checkbox", "aria-label": `Select ${id}` });
    this.#main = button("Start", () => void act(id, canStop(this.#process) ? "restart" : "start"));
    this.#stop = button("Stop", () => void act(id, "stop"));
    // Named by the process too: a list of buttons that all say "Stop" is no help.
    this.#stop.setAttribute("aria-label", `Stop ${id}`);
    // Where it is cut short, pointing at it shows all of it.
    const name = h("a", { href: programHash(id), title: id }, grouped ? process.name : id);
    this.element = h(
      "tr",
      { role: "row", class: grouped ? "process grouped" : "process" },
      h("td", { role: "cell", class: "check" }, this.check),
      h("th", { role: "rowheader", scope: "row", class: "name" }, name),
      h("td", { role: "cell", class: "status" }, this.#state, this.#remark),
      this.#up,
      this.#cpu,
      this.#memory,
      this.#restarts,
      h("td", { role: "cell", class: "actions" }, this.#main, this.#stop),
    );
    this.show(process);
    this.showUsage();
  }

  get process(): ProcessView {
    return this.#process;
  }

  show(process: ProcessView): void {
    this.#process = process;
    const { id, state, starts, ending } = process;
    const busy = busyWith(id);
    showState(this.#state, state, busy);
    const text = remark(process);
    setText(this.#remark, text);
    // Where it is cut short, pointing at it shows the rest.
    setAttribute(this.#remark, "title", text);
    setText(this.#restarts, starts > 1 ? String(starts - 1) : "");
    if (ending !== null) setAttribute(this.#restarts, "title", `last end: ${ending}`);
    const label = canStop(process) ? "Restart" : "Start";
    setText(this.#main, label);
    setAttribute(this.#main, "aria-label", `${label} ${id}`);
    const possible = canStop(process) || canStart(process);
    this.#main.disabled = busy !== undefined || !possible;
    this.#stop.disabled = busy !== undefined || !canStop(process);
    if (process.pid === 0) this.showUsage();
    this.tick();
  }

  /** The time since the start, or at which it ended. */
  tick(): void {
    const { state, started, stopped, pid } = this.#process;
    const now = this.#store.now();
    if (pid !== 0 && started > 0) {
      setText(this.#up, duration((now - started) / 1000));
      setAttribute(this.#up, "title", `pid ${pid}, started ${clock(started, now)}`);
    } else if (stopped > 0 && state !== "BACKOFF") {
      setText(this.#up, `${duration((now - stopped) / 1000)} ago`);
      setAttribute(this.#up, "title", `ended ${clock(stopped, now)}`);
    } else setText(this.#up, "");
  }

  showUsage(): void {
    const usage = this.#process.pid === 0 ? undefined : this.#store.usage.get(this.#process.id);
    setText(this.#cpu, usage === undefined ? "" : percent(usage[0]));
    setText(this.#memory, usage === undefined ? "" : bytes(usage[1]));
  }
}
