/** Everything about one program. */
import type { HistoryView, OutputPiece, ProcessDetail, ProcessView } from "../lib/http/api-types.ts";
import { act, busyWith, clearLog, confirm, onBusy, run } from "./actions.ts";
import { ApiError, api, type Channel, processPath } from "./api.ts";
import { button, h, setText } from "./dom.ts";
import { duration } from "./format.ts";
import { showHistory, tickHistory } from "./history.ts";
import { Live } from "./live.ts";
import { LogPane } from "./log-pane.ts";
import { notify } from "./notices.ts";
import type { UsagePlots } from "./plots.ts";
import { badge, showState } from "./row.ts";
import { type Change, canStart, canStop, remark, type Store } from "./store.ts";
import type { View } from "./view.ts";

/** How much of each log comes first, in bytes. */
const TAIL = 65_536;
const SIGNALS = ["HUP", "USR1", "USR2", "INT", "TERM", "QUIT", "KILL"] as const;

/** Follows the program's logs until `close`. Where no program has this id, it says so. */
export class ProgramView implements View {
  readonly element = h("article", { class: "program" });
  readonly title: string;
  readonly #id: string;
  readonly #store: Store;
  readonly #state = badge();
  readonly #facts = h("span", { class: "facts" });
  readonly #remark = h("span", { class: "remark" });
  readonly #actions: Record<"start" | "restart" | "stop", HTMLButtonElement>;
  readonly #plotBox = h("div", { class: "plot-box" });
  readonly #strip = h("div", { class: "strip", "aria-hidden": "true" });
  readonly #list = h("ol", { class: "history" });
  readonly #options = h("dl", { class: "options" });
  readonly #panes = new Map<string, LogPane>();
  readonly #stdin: HTMLInputElement;
  readonly #send = h("button", { type: "submit" }, "Send");
  readonly #signal = h("select", { "aria-label": "Send a signal" });
  /** Which logs there are panes for; null where there was no such program. */
  readonly #logNames: string | null;
  readonly #onOther: () => void;
  #history: readonly HistoryView[] = [];
  #plots: UsagePlots | null = null;
  #output: Live | null = null;
  #closed = false;
  /** The detail is asked for anew once the one under way is there. */
  #stale: "no" | "asking" | "again" = "no";
  readonly #endings: (() => void)[];
  readonly #clock: number;

