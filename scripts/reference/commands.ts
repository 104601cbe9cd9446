/** docs/reference/commands.md: command lines, supervisorctl's commands, and exit codes. */

import { EXIT } from "../../cli/ctl/exit-status.ts";
import { COMMAND_NAMES, findCommand } from "../../cli/ctl/registry.ts";
import { CLIENT_SWITCHES } from "../../lib/config/client.ts";
import { DAEMON_SWITCHES, type Switch } from "../../lib/config/command-line.ts";
import { code, page, table } from "./markdown.ts";

/** What the daemon's exit code says (supervisor.md section 3.7). */
export const DAEMON_EXITS: readonly (readonly [code: string, meaning: string])[] = [
  ["0", "It was told to shut down and has; or, on going to the background, the daemon is ready"],
  [
    "2",
    "It could not start: command line, configuration (also with `--check`), a port in use, privileges or limits",
  ],
];

export const SIGNALS: readonly (readonly [signal: string, meaning: string])[] = [
  ["TERM, INT, QUIT", "Shut down: stop all programs, highest priority number first, and exit"],
  ["HUP", "Read the configuration; if it is good, stop all programs and start over with it"],
  ["USR2", "Close and reopen the activity log and all logs of programs"],
];

export const CONTROL_EXITS: readonly (readonly [code: string, meaning: string])[] = [
  ["0", "Done"],
  [String(EXIT.GENERIC), "It failed, or there is no such process"],
  [String(EXIT.INVALID_ARGS), "The command line is wrong"],
  [String(EXIT.STATUS_NOT_RUNNING), "`status`: not every process named is up"],
  [String(EXIT.STATUS_UNKNOWN), "`status`: no such process, or supervisord could not be asked"],
  [String(EXIT.NOT_RUNNING), "`stop` and its like: it was not running"],
];

export const spelled = ({ short, long, value }: Switch<string>): string =>
  `${short === "" ? "" : `-${short}, `}--${long}${value === null ? "" : ` ${value.shown}`}`;

const switches = (all: readonly Switch<string>[]): string =>
  table(
    ["Option", "What it does"],
    all.map((one) => [code(spelled(one)), one.doc]),
  );

/** A line of supervisorctl's help. `what` is null for a note on the command as a whole; `usage` is empty where a line goes on. */
export interface HelpLine {
  readonly usage: string;
  readonly what: string | null;
}

export const helpLines = (): HelpLine[] =>
  COMMAND_NAMES.flatMap((name) => (findCommand(name)?.help ?? "").split("\n")).map((line) => {
    const [usage = "", what = null] = line.split(/\t+/);
    return { usage: usage.trimEnd(), what };
  });

const control = (): string =>
  helpLines()
    .map(({ usage, what }) => (what === null ? `    ${usage}` : `    ${usage.padEnd(38)} ${what}`))
    .join("\n");

export function commandsPage(): string {
  return page("Commands", "the tables of switches and commands", [
    "Long options may be shortened as far as they stay unique; one that the command line does not know is refused with exit code 2. After a command of supervisorctl's every word that is no option of that command is a name, as in the original; one that is nearly an option is refused.",
    `## supervisord\n\n${switches(DAEMON_SWITCHES)}`,
    "`supervisord --check [-c FILE]` reads the configuration, reports what is wrong with it and what would be ignored silently, and starts nothing.",
    `### Exit codes\n\n${table(["Code", "What it says"], DAEMON_EXITS)}`,
    `### Signals\n\n${table(["Signal", "What it does"], SIGNALS)}`,
    `## supervisorctl\n\n${switches(CLIENT_SWITCHES)}`,
    `Further options are in [supervisorctl.md](../supervisorctl.md). Without a command it is a shell.\n\n${control()}`,
    `### Exit codes\n\n${table(["Code", "What it says"], CONTROL_EXITS)}`,
    "## echo_supervisord_conf\n\nPrints a sample configuration, made from the option table.",
    "## pidproxy PIDFILE COMMAND [ARGUMENT ...]\n\nRuns a command that goes to the background, and passes signals on to the pid in its pidfile.",
  ]);
}
