/** One log that is being followed: colours, search, pause, wrap, clear, download. */
import { PLAIN, paletteColour, parseAnsi, type Span } from "./ansi.ts";
import { button, h, setAttribute, setText } from "./dom.ts";
import { bytes } from "./format.ts";

/** Lines kept on the page. The file has the rest. */
const MOST_LINES = 4000;
/** A line is shown as far as this, in characters. */
const MOST_LENGTH = 8000;
/** What a paused pane keeps for later, in characters. */
const MOST_HELD = 512 * 1024;

export interface LogPaneOptions {
  readonly label: string;
  /** Where the whole file is to be had. */
  readonly download: string;
  /** Null where the log can't be cleared from here. */
  readonly clear: (() => void) | null;
}

/** Text is appended in pieces that may end within a line. The pane scrolls along only while its end is in sight. */
export class LogPane {
  readonly element: HTMLElement;
  readonly #lines: HTMLElement;
  readonly #search: HTMLInputElement;
  readonly #found = h("span", { class: "found", role: "status" });
  readonly #pause: HTMLButtonElement;
  readonly #note = h("p", { class: "log-note" });
  /** The element of a line that has not ended yet, and its text. */
  #open: { readonly element: HTMLElement; readonly text: string; readonly look: typeof PLAIN } | null = null;
  #look = PLAIN;
  #paused = false;
  #held = "";
  /** The log began anew while it was paused. */
  #anew = false;
  #query = "";
  #matches = 0;

