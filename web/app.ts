/** The page: takes over from the table that came with it once it knows what there is to show. */
import type { DaemonView, ProcessView, Snapshot, UsageChange } from "../lib/http/api-types.ts";
import { ActivityView } from "./activity.ts";
import { BASE } from "./api.ts";
import { ConfigView } from "./config.ts";
import { button, h, setAttribute, setText } from "./dom.ts";
import { Live, type LiveState } from "./live.ts";
import { noticesElement } from "./notices.ts";
import { ProgramView } from "./program.ts";
import { ProgramsView } from "./programs.ts";
import { Store } from "./store.ts";
import { applyTheme, themeButton } from "./theme.ts";
import type { View } from "./view.ts";

const store = new Store();
const main = h("main", { id: "main", tabindex: "-1" });
const liveText = h("span", { class: "live", role: "status" });
const retry = button("Try now", () => live.retryNow(), { class: "plain" });
const identifier = h("b");
const host = h("span", { class: "dim" });
const whose = h("span", { class: "identifier" }, identifier, " ", host);
const NAVIGATION = [
  ["#/", "Programs"],
  ["#/activity", "Activity"],
  ["#/config", "Configuration"],
] as const;
const links = NAVIGATION.map(([href, label]) => h("a", { href }, label));

let view: View | null = null;
let liveState: LiveState = { kind: "connecting" };

function route(): View {
  const hash = location.hash;
  const [, section, argument] = /^#\/([a-z]*)\/?(.*)$/.exec(hash) ?? [];
  if (section === "activity") return new ActivityView(store);
  if (section === "config") return new ConfigView();
  if (section === "program" && argument)
    return new ProgramView(decode(argument), store, () => navigate(false));
  return new ProgramsView(store);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function navigate(moved: boolean): void {
  view?.close();
  view = route();
  main.replaceChildren(view.element);
  showTitle();
  const here = location.hash === "" ? "#/" : location.hash;
  for (const link of links) {
    if (link.hash === here) setAttribute(link, "aria-current", "page");
    // A program is looked at from the list of them.
    else if (link.hash === "#/" && view instanceof ProgramView) setAttribute(link, "aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  // A reader of the screen is told that the page is another one now; the first view does not take the focus.
  if (moved) main.focus({ preventScroll: true });
}

function showLive(state: LiveState): void {
  liveState = state;
  store.setLive(state.kind === "live");
  document.documentElement.dataset["live"] = state.kind;
  retry.hidden = state.kind !== "waiting";
  tickLive();
}

function tickLive(): void {
  const state = liveState;
  const mood = store.daemon?.mood ?? "RUNNING";
  switch (state.kind) {
    case "live":
      setText(liveText, mood === "RUNNING" ? "Live" : `Daemon: ${mood.toLowerCase()}`);
      return;
    case "connecting":
      setText(liveText, "Connecting");
      return;
    case "paused":
      setText(liveText, "Paused");
      return;
    case "waiting": {
      // Screen readers are told once, not each second.
      const seconds = Math.max(0, Math.ceil((state.at - Date.now()) / 1000));
      setAttribute(liveText, "data-seconds", `${seconds}`);
      setText(liveText, "Not live: trying again");
      return;
    }
    case "denied":
      setText(liveText, `Not live: ${state.text}`);
  }
}

/** Puts the page in place of what the server sent for browsers without script. */
function takeOver(): void {
  const head = h(
    "header",
    { class: "top" },
    h("a", { class: "skip", href: "#main" }, "Skip to content"),
    whose,
    h("nav", { "aria-label": "Sections" }, ...links),
    h("span", { class: "live-box" }, liveText, retry),
    themeButton(),
  );
  head.querySelector(".skip")?.addEventListener("click", (event) => {
    event.preventDefault();
    main.focus();
  });
  const message = document.querySelector(".status_msg");
  document.body.replaceChildren(head, main, noticesElement);
  if (message !== null) main.before(message);
  document.documentElement.dataset["app"] = "";
  navigate(false);
  addEventListener("hashchange", () => navigate(true));
}

/** The daemon first: of many tabs, little more is seen than that. */
function showTitle(): void {
  if (view === null || store.daemon === null) return;
  const { identifier, host } = store.daemon;
  document.title = `${identifier} on ${host}: ${view.title}`;
}

function showDaemon(daemon: DaemonView): void {
  setText(identifier, daemon.identifier);
  setText(host, `on ${daemon.host}`);
  setAttribute(
    whose,
    "title",
    `pid ${daemon.pid}, Supervisor ${daemon.version}, ${daemon.identifier} on ${daemon.host}`,
  );
  showTitle();
  tickLive();
}

applyTheme();
addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target instanceof HTMLInputElement && event.target.type !== "checkbox") return;
  if (!(view instanceof ProgramsView)) return;
  event.preventDefault();
  view.focusFilter();
});
setInterval(tickLive, 1000);

const live: Live = new Live({
  url: `${BASE}/events`,
  on: {
    snapshot: (snapshot: Snapshot) => {
      store.snapshot(snapshot);
      showDaemon(snapshot.daemon);
      if (view === null) takeOver();
    },
    daemon: (daemon: DaemonView) => {
      store.daemonChanged(daemon);
      showDaemon(daemon);
    },
    processes: (processes: readonly ProcessView[]) => store.processesChanged(processes),
    usage: (change: UsageChange) => store.usageChanged(change),
  },
  onState: showLive,
});
