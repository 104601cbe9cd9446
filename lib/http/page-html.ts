/** The page as it comes, for browsers without script and for scripts that read it: the original's table, names and links. */
import type { ProcessState } from "../model/states.ts";
import { SUPERVISOR_VERSION } from "../model/version.ts";
import { assets } from "./page-assets.ts";

export interface StatusRow {
  readonly id: string;
  readonly state: ProcessState;
  readonly description: string;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

// Control characters other than tab and line ends are no HTML.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is replaced
const UNSAFE = /[&<>"']|[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/g;

/**
 * Fit for text, and for attributes in quotes of either kind. Control characters but tab and line ends become U+FFFD.
 */
export const escapeHtml = (text: string): string => text.replace(UNSAFE, (char) => ESCAPES[char] ?? "\ufffd");

/** Percent-encodes as Python's `urllib.parse.quote` does. */
export const quote = (text: string): string =>
  encodeURIComponent(text)
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%2F", "/");

function head(title: string, script: boolean): string {
  const { script: code, style } = assets();
  return [
    "<!DOCTYPE html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8"/>',
    `<title>${escapeHtml(title)}</title>`,
    '<meta name="viewport" content="width=device-width, initial-scale=1"/>',
    ...(style === "" ? [] : [`<link href="${style}" rel="stylesheet" type="text/css"/>`]),
    '<link href="images/icon.png" rel="icon" type="image/png"/>',
    ...(script && code !== "" ? [`<script type="module" src="${code}"></script>`] : []),
    "</head>",
  ].join("\n");
}

function cssClass(state: ProcessState): string {
  if (state === "RUNNING") return "statusrunning";
  return state === "FATAL" || state === "BACKOFF" ? "statuserror" : "statusnominal";
}

function actionsOf({ id, state }: StatusRow): string {
  const name = quote(id);
  const action = (label: string, verb: string) =>
    `<li><a href="index.html?processname=${name}&amp;action=${verb}" name="${label}">${label}</a></li>`;
  const tail = (label: string, path: string) =>
    `<li><a href="logtail/${path}" name="${label}" target="_blank">${label}</a></li>`;
  const none = '<li><a class="hidden"></a></li>';
  const stopped = state === "STOPPED" || state === "EXITED" || state === "FATAL";
  const [first, second] =
    state === "RUNNING"
      ? [action("Restart", "restart"), action("Stop", "stop")]
      : [stopped ? action("Start", "start") : none, none];
  return [
    first,
    second,
    action("Clear Log", "clearlog"),
    tail("Tail -f Stdout", name),
    tail("Tail -f Stderr", `${name}/stderr`),
  ].join("");
}

function rowHtml(row: StatusRow, index: number): string {
  const { id, state, description } = row;
  return [
    index % 2 === 1 ? '<tr class="shade">' : "<tr>",
    `<td class="status"><span class="${cssClass(state)}">${state.toLowerCase()}</span></td>`,
    `<td><span>${escapeHtml(description)}</span></td>`,
    `<td><a href="tail.html?processname=${quote(id)}" target="_blank">${escapeHtml(id)}</a></td>`,
    `<td class="action"><ul>${actionsOf(row)}</ul></td></tr>`,
  ].join("");
}

const TABLE_HEAD =
  '<table class="status-table"><thead><tr><th class="state">State</th><th class="desc">Description</th><th class="name">Name</th><th class="action">Action</th></tr></thead>';

/** So many rows are laid out together, or not at all while they are out of sight (style.css). */
const TOGETHER = 20;

function bodies(rows: readonly StatusRow[]): string[] {
  const lines = rows.map(rowHtml);
  const parts: string[] = [];
  for (let from = 0; from < lines.length; from += TOGETHER) {
    parts.push(`<tbody>\n${lines.slice(from, from + TOGETHER).join("\n")}\n</tbody>`);
  }
  return parts;
}

/** Which daemon of which machine a page is of. */
export interface Whose {
  readonly identifier: string;
  readonly host: string;
}

const whoseHtml = ({ identifier, host }: Whose): string =>
  `<span class="identifier"><b>${escapeHtml(identifier)}</b> <span class="dim">on ${escapeHtml(host)}</span></span>`;

/** The table of all processes. `message` null: none. */
export function statusPage(whose: Whose, rows: readonly StatusRow[], message: string | null): string {
  return [
    head("Supervisor Status", true),
    "<body>",
    '<header class="plain-head"><h1>Supervisor Status</h1>',
    whoseHtml(whose),
    '<ul id="buttons"><li class="action-button"><a href="index.html?action=refresh">Refresh</a></li>',
    '<li class="action-button"><a href="index.html?action=restartall">Restart All</a></li>',
    '<li class="action-button"><a href="index.html?action=stopall">Stop All</a></li></ul></header>',
    message === null ? "" : `<div class="status_msg" role="status">${escapeHtml(message)}</div>`,
    "<main>",
    rows.length === 0 ? "No programs to manage" : `${TABLE_HEAD}\n${bodies(rows).join("\n")}</table>`,
    "</main>",
    `<footer>Supervisor <span>${SUPERVISOR_VERSION}</span></footer>`,
    "</body>",
    "</html>\n",
  ].join("\n");
}

/** The end of a log. `refresh`: where the same is shown anew; null for nowhere. */
export function tailPage(title: string, text: string, refresh: string | null): string {
  return [
    head(title, false),
    "<body>",
    `<header class="plain-head"><h1>${escapeHtml(title)}</h1>`,
    refresh === null ? "" : `<a class="button" href="${escapeHtml(refresh)}">Refresh</a>`,
    "</header>",
    `<pre class="tail" tabindex="0">${escapeHtml(text)}</pre>`,
    "</body>",
    "</html>\n",
  ].join("\n");
}

/** Asks whether an action was meant, when it may have been another site's idea. */
export function confirmPage(fields: Readonly<Record<string, string>>): string {
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}"/>`,
  );
  const { action = "", processname } = fields;
  const what = processname === undefined ? action : `${action} ${processname}`;
  return [
    head("Supervisor: please confirm", false),
    "<body>",
    '<header class="plain-head"><h1>Nothing was done</h1></header>',
    "<main>",
    `<p>The request to <strong>${escapeHtml(what)}</strong> did not come from this page. It may have been made by another site.</p>`,
    `<form method="post" action="index.html">${inputs.join("")}<button type="submit">Do it: ${escapeHtml(what)}</button></form>`,
    '<p><a href="./">Show the status page</a></p>',
    "</main>",
    "</body>",
    "</html>\n",
  ].join("\n");
}
