/** The row of a group, above those of its processes: what they sum to, and what can be done to all of them. */
import { actOnGroup, busyWith } from "./actions.ts";
import { button, h, setAttribute, setText } from "./dom.ts";
import { bytes, percent } from "./format.ts";
import type { Row } from "./row.ts";
import { canStart, canStop, type Store } from "./store.ts";

/**
 * It sums up what `rows` have been shown last, so those come first at each change. `onFold` is called when its name is
 * pressed, and sets `folded`.
 */
export class GroupRow {
  readonly element: HTMLTableRowElement;
  readonly name: string;
  readonly #store: Store;
  readonly #rows: readonly Row[];
  readonly #fold: HTMLButtonElement;
  readonly #count = h("span", { class: "state" });
  readonly #remark = h("span", { class: "remark" });
  readonly #cpu = h("td", { role: "cell", class: "num cpu" });
  readonly #memory = h("td", { role: "cell", class: "num mem" });
  readonly #buttons: {
    readonly start: HTMLButtonElement;
    readonly restart: HTMLButtonElement;
    readonly stop: HTMLButtonElement;
  };

  constructor(name: string, rows: readonly Row[], folded: boolean, store: Store, onFold: () => void) {
    this.name = name;
    this.#rows = rows;
    this.#store = store;
    this.#fold = button(name, onFold, { class: "fold", "aria-expanded": String(!folded) });
    const make = (label: string, verb: "start" | "restart" | "stop") =>
      button(label, () => void actOnGroup(name, verb), { "aria-label": `${label} group ${name}` });
    this.#buttons = {
      start: make("Start", "start"),
      restart: make("Restart", "restart"),
      stop: make("Stop", "stop"),
    };
    const check = h("input", { type: "checkbox", "aria-label": `Select group ${name}` });
    check.addEventListener("change", () => {
      for (const { check: each, element } of rows) {
        if (!element.hidden || this.folded) each.checked = check.checked;
      }
      rows[0]?.check.dispatchEvent(new Event("change", { bubbles: true }));
    });
    this.element = h(
      "tr",
      { role: "row", class: "group" },
      h("td", { role: "cell", class: "check" }, check),
      h("th", { role: "rowheader", scope: "row", class: "name" }, this.#fold),
      h("td", { role: "cell", class: "status" }, this.#count, this.#remark),
      h("td", { role: "cell", class: "num up" }),
      this.#cpu,
      this.#memory,
      h("td", { role: "cell", class: "num restarts" }),
      h(
        "td",
        { role: "cell", class: "actions" },
        this.#buttons.start,
        this.#buttons.restart,
        this.#buttons.stop,
      ),
    );
    this.show();
    this.showUsage();
  }

  get folded(): boolean {
    return this.#fold.getAttribute("aria-expanded") === "false";
  }

  set folded(folded: boolean) {
    setAttribute(this.#fold, "aria-expanded", String(!folded));
  }

  show(): void {
    const processes = this.#rows.map(({ process }) => process);
    const running = processes.filter(({ state }) => state === "RUNNING").length;
    const failed = processes.filter(({ state }) => state === "FATAL" || state === "BACKOFF").length;
    const busy = busyWith(`group/${this.name}`);
    setText(this.#count, busy ?? `${running} of ${processes.length} running`);
    const state = failed > 0 ? "FATAL" : running === processes.length ? "RUNNING" : "STOPPED";
    setAttribute(this.#count, "data-state", busy === undefined ? state : "BUSY");
    setText(this.#remark, failed > 0 ? `${failed} failed` : "");
    this.#buttons.start.disabled = busy !== undefined || !processes.some(canStart);
    this.#buttons.stop.disabled = busy !== undefined || !processes.some(canStop);
    this.#buttons.restart.disabled = busy !== undefined || !processes.some(canStop);
  }

  showUsage(): void {
    let cpu = 0;
    let memory = 0;
    let any = false;
    for (const { process } of this.#rows) {
      const usage = this.#store.usage.get(process.id);
      if (usage === undefined) continue;
      any = true;
      cpu += usage[0];
      memory += usage[1];
    }
    setText(this.#cpu, any ? percent(cpu) : "");
    setText(this.#memory, any ? bytes(memory) : "");
  }
}
