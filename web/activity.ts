/** The daemon's own log, live. */
import type { OutputPiece } from "../lib/http/api-types.ts";
import { BASE } from "./api.ts";
import { h } from "./dom.ts";
import { Live } from "./live.ts";
import { LogPane } from "./log-pane.ts";
import type { Store } from "./store.ts";
import type { View } from "./view.ts";

/** The level in a line of the log; which of them are coloured, as a terminal would. */
const LEVEL = /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} )(CRIT|ERRO|WARN) /gm;
const tint = (_line: string, time: string, level: string): string =>
  `${time}\x1b[${level === "WARN" ? 33 : 31}m${level}\x1b[0m `;

/** Follows the log until `close`. Each connection begins with the last 64 KiB of it. */
export class ActivityView implements View {
  readonly element = h("section", { class: "activity", "aria-label": "Activity log" });
  readonly title = "Activity";
  readonly #live: Live;
  readonly #end: () => void;

  constructor(store: Store) {
    const pane = new LogPane({ label: "Activity log", download: `${BASE}/log?download=1`, clear: null });
    this.element.append(pane.element);
    this.#live = new Live({
      url: `${BASE}/log/output?tail=65536`,
      on: {
        begin: () => pane.reset(),
        output: ({ text, skipped, truncated }: OutputPiece) => {
          if (truncated) pane.reset();
          pane.append(text.replace(LEVEL, tint), skipped);
        },
      },
      onState: (state) => {
        if (state.kind === "waiting") pane.note("Not live: the connection is lost");
        if (state.kind === "denied") pane.note(`Not following: ${state.text}`);
      },
    });
    // The whole state comes when the daemon has come back: its log is there again too.
    this.#end = store.onChange((change) => {
      if (change === "all") this.#live.retryNow();
    });
  }

  close(): void {
    this.#end();
    this.#live.close();
  }
}
