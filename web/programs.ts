/** The table of all programs, folded by group, filtered by name and state. */
import { actOnMany, confirm, onBusy } from "./actions.ts";
import type { Verb } from "./api.ts";
import { button, h, setAttribute, setText } from "./dom.ts";
import { GroupRow } from "./group-row.ts";
import { Row } from "./row.ts";
import { type Change, canStart, canStop, type Store } from "./store.ts";
import type { View } from "./view.ts";

/** What the chips choose between. */
const KINDS = {
  running: ["RUNNING"],
  changing: ["STARTING", "STOPPING", "BACKOFF"],
  failed: ["FATAL", "BACKOFF", "UNKNOWN"],
  stopped: ["STOPPED", "EXITED"],
} as const satisfies Record<string, readonly string[]>;

type Kind = keyof typeof KINDS;
const KIND_NAMES = Object.keys(KINDS) as Kind[];
const HEADINGS = ["Name", "State", "Uptime", "CPU", "Memory", "Restarts", "Actions"] as const;
const CLASSES = ["name", "status", "num up", "num cpu", "num mem", "num restarts", "actions"] as const;

const FOLDED = "supervisor-folded";

/** The groups that were folded when the page was last left. */
function storedFolds(): string[] {
  try {
    const names: unknown = JSON.parse(localStorage.getItem(FOLDED) ?? "[]");
    return Array.isArray(names) ? names.filter((name) => typeof name === "string") : [];
  } catch {
    return [];
  }
}

function storeFolds(): void {
  try {
    localStorage.setItem(FOLDED, JSON.stringify([...folded]));
  } catch {
    // Kept for this page only.
  }
}

interface Section {
  /** Null for a group of one: its row says all. */
  readonly group: GroupRow | null;
  readonly rows: readonly Row[];
}

/** What is remembered when the view is left and come back to. */
const folded = new Set(storedFolds());
let filterText = "";
let filterKind: Kind | null = null;

/** Without those that are what they are to become. (A restart starts what does not run.) */
const idsFor = (rows: readonly Row[], verb: Verb): string[] =>
  rows
    .filter(({ process }) => verb === "restart" || !(verb === "stop" ? canStart : canStop)(process))
    .map(({ process }) => process.id);

