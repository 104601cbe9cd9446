/** What became of an action, in a corner of the page: successes go by themselves, failures stay until they are sent away. */
import { button, h } from "./dom.ts";

const SHOWN = 5000;
const MOST = 6;

const list = h("div", { class: "notices" });
// Two regions that are there from the start: a screen reader does not hear what comes with its region.
const polite = h("div", { role: "status", class: "notices-list" });
const assertive = h("div", { role: "alert", class: "notices-list" });
list.append(assertive, polite);

export const noticesElement = list;

export function notify(text: string, ok: boolean): void {
  const region = ok ? polite : assertive;
  const notice = h("div", { class: ok ? "notice" : "notice bad" }, h("span", {}, text));
  const away = () => notice.remove();
  notice.append(button("×", away, { "aria-label": "Dismiss", class: "plain" }));
  region.append(notice);
  while (region.childElementCount > MOST) region.firstElementChild?.remove();
  if (ok) setTimeout(away, SHOWN);
}
