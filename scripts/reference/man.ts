/** The man pages, from the same tables as docs/reference. */
import { CLIENT_SWITCHES } from "../../lib/config/client.ts";
import { DAEMON_SWITCHES, type Switch } from "../../lib/config/command-line.ts";
import { type AnyRow, SCOPE_NAMES } from "../../lib/config/table/row.ts";
import { SECTIONS } from "../../lib/config/table/sections.ts";
import { CONTROL_EXITS, DAEMON_EXITS, helpLines, SIGNALS, spelled } from "./commands.ts";
import { defaultOf, ownRows, sectionNotes } from "./configuration.ts";

/** Text as roff prints it: no request, no escape, no hyphen in place of a minus. */
const plain = (text: string): string =>
  text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll("`", "")
    .replace(/^([.'])/gm, "\\&$1");

const bold = (text: string): string => `\\fB${plain(text)}\\fR`;
const entry = (name: string, ...lines: readonly string[]): string =>
  [".TP", bold(name), ...lines.map(plain)].join("\n");
const paragraph = (text: string): string => `.PP\n${plain(text)}`;
const section = (title: string, ...parts: readonly string[]): string => [`.SH ${title}`, ...parts].join("\n");

const sentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith(".") ? "" : "."}`;

interface Page {
  readonly name: string;
  readonly number: 1 | 5;
  readonly about: string;
  readonly synopsis: readonly string[];
  readonly parts: readonly string[];
  readonly also: readonly string[];
}

function manPage({ name, number, about, synopsis, parts, also }: Page): string {
  return [
    '.\\" Made by `npm run docs` from the tables: edit those, not this.',
    `.TH ${name.toUpperCase()} ${number} "" "supervisord\\-node" ""`,
    section("NAME", `${plain(name)} \\- ${plain(about)}`),
    ...(synopsis.length === 0 ? [] : [section("SYNOPSIS", synopsis.map(plain).join("\n.br\n"))]),
    ...parts,
    section("SEE ALSO", also.map(plain).join(", ")),
    "",
  ].join("\n");
}

const switches = (all: readonly Switch<string>[], more: readonly string[] = []): string =>
  section("OPTIONS", ...all.map((one) => entry(spelled(one), sentence(one.doc))), ...more);

const exits = (rows: readonly (readonly string[])[]): string =>
  section("EXIT STATUS", ...rows.map(([code = "", meaning = ""]) => entry(code, sentence(meaning))));

const supervisord = (): string =>
  manPage({
    name: "supervisord",
    number: 1,
    about: "run programs, and keep them running",
    synopsis: ["supervisord [options]", "supervisord --check [-c FILE]"],
    parts: [
      section(
        "DESCRIPTION",
        plain(
          "Starts the programs that its configuration names, restarts those that end, gives up on those that never come up, writes what they print to files, and answers supervisorctl, a web page and XML-RPC clients.",
        ),
      ),
      switches(DAEMON_SWITCHES, [
        entry(
          "--check",
          "Say what is wrong with the configuration, and start nothing. Not to be abbreviated.",
        ),
      ]),
      section("SIGNALS", ...SIGNALS.map(([name, meaning]) => entry(name, sentence(meaning)))),
      exits(DAEMON_EXITS),
      section(
        "ENVIRONMENT",
        entry("SUPERVISORD_NODE", "The node to run with, in place of the one on PATH."),
        entry(
          "NOTIFY_SOCKET, WATCHDOG_USEC",
          "Set by systemd(1): told of start, reload, stop, and that the daemon lives.",
        ),
      ),
    ],
    also: ["supervisorctl(1)", "supervisord.conf(5)"],
  });

function supervisorctl(): string {
  const commands = helpLines().map(({ usage, what }) => {
    if (what === null) return paragraph(usage);
    return usage === "" ? plain(sentence(what)) : entry(usage, sentence(what));
  });
  return manPage({
    name: "supervisorctl",
    number: 1,
    about: "control the programs that supervisord runs",
    synopsis: ["supervisorctl [options] [command [argument ...]]"],
    parts: [
      section("DESCRIPTION", plain("Does one command, or, without one, reads commands in a shell.")),
      switches(CLIENT_SWITCHES),
      section("COMMANDS", ...commands),
      exits(CONTROL_EXITS),
    ],
    also: ["supervisord(1)", "supervisord.conf(5)"],
  });
}

const option = (row: AnyRow): string => {
  const names = SCOPE_NAMES[row.scope];
  const expands = names.length === 0 ? "" : ` Expands ${names.map((name) => `%(${name})s`).join(", ")}.`;
  const initial = defaultOf(row);
  const fallback = initial === "required" ? "Required." : `Default: ${initial}.`;
  return entry(row.name, `${row.doc} (${row.datatype.name}). ${fallback}${expands}`);
};

const configuration = (): string =>
  manPage({
    name: "supervisord.conf",
    number: 5,
    about: "what supervisord runs, and how it is reached",
    synopsis: [],
    parts: [
      section(
        "DESCRIPTION",
        plain(
          "Sections in brackets, with lines option=value or option: value. A line that begins with ; or # is a comment, and so is what stands behind white space and one of the two. An indented line goes on with the value above it. %(ENV_X)s stands for the environment's X wherever anything is expanded; a percent sign is written twice. Without -c the first of these is read: ../etc/supervisord.conf and ../supervisord.conf seen from the command's folder, ./supervisord.conf, ./etc/supervisord.conf, /etc/supervisord.conf, /etc/supervisor/supervisord.conf.",
        ),
      ),
      ...SECTIONS.map((facts) =>
        section(
          `"[${plain(facts.title)}]"`,
          plain([`${facts.doc}.`, ...sectionNotes(facts)].join(" ")),
          ...ownRows(facts).map(option),
        ),
      ),
    ],
    also: ["supervisord(1)", "supervisorctl(1)"],
  });

export const manPages = (): ReadonlyMap<string, string> =>
  new Map([
    ["man/supervisord.1", supervisord()],
    ["man/supervisorctl.1", supervisorctl()],
    [
      "man/echo_supervisord_conf.1",
      manPage({
        name: "echo_supervisord_conf",
        number: 1,
        about: "print a sample configuration for supervisord",
        synopsis: ["echo_supervisord_conf > supervisord.conf"],
        parts: [
          section(
            "DESCRIPTION",
            plain(
              "Prints a file with every option, as its default or as an example. It runs no program until it is edited.",
            ),
          ),
        ],
        also: ["supervisord(1)", "supervisord.conf(5)"],
      }),
    ],
    [
      "man/pidproxy.1",
      manPage({
        name: "pidproxy",
        number: 1,
        about: "stand in for a program that goes to the background",
        synopsis: ["pidproxy PIDFILE COMMAND [ARGUMENT ...]"],
        parts: [
          section(
            "DESCRIPTION",
            plain(
              "Runs the command, which writes the pid of its daemon to PIDFILE, and passes the signals TERM, HUP, INT, USR1, USR2 and QUIT on to that pid. Ends after it has passed on TERM, INT or QUIT.",
            ),
          ),
        ],
        also: ["supervisord(1)"],
      }),
    ],
    ["man/supervisord.conf.5", configuration()],
  ]);