/** Follows the store until `close`. The next one has the same filter and the same groups folded. */
export class ProgramsView implements View {
  readonly element = h("section", { class: "programs", "aria-label": "Programs" });
  readonly title = "Programs";
  readonly #store: Store;
  readonly #rows = new Map<string, Row>();
  readonly #groups = new Map<string, GroupRow>();
  #sections: Section[] = [];
  readonly #filter = h("input", {
    type: "search",
    placeholder: "Filter by name",
    "aria-label": "Filter by name",
    "aria-keyshortcuts": "/",
  });
  readonly #chips = new Map<Kind, HTMLButtonElement>();
  readonly #all = h("input", { type: "checkbox", "aria-label": "Select all that are shown" });
  readonly #chosen = h("span", { class: "chosen" });
  readonly #bulk: HTMLButtonElement[] = [];
  readonly #body = h("tbody", { role: "rowgroup" });
  readonly #empty = h("p", { class: "empty", hidden: true });
  readonly #shown = h("p", { class: "visually-hidden", role: "status" });
  readonly #endings: (() => void)[];
  readonly #clock: number;

  constructor(store: Store) {
    this.#store = store;
    this.#filter.value = filterText;
    this.#filter.addEventListener("input", () => {
      filterText = this.#filter.value;
      this.#applyFilter();
    });
    this.#all.addEventListener("change", () => {
      for (const row of this.#visible()) row.check.checked = this.#all.checked;
      this.#showChosen();
    });
    this.#body.addEventListener("change", () => this.#showChosen());
    this.#body.addEventListener("keydown", (event) => this.#key(event));
    this.element.append(this.#toolbar(), this.#table(), this.#empty, this.#shown);
    this.#build();
    this.#endings = [
      store.onChange((change) => this.#changed(change)),
      store.onUsage((ids) => this.#usageChanged(ids)),
      onBusy((key) => this.#busyChanged(key)),
    ];
    this.#clock = setInterval(() => {
      for (const row of this.#rows.values()) row.tick();
    }, 1000);
  }

  close(): void {
    clearInterval(this.#clock);
    for (const end of this.#endings) end();
  }

  focusFilter(): void {
    this.#filter.focus();
    this.#filter.select();
  }

  #toolbar(): HTMLElement {
    const chips = h("div", { class: "chips", role: "group", "aria-label": "Filter by state" });
    for (const kind of KIND_NAMES) {
      const chip = button(kind, () => this.#choose(kind), {
        class: "chip",
        "aria-pressed": "false",
        "data-kind": kind,
      });
      this.#chips.set(kind, chip);
      chips.append(chip);
    }
    const act = (verb: Verb, label: string) => {
      const each = button(label, () => void this.#act(verb));
      this.#bulk.push(each);
      return each;
    };
    return h(
      "div",
      { class: "toolbar" },
      this.#filter,
      chips,
      h(
        "div",
        { class: "bulk", role: "group", "aria-label": "Act on several" },
        this.#chosen,
        act("start", "Start"),
        act("restart", "Restart"),
        act("stop", "Stop"),
      ),
    );
  }

  #table(): HTMLElement {
    const heading = (label: string, index: number) =>
      h("th", { role: "columnheader", scope: "col", class: CLASSES[index] ?? "" }, label);
    const head = h(
      "tr",
      { role: "row" },
      h("td", { role: "cell", class: "check" }, this.#all),
      ...HEADINGS.map(heading),
    );
    return h(
      "table",
      { role: "table", class: "list", "aria-label": "Programs" },
      h("thead", { role: "rowgroup" }, head),
      this.#body,
    );
  }

  /** Makes all rows anew, with what was chosen and folded as before. */
  #build(): void {
    const chosen = new Set(
      this.#visible()
        .filter((row) => row.check.checked)
        .map((row) => row.process.id),
    );
    const focused = document.activeElement?.closest("tr")?.querySelector("a")?.hash;
    this.#rows.clear();
    this.#groups.clear();
    const members = new Map<string, string[]>();
    for (const { id, group } of this.#store.processes.values()) {
      const list = members.get(group);
      if (list === undefined) members.set(group, [id]);
      else list.push(id);
    }
    this.#sections = [];
    for (const [group, ids] of members) this.#sections.push(this.#section(group, ids));
    for (const id of chosen) {
      const row = this.#rows.get(id);
      if (row !== undefined) row.check.checked = true;
    }
    this.#body.replaceChildren(
      ...this.#sections.flatMap(({ group, rows }) => [
        ...(group === null ? [] : [group.element]),
        ...rows.map(({ element }) => element),
      ]),
    );
    if (focused) for (const link of this.#body.querySelectorAll("a")) if (link.hash === focused) link.focus();
    this.#applyFilter();
    this.#showCounts();
  }

  #section(group: string, ids: readonly string[]): Section {
    const alone = ids.length === 1;
    const rows: Row[] = [];
    for (const id of ids) {
      const process = this.#store.processes.get(id);
      if (process === undefined) continue;
      const row = new Row(process, !alone, this.#store);
      this.#rows.set(id, row);
      rows.push(row);
    }
    if (alone) return { group: null, rows };
    const head = new GroupRow(group, rows, folded.has(group), this.#store, () => this.#fold(head));
    this.#groups.set(group, head);
    return { group: head, rows };
  }

  #fold(group: GroupRow): void {
    group.folded = !group.folded;
    if (group.folded) folded.add(group.name);
    else folded.delete(group.name);
    storeFolds();
    this.#applyFilter();
  }

  #choose(kind: Kind): void {
    filterKind = filterKind === kind ? null : kind;
    this.#applyFilter();
  }

  #matches(row: Row): boolean {
    if (filterKind !== null && !(KINDS[filterKind] as readonly string[]).includes(row.process.state))
      return false;
    return row.process.id.toLowerCase().includes(filterText.trim().toLowerCase());
  }

  #applyFilter(): void {
    const filtering = filterKind !== null || filterText.trim() !== "";
    let count = 0;
    for (const { group, rows } of this.#sections) {
      let any = false;
      for (const row of rows) {
        const matches = this.#matches(row);
        any ||= matches;
        if (matches) count++;
        // What is looked for is shown, folded away or not.
        const hidden = !matches || (!filtering && group !== null && group.folded);
        if (row.element.hidden !== hidden) row.element.hidden = hidden;
      }
      if (group !== null && group.element.hidden === any) group.element.hidden = !any;
    }
    for (const [kind, chip] of this.#chips) setAttribute(chip, "aria-pressed", String(kind === filterKind));
    this.#empty.hidden = count > 0;
    setText(this.#empty, this.#rows.size === 0 ? "No programs to manage" : "No program matches the filter");
    if (filtering) setText(this.#shown, `${count} shown`);
    this.#showChosen();
  }

  /** Rows that match the filter, folded away or not. */
  #visible(): Row[] {
    return [...this.#rows.values()].filter((row) => this.#matches(row));
  }

  #chosenRows(): Row[] {
    return this.#visible().filter((row) => row.check.checked);
  }

  #showChosen(): void {
    const visible = this.#visible();
    const chosen = visible.filter((row) => row.check.checked).length;
    this.#all.checked = chosen > 0 && chosen === visible.length;
    this.#all.indeterminate = chosen > 0 && chosen < visible.length;
    const all = visible.length === this.#rows.size ? "All" : `${visible.length} shown`;
    setText(this.#chosen, chosen > 0 ? `${chosen} selected` : all);
    for (const each of this.#bulk) each.disabled = visible.length === 0;
  }

  #showCounts(): void {
    const counts = new Map<string, number>();
    for (const { state } of this.#store.processes.values()) counts.set(state, (counts.get(state) ?? 0) + 1);
    for (const [kind, chip] of this.#chips) {
      const count = KINDS[kind].reduce((sum, state) => sum + (counts.get(state) ?? 0), 0);
      setText(chip, `${kind} ${count}`);
      setAttribute(chip, "data-any", String(count > 0));
    }
  }

  /** On what is selected, else on all that is shown: that asks first. */
  async #act(verb: Verb): Promise<void> {
    const chosen = this.#chosenRows();
    if (chosen.length > 0) {
      const ids = idsFor(chosen, verb);
      await actOnMany(ids, verb, `${chosen.length} selected`, chosen.length - ids.length);
      return;
    }
    const visible = this.#visible();
    const whole = visible.length === this.#rows.size;
    const what = whole ? "all programs" : `the ${visible.length} programs shown`;
    const name = `${verb.charAt(0).toUpperCase()}${verb.slice(1)}`;
    if (!(await confirm(`${name} ${what}?`, `${name} ${whole ? "all" : String(visible.length)}`))) return;
    if (whole) await actOnMany(null, verb, "All");
    else {
      const ids = idsFor(visible, verb);
      await actOnMany(ids, verb, what, visible.length - ids.length);
    }
  }

  #changed(change: Change): void {
    if (change === "all") {
      this.#build();
      return;
    }
    const groups = new Set<string>();
    for (const id of change) {
      const process = this.#store.processes.get(id);
      if (process === undefined) continue;
      this.#rows.get(id)?.show(process);
      groups.add(process.group);
    }
    for (const name of groups) this.#groups.get(name)?.show();
    this.#showCounts();
    if (filterKind !== null) this.#applyFilter();
  }

  #usageChanged(ids: ReadonlySet<string>): void {
    for (const id of ids) this.#rows.get(id)?.showUsage();
    for (const group of this.#groups.values()) group.showUsage();
  }

  #busyChanged(key: string): void {
    if (key.startsWith("group/")) {
      this.#groups.get(key.slice("group/".length))?.show();
      return;
    }
    const row = this.#rows.get(key);
    row?.show(row.process);
    if (row !== undefined) this.#groups.get(row.process.group)?.show();
  }

  /** Up and down move from row to row; within a row s, r and x start, restart and stop, blank selects. */
  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = (event.target as Element).closest("tr");
    if (at === null) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const rows = [...this.#body.rows].filter((row) => !row.hidden);
      const next = rows[rows.indexOf(at) + (event.key === "ArrowDown" ? 1 : -1)];
      next?.querySelector<HTMLElement>("th a, th button")?.focus();
      event.preventDefault();
      return;
    }
    const row = [...this.#rows.values()].find(({ element }) => element === at);
    if (row === undefined || (event.target as Element).localName !== "a") return;
    const buttons = at.querySelectorAll<HTMLButtonElement>(".actions button");
    if (event.key === " ") row.check.click();
    else if (event.key === "x") buttons[1]?.click();
    else if (event.key === (canStop(row.process) ? "r" : "s")) buttons[0]?.click();
    else return;
    event.preventDefault();
  }
}
