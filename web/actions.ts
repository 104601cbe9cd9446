/** Doing something to processes, with what is under way and what came of it. */
import type { ResultView } from "../lib/http/api-types.ts";
import { ApiError, api, type Channel, type Verb } from "./api.ts";
import { button, h } from "./dom.ts";
import { notify } from "./notices.ts";

const DONE: Readonly<Record<Verb, string>> = { start: "started", stop: "stopped", restart: "restarted" };
const DOING: Readonly<Record<Verb, string>> = { start: "starting", stop: "stopping", restart: "restarting" };

/** Ids and groups (`group/NAME`) on which an action is under way, with its word. */
const busy = new Map<string, string>();
const listeners = new Set<(key: string) => void>();

/** The word for what is under way on an id or a group (`group/NAME`), such as `starting`; undefined for nothing. */
export const busyWith = (key: string): string | undefined => busy.get(key);

/** Has `listener` called with the key when an action begins there and when it ends. Returns the undoing. */
export function onBusy(listener: (key: string) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Runs one action under a key; says what failed. Nothing happens while another one is under way there. True where it is done. */
export async function run(key: string, word: string, work: () => Promise<string | null>): Promise<boolean> {
  if (busy.has(key)) return false;
  const set = (value: string | null) => {
    if (value === null) busy.delete(key);
    else busy.set(key, value);
    for (const listener of listeners) listener(key);
  };
  set(word);
  try {
    const said = await work();
    if (said !== null) notify(said, true);
    return true;
  } catch (error) {
    const text = error instanceof ApiError ? error.message : String(error);
    notify(`${key.replace(/^[a-z]+\//, "")}: ${word} failed: ${text}`, false);
    return false;
  } finally {
    set(null);
  }
}

/** As {@link run}, with the process's id for the key. */
export const act = (id: string, verb: Verb): Promise<boolean> =>
  run(id, DOING[verb], async () => {
    await api.act(id, verb);
    return `${id} ${DONE[verb]}`;
  });

/** True also where some of the processes failed: the daemon has answered, and each failure has its own notice. */
export const actOnGroup = (name: string, verb: Verb): Promise<boolean> =>
  run(`group/${name}`, DOING[verb], async () => {
    const { results } = await api.actOnGroup(name, verb);
    return tell(name, results, verb);
  });

/** `ids` null: all. `label` says of what the result tells, `skipped` how many of it were left out. */
export const actOnMany = (
  ids: readonly string[] | null,
  verb: Verb,
  label: string,
  skipped = 0,
): Promise<boolean> =>
  run("many/selection", DOING[verb], async () => {
    const { results } = ids?.length === 0 ? { results: [] } : await api.actOnMany(ids, verb);
    return tell(label, results, verb, skipped);
  });

/** As {@link run}, with the process's id for the key. Asks nobody: the caller has. */
export const clearLog = (id: string, channel: Channel): Promise<boolean> =>
  run(id, "clearing", async () => {
    await api.clearLog(id, channel);
    return `${channel} of ${id} cleared`;
  });

const SUCCESS = 80;
/** What says that it was so already: ALREADY_STARTED, NOT_RUNNING. That is what was wanted, and no failure. */
const ALREADY: Readonly<Record<Verb, number | null>> = { start: 60, stop: 70, restart: null };

/** Says each failure, and gives the word for the rest. */
function tell(label: string, results: readonly ResultView[], verb: Verb, skipped = 0): string | null {
  const already = results.filter(({ status }) => status === ALREADY[verb]).length;
  const failed = results.filter(({ status }) => status !== SUCCESS && status !== ALREADY[verb]);
  for (const { group, name, description } of failed) {
    notify(`${group === name ? name : `${group}:${name}`}: ${DOING[verb]} failed: ${description}`, false);
  }
  const good = results.length - failed.length - already;
  if (good === 0) return failed.length > 0 ? null : `${label}: nothing to ${verb}`;
  const rest = already + skipped;
  const others = rest === 0 ? "" : `, ${rest} already ${verb === "stop" ? "stopped" : "running"}`;
  return `${label}: ${good} ${good === 1 ? "process" : "processes"} ${DONE[verb]}${others}`;
}

/** Asks before something large. True where it was confirmed. */
export function confirm(question: string, yes: string): Promise<boolean> {
  return new Promise((resolve) => {
    const dialog = h("dialog", { "aria-label": question });
    const close = (answer: boolean) => {
      dialog.close();
      dialog.remove();
      resolve(answer);
    };
    dialog.append(
      h("p", {}, question),
      h(
        "div",
        { class: "row end" },
        button("Cancel", () => close(false)),
        button(yes, () => close(true), { class: "primary" }),
      ),
    );
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      close(false);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
