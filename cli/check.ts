/** `supervisord --check`: all that there is to say of a configuration, in the form that editors and CI jump to. */
import type { CommandLine } from "../lib/config/command-line.ts";
import { describePlace } from "../lib/config/errors.ts";
import type { Finding } from "../lib/config/finding.ts";
import type { ConfigHost } from "../lib/config/host.ts";
import { checkConfig, type Report } from "../lib/config/lint.ts";
import { resolveCommand } from "../lib/daemon/command.ts";

/** One line for each finding, `file:line: error: [section] option: message`, and a last one that sums up. */
export interface CheckResult {
  readonly text: string;
  readonly ok: boolean;
}

/** Reads all and starts nothing. `ok` is false for errors alone: a command that is not found is only warned of. */
export function check(host: ConfigHost, commandLine: CommandLine): CheckResult {
  const report = checkConfig(host, commandLine);
  const warnings = [...report.warnings, ...missingCommands(host, report)];
  const all = [
    ...report.errors.map((finding) => ({ kind: "error", finding }) as const),
    ...warnings.map((finding) => ({ kind: "warning", finding }) as const),
    ...report.notes.map((finding) => ({ kind: "note", finding }) as const),
  ];
  const inOrder = all.toSorted((a, b) => byPlace(report.files, a.finding, b.finding));
  const kinds = new Map(inOrder.map(({ kind, finding }) => [line(kind, finding), kind]));
  const count = (wanted: string): string => {
    const number = [...kinds.values()].filter((kind) => kind === wanted).length;
    return `${number} ${wanted}${number === 1 ? "" : "s"}`;
  };
  const processes = report.config?.groups.reduce((sum, group) => sum + group.processes.length, 0) ?? 0;
  const sum = `${commandLine.configuration}: ${count("error")}, ${count("warning")}, ${processes} process${processes === 1 ? "" : "es"}`;
  return { text: `${[...kinds.keys(), sum].join("\n")}\n`, ok: report.errors.length === 0 };
}

/** What has no place first, then file after file as they were read, by line. */
function byPlace(files: readonly string[], { where: a }: Finding, { where: b }: Finding): number {
  const order = (file: string | undefined): number => (file === undefined ? -1 : files.indexOf(file));
  return order(a.file) - order(b.file) || (a.line ?? 0) - (b.line ?? 0);
}

function line(
  kind: "error" | "warning" | "note",
  { message, where: { file, line: number, ...rest } }: Finding,
): string {
  const place = file === undefined ? "" : `${file}:${number === undefined ? "" : `${number}:`} `;
  const inside = describePlace(rest);
  return `${place}${kind}: ${inside === "" ? "" : `${inside}: `}${message}`;
}

/** True for `"/bin/echo x"` with the quotes. */
function isOneQuotedWord(command: string): boolean {
  const whole = /^\s*(["'])(.*)\1\s*$/s.exec(command);
  return whole !== null && /\S\s+\S/.test(whole[2] ?? "") && !(whole[2] ?? "").includes(whole[1] ?? "");
}

/** Commands that are not there now: they may be by the time they are started, so that nothing is refused for it. */
function missingCommands(host: ConfigHost, { config, place }: Report): Finding[] {
  const processes = config?.groups.flatMap((group) => group.processes) ?? [];
  return processes.flatMap((process) => {
    const found = resolveCommand(process, host.environment.get("PATH"));
    if (found.ok) return [];
    const hint = isOneQuotedWord(process.command) ? "; the quotes around all of it make it one word" : "";
    return [{ message: `${found.text}${hint}`, where: place(process.section, "command") }];
  });
}