  /** @param onOther it has to be made anew: the program has come, or has other logs than before */
  constructor(id: string, store: Store, onOther: () => void) {
    this.#id = id;
    this.title = id;
    this.#store = store;
    this.#onOther = onOther;
    this.#logNames = this.#process?.logs.join() ?? null;
    this.#actions = {
      start: button("Start", () => void act(id, "start")),
      restart: button("Restart", () => void act(id, "restart")),
      stop: button("Stop", () => void act(id, "stop")),
    };
    this.#stdin = h("input", {
      type: "text",
      "aria-label": "Text for stdin",
      placeholder: "Send a line to stdin",
      autocomplete: "off",
      spellcheck: "false",
    });
    this.element.append(
      h(
        "div",
        { class: "program-head" },
        h("h1", {}, id),
        this.#state,
        this.#facts,
        this.#remark,
        this.#buttons(),
      ),
      this.#process === undefined
        ? h("p", { class: "empty" }, "There is no program of this name. ", h("a", { href: "#/" }, "Show all"))
        : this.#body(),
    );
    this.#show();
    this.#endings = [
      store.onChange((change) => this.#changed(change)),
      store.onUsage((ids) => {
        if (ids.has(id)) this.#usage();
      }),
      onBusy((key) => {
        if (key === id) this.#show();
      }),
    ];
    let seconds = 0;
    this.#clock = setInterval(() => {
      this.#showFacts();
      if (++seconds % 10 === 0) this.#showHistory();
      else tickHistory(this.#list, this.#history, this.#store.now());
    }, 1000);
    if (this.#process !== undefined) void this.#load();
  }

  #body(): HTMLElement {
    return h(
      "div",
      { class: "program-body" },
      this.#logs(),
      h(
        "aside",
        { "aria-label": "Facts" },
        this.#plotBox,
        h("section", {}, h("h2", {}, "History"), this.#strip, this.#list),
        h("details", { open: true }, h("summary", {}, h("h2", {}, "Configuration")), this.#options),
      ),
    );
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#clock);
    for (const end of this.#endings) end();
    this.#output?.close();
    this.#plots?.close();
  }

  get #process(): ProcessView | undefined {
    return this.#store.processes.get(this.#id);
  }

  #buttons(): HTMLElement {
    const signal = this.#signal;
    signal.append(h("option", { value: "" }, "Signal…"));
    for (const name of SIGNALS) signal.append(h("option", { value: name }, name));
    signal.addEventListener("change", () => {
      const name = signal.value;
      signal.value = "";
      if (name === "") return;
      void run(this.#id, "signalling", async () => {
        await api.signal(this.#id, name);
        return `${name} sent to ${this.#id}`;
      });
    });
    const { start, restart, stop } = this.#actions;
    return h(
      "div",
      { class: "actions", role: "group", "aria-label": "Actions" },
      start,
      restart,
      stop,
      signal,
    );
  }

  #logs(): HTMLElement {
    const box = h("div", { class: "logs" });
    const logs = this.#process?.logs ?? [];
    for (const channel of logs) {
      const pane = new LogPane({
        label: channel,
        download: `${processPath(this.#id)}/logs/${channel}?download=1`,
        clear: () => void this.#clear(channel),
      });
      this.#panes.set(channel, pane);
      box.append(pane.element);
    }
    if (logs.length === 0) box.append(h("p", { class: "empty" }, "This program has no logs"));
    else this.#follow();
    box.append(this.#stdinForm());
    return box;
  }

  /** A log that goes on in another file keeps on the page what came before: after this it begins with that file. */
  async #clear(channel: Channel): Promise<void> {
    if (!(await confirm(`Clear the ${channel} log of ${this.#id}? What it holds is lost.`, "Clear"))) return;
    if ((await clearLog(this.#id, channel)) && !this.#closed) this.#output?.again();
  }

  #follow(): void {
    this.#output = new Live({
      url: `${processPath(this.#id)}/output?tail=${TAIL}`,
      on: {
        begin: () => {
          for (const pane of this.#panes.values()) pane.reset();
        },
        output: ({ channel, text, skipped, truncated }: OutputPiece) => {
          const pane = this.#panes.get(channel);
          if (truncated) pane?.reset();
          pane?.append(text, skipped);
        },
      },
      onState: (state) => {
        if (state.kind !== "waiting" && state.kind !== "denied") return;
        for (const pane of this.#panes.values()) {
          pane.note(
            state.kind === "denied" ? `Not following: ${state.text}` : "Not live: the connection is lost",
          );
        }
      },
    });
  }

  #stdinForm(): HTMLElement {
    const form = h("form", { class: "stdin" }, this.#stdin, this.#send);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = `${this.#stdin.value}\n`;
      void api.send(this.#id, text).then(
        () => {
          this.#stdin.value = "";
          notify(`Sent to ${this.#id}`, true);
        },
        (error: unknown) =>
          notify(`${this.#id}: ${error instanceof Error ? error.message : String(error)}`, false),
      );
    });
    return form;
  }

  #changed(change: Change): void {
    if (change !== "all" && !change.has(this.#id)) return;
    const process = this.#process;
    if (process !== undefined && process.logs.join() !== this.#logNames) {
      this.#onOther();
      return;
    }
    this.#show();
    if (process === undefined) return;
    // What was gone may be there again, and a daemon that came back is not kept waiting.
    if (change === "all") this.#output?.retryNow();
    void this.#load();
  }

  #show(): void {
    const process = this.#process;
    const busy = busyWith(this.#id);
    if (process === undefined) {
      showState(this.#state, "gone", undefined);
      for (const each of [...Object.values(this.#actions), this.#signal, this.#send]) each.disabled = true;
      return;
    }
    this.#signal.disabled = busy !== undefined || process.pid === 0;
    // What is being typed stays, and may go on: only nobody is there to take it.
    this.#send.disabled = process.pid === 0;
    this.#stdin.placeholder = process.pid === 0 ? "Not running: nobody reads stdin" : "Send a line to stdin";
    showState(this.#state, process.state, busy);
    setText(this.#remark, remark(process));
    const { start, restart, stop } = this.#actions;
    start.disabled = busy !== undefined || !canStart(process);
    stop.disabled = busy !== undefined || !canStop(process);
    restart.disabled = busy !== undefined || !canStop(process);
    this.#showFacts();
  }

  #showFacts(): void {
    const process = this.#process;
    if (process === undefined) return;
    const facts: string[] = [];
    if (process.pid !== 0) {
      facts.push(`pid ${process.pid}`, `up ${duration((this.#store.now() - process.started) / 1000)}`);
      const usage = this.#store.usage.get(this.#id);
      if (usage !== undefined && usage[2] > 0)
        facts.push(`${usage[2]} ${usage[2] === 1 ? "child" : "children"}`);
    }
    if (process.starts > 1) facts.push(`restarted ${process.starts - 1}×`);
    setText(this.#facts, facts.join(" · "));
  }

  #usage(): void {
    const usage = this.#store.usage.get(this.#id);
    if (usage !== undefined) this.#plots?.add(this.#store.now(), usage[0], usage[1]);
  }

  /** History and options; asked for again with each change of state, one at a time. */
  async #load(): Promise<void> {
    if (this.#stale !== "no") {
      this.#stale = "again";
      return;
    }
    this.#stale = "asking";
    try {
      const detail = await api.detail(this.#id);
      if (!this.#closed) await this.#showDetail(detail);
    } catch (error) {
      if (error instanceof ApiError && error.fault !== null) setText(this.#remark, error.message);
    }
    const again = (this.#stale as "asking" | "again") === "again";
    this.#stale = "no";
    if (again && !this.#closed) void this.#load();
  }

  #showHistory(): void {
    showHistory(this.#list, this.#strip, this.#history, this.#store.now());
  }

  async #showDetail({ options, history, usage }: ProcessDetail): Promise<void> {
    this.#history = history;
    this.#showHistory();
    this.#options.replaceChildren(
      ...options.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]),
    );
    if (this.#plots !== null) return;
    const { UsagePlots } = await import("./plots.ts");
    if (this.#closed || this.#plots !== null) return;
    this.#plots = new UsagePlots(usage);
    this.#plotBox.replaceChildren(this.#plots.element);
    this.#usage();
  }
}
