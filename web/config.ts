/** What the configuration on disk would change, and changing it. */
import type { ConfigDiff, OptionChange } from "../lib/http/api-types.ts";
import { ApiError, api } from "./api.ts";
import { button, h } from "./dom.ts";
import type { View } from "./view.ts";

/** Compares as soon as it is made. Offers an update where something differs, or where a step of the last one failed. */
export class ConfigView implements View {
  readonly element = h("section", { class: "config", "aria-label": "Configuration" });
  readonly title = "Configuration";
  readonly #diff = h("div", {
    class: "diff",
    role: "region",
    "aria-label": "Difference",
    "aria-live": "polite",
  });
  readonly #read: HTMLButtonElement;
  readonly #update: HTMLButtonElement;

  constructor() {
    this.#read = button("Compare again", () => void this.#compare());
    this.#update = button("Update", () => void this.#apply(), { class: "primary" });
    this.#update.disabled = true;
    this.element.append(
      h("div", { class: "toolbar" }, h("h1", {}, "Configuration on disk"), this.#read, this.#update),
      h(
        "p",
        { class: "dim" },
        "Comparing changes nothing. An update stops what was removed or changed, and starts what is new or changed.",
      ),
      this.#diff,
    );
    void this.#compare();
  }

  close(): void {}

  async #compare(): Promise<void> {
    await this.#busy("Reading the configuration", async () => {
      const diff = await api.diff();
      const nothing = diff.added.length + diff.changed.length + diff.removed.length === 0;
      this.#diff.replaceChildren(
        nothing ? h("p", {}, "No difference: what runs is what is on disk.") : showDiff(diff),
      );
      return !nothing;
    });
  }

  async #apply(): Promise<void> {
    await this.#busy("Updating", async () => {
      const { steps } = await api.update();
      const items = steps.map(({ group, text, ok }) =>
        h("li", { class: ok ? "" : "bad" }, `${group}: ${text}`),
      );
      this.#diff.replaceChildren(
        h("ul", { class: "steps" }, ...(items.length > 0 ? items : [h("li", {}, "Nothing to do")])),
      );
      return steps.some(({ ok }) => !ok);
    });
  }

  /** Runs one call; whether there is something to update afterwards is its result. */
  async #busy(word: string, work: () => Promise<boolean>): Promise<void> {
    this.#read.disabled = true;
    this.#update.disabled = true;
    this.#diff.replaceChildren(h("p", { class: "dim" }, `${word}…`));
    try {
      this.#update.disabled = !(await work());
    } catch (error) {
      const text = error instanceof ApiError ? error.message : String(error);
      this.#diff.replaceChildren(h("p", { class: "bad" }, text));
    }
    this.#read.disabled = false;
  }
}

function showDiff({ added, changed, removed }: ConfigDiff): HTMLElement {
  const box = h("div", {});
  for (const { name, processes } of added) box.append(group("+", `${name}: new`, members(name, processes)));
  for (const { name, processes } of removed)
    box.append(group("−", `${name}: removed`, members(name, processes)));
  for (const { name, options } of changed) {
    box.append(
      group(
        "~",
        `${name}: changed`,
        options.map((option) => h("li", {}, change(name, option))),
      ),
    );
  }
  return box;
}

/** The processes of a group. A group of one has the name of its process: the title has said it. */
const members = (group: string, processes: readonly string[]): HTMLElement[] =>
  processes.length === 1 && processes[0] === group ? [] : processes.map((each) => h("li", {}, each));

const group = (sign: string, title: string, items: readonly HTMLElement[]): HTMLElement =>
  h(
    "section",
    { class: "diff-group", "data-sign": sign },
    h("h2", {}, title),
    items.length === 0 ? null : h("ul", {}, ...items),
  );

const change = (group: string, { subject, option, before, after }: OptionChange): HTMLElement =>
  h(
    "span",
    { class: "option-change" },
    subject === group || subject === `${group}:${group}` ? null : h("span", {}, subject),
    h("b", {}, option),
    before === null ? null : h("del", {}, before === "" ? "(empty)" : before),
    after === null ? h("span", { class: "dim" }, "removed") : h("ins", {}, after === "" ? "(empty)" : after),
  );
