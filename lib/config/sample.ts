/** The sample file that echo_supervisord_conf prints, made from the option table. */
import type { AnyRow } from "./table/row.ts";
import { SECTIONS, type SectionFacts } from "./table/sections.ts";

/** The options that are not commented out; a section without any is commented out as a whole. */
const ACTIVE: Readonly<Record<string, readonly string[]>> = {
  unix_http_server: ["file"],
  supervisord: [
    "logfile",
    "logfile_maxbytes",
    "logfile_backups",
    "loglevel",
    "pidfile",
    "nodaemon",
    "silent",
    "minfds",
    "minprocs",
  ],
  rpcinterface: ["supervisor.rpcinterface_factory"],
  supervisorctl: ["serverurl"],
};

/** What the sample calls a section of a family whose sections have names. */
const NAMES: Readonly<Record<string, string>> = {
  rpcinterface: "supervisor",
  ctlplugin: "theplugin",
  program: "theprogramname",
  "fcgi-program": "thefcgiprogram",
  eventlistener: "thelistener",
  group: "thegroup",
};

const INTRODUCTION = `; supervisord.conf: what supervisord runs, and how it is reached.
;
; A line is a [section], an option=value, or a comment. Values take no quotes, but for
; environment=. What stands behind white space and a ; is a comment: a=b ;so, but not a=b;so.
; In most values %(here)s is the directory of this file and %(ENV_HOME)s is $HOME; for a
; percent sign write two. Shell syntax such as ~/x or $HOME is not expanded in commands.
; What is commented out here shows the default, or an example where there is none.
`;

const NOTES: Readonly<Record<string, string>> = {
  inet_http_server: `; Whoever reaches this server can run anything as the user of supervisord. It has no encryption,
; and without username and password it asks for none: do not open it to a network.
`,
  rpcinterface: `; Without this section supervisorctl and the status page do not work.
`,
  supervisorctl: `; serverurl names one of the servers above; username and password are those of that server.
`,
  "fcgi-program": `; Takes every option of a program as well.
`,
  eventlistener: `; Takes every option of a program as well, but for stdout_capture_maxbytes.
`,
};

/** Where the remarks start. */
const COLUMN = 34;

/** The whole sample. */
export function sampleText(): string {
  return [INTRODUCTION, ...SECTIONS.map(sampleSection)].join("\n");
}

function sampleSection(section: SectionFacts): string {
  const active = ACTIVE[section.family] ?? [];
  const name = NAMES[section.family];
  const header = `[${name === undefined ? section.family : `${section.family}:${name}`}]`;
  const lines = rowsShown(section).map((row) => sampleLine(row, active.includes(row.name)));
  const head = `; ${section.doc}.\n${NOTES[section.family] ?? ""}${active.length > 0 ? "" : ";"}${header}\n`;
  return head + lines.join("");
}

/** What a FastCGI program or a listener has beyond a program, and its command. */
function rowsShown({ family, rows }: SectionFacts): readonly AnyRow[] {
  if (family !== "fcgi-program" && family !== "eventlistener") return rows;
  const program = SECTIONS.find((section) => section.family === "program")?.rows ?? [];
  const own = (row: AnyRow) =>
    !program.some((other) => other.doc === row.doc && other.defaultValue === row.defaultValue);
  return rows.filter((row) => row.name === "command" || own(row));
}

function sampleLine(row: AnyRow, active: boolean): string {
  const value = row.example ?? row.defaultValue ?? "";
  const text = `${active ? "" : ";"}${row.name}=${value}`;
  return `${text.padEnd(COLUMN)} ; ${row.doc}${remark(row)}\n`;
}

function remark(row: AnyRow): string {
  if (row.required) return " (required)";
  const shown = row.defaultText ?? row.defaultValue ?? "none";
  return ` (default ${shown === "" ? "none" : shown})`;
}