  constructor({ label, download, clear }: LogPaneOptions) {
    this.#lines = h("div", {
      class: "log",
      role: "log",
      "aria-live": "off",
      tabindex: "0",
      "aria-label": label,
    });
    this.#search = h("input", { type: "search", placeholder: "Search", "aria-label": `Search ${label}` });
    this.#search.addEventListener("input", () => this.#applySearch());
    this.#pause = button("Pause", () => this.#togglePause(), { "aria-pressed": "false" });
    const wrap = button("Wrap", () => {
      const on = this.#lines.classList.toggle("wrap");
      setAttribute(wrap, "aria-pressed", String(on));
    });
    wrap.setAttribute("aria-pressed", "false");
    this.element = h(
      "section",
      { class: "log-pane", "aria-label": label },
      h(
        "div",
        { class: "log-bar" },
        h("h2", {}, label),
        this.#search,
        this.#found,
        this.#pause,
        wrap,
        clear === null ? null : button("Clear", clear, { "aria-label": `Clear ${label}` }),
        h(
          "a",
          { class: "button", href: download, download: true, "aria-label": `Download ${label}` },
          "Download",
        ),
      ),
      this.#lines,
      this.#note,
    );
    this.note("No output yet");
  }

  /** Says something of the log as a whole, below it, where there is room for it always; empty for nothing. */
  note(text: string): void {
    setText(this.#note, text);
  }

  /** The log begins anew. What somebody has stopped to read stays until they go on. */
  reset(): void {
    this.#held = "";
    this.#anew = this.#paused;
    if (this.#paused) {
      this.#showPaused();
      return;
    }
    this.#empty();
    this.note("No output yet");
  }

  #empty(): void {
    this.#lines.replaceChildren();
    this.#open = null;
    this.#look = PLAIN;
    this.#matches = 0;
    this.#showFound();
  }

  append(text: string, skipped = 0): void {
    const lead =
      skipped > 0
        ? `\x1b[0m\n\x1b[2m[${bytes(skipped)} left out: output came too fast to show]\x1b[0m\n`
        : "";
    if (lead + text === "") return;
    if (this.#paused) {
      this.#held = (this.#held + lead + text).slice(-MOST_HELD);
      this.#showPaused();
      return;
    }
    this.note("");
    this.#add(lead + text);
  }

  #add(text: string): void {
    const pane = this.#lines;
    const following = pane.scrollHeight - pane.scrollTop - pane.clientHeight < 24;
    const fragment = document.createDocumentFragment();
    let lines = ((this.#open?.text ?? "") + text).split("\n");
    if (this.#open !== null) this.#look = this.#open.look;
    const replaced = this.#open?.element;
    if (replaced !== undefined) {
      if (!replaced.hidden) this.#matches--;
      replaced.remove();
    }
    this.#open = null;
    if (lines.length > MOST_LINES) lines = lines.slice(-MOST_LINES);
    const last = lines.pop() ?? "";
    for (const line of lines) fragment.append(this.#line(line));
    if (last !== "") {
      const look = this.#look;
      const element = this.#line(last);
      this.#open = { element, text: last, look };
      fragment.append(element);
    }
    pane.append(fragment);
    for (let over = pane.childElementCount - MOST_LINES; over > 0; over--) {
      const oldest = pane.firstElementChild as HTMLElement;
      if (!oldest.hidden) this.#matches--;
      oldest.remove();
    }
    if (following) pane.scrollTop = pane.scrollHeight;
    this.#showFound();
  }

  #line(text: string): HTMLElement {
    // A carriage return goes back to the beginning of the line: what was there is overwritten.
    const shown = text.replace(/\r+$/, "").replace(/^.*\r/, "").slice(0, MOST_LENGTH);
    const { spans, end } = parseAnsi(shown, this.#look);
    this.#look = end;
    const element = h("div", {}, ...spans.map(spanNode));
    element.hidden = !this.#hit(element);
    if (!element.hidden) this.#matches++;
    return element;
  }

  #hit(element: HTMLElement): boolean {
    return this.#query === "" || (element.textContent ?? "").toLowerCase().includes(this.#query);
  }

  #applySearch(): void {
    this.#query = this.#search.value.toLowerCase();
    this.#matches = 0;
    for (const line of this.#lines.children as HTMLCollectionOf<HTMLElement>) {
      line.hidden = !this.#hit(line);
      if (!line.hidden) this.#matches++;
    }
    this.#showFound();
    this.#lines.scrollTop = this.#lines.scrollHeight;
  }

  #showFound(): void {
    setText(
      this.#found,
      this.#query === "" ? "" : `${this.#matches} of ${this.#lines.childElementCount} lines`,
    );
    this.#highlight();
  }

  /** Marks what was searched for, without touching the lines, where the browser can. */
  #highlight(): void {
    if (!("highlights" in CSS)) return;
    highlights.delete(this.#lines);
    if (this.#query !== "") highlights.set(this.#lines, this.#query);
    paintHighlights();
  }

  #togglePause(): void {
    this.#paused = !this.#paused;
    setAttribute(this.#pause, "aria-pressed", String(this.#paused));
    const held = this.#held;
    this.#held = "";
    this.note("");
    if (this.#paused) {
      this.#showPaused();
      return;
    }
    if (this.#anew) this.reset();
    if (held !== "") this.append(held);
  }

  #showPaused(): void {
    this.note(this.#held === "" ? "Paused" : `Paused: ${bytes(this.#held.length)} of new output`);
  }
}

const highlights = new Map<HTMLElement, string>();
const MOST_MARKS = 500;

function paintHighlights(): void {
  const ranges: Range[] = [];
  for (const [pane, query] of highlights) {
    if (!pane.isConnected) {
      highlights.delete(pane);
      continue;
    }
    for (
      let line = pane.lastElementChild;
      line !== null && ranges.length < MOST_MARKS;
      line = line.previousElementSibling
    ) {
      if (!(line as HTMLElement).hidden) markLine(line, query, ranges);
    }
  }
  CSS.highlights.set("found", new Highlight(...ranges));
}

function markLine(line: Element, query: string, ranges: Range[]): void {
  for (const child of line.childNodes) {
    const node = child.firstChild ?? child;
    const text = (node.textContent ?? "").toLowerCase();
    for (let at = text.indexOf(query); at >= 0; at = text.indexOf(query, at + query.length)) {
      const range = new Range();
      range.setStart(node, at);
      range.setEnd(node, Math.min(at + query.length, node.textContent?.length ?? 0));
      ranges.push(range);
    }
  }
}

function spanNode(span: Span): Node | string {
  const { fg, bg, bold, dim, italic, underline } = span;
  if (fg === null && bg === null && !bold && !dim && !italic && !underline) return span.text;
  const classes: string[] = [];
  if (bold) classes.push("b");
  if (dim) classes.push("d");
  if (italic) classes.push("i");
  if (underline) classes.push("u");
  const element = h("span", {}, span.text);
  if (typeof fg === "number" && fg < 16) classes.push(`fg${fg}`);
  else if (fg !== null) element.style.color = typeof fg === "string" ? fg : paletteColour(fg);
  if (typeof bg === "number" && bg < 16) classes.push(`bg${bg}`);
  else if (bg !== null) element.style.backgroundColor = typeof bg === "string" ? bg : paletteColour(bg);
  if (classes.length > 0) element.className = classes.join(" ");
  return element;
}
