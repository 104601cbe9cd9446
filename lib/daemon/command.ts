import { pyrepr } from "../config/pyrepr.ts";
import { shlexSplit } from "../config/shlex.ts";
import type { ProcessSpec } from "../model/spec.ts";
import { checkExecutable } from "../sys/executable.ts";

/** What a command line names, or why it can't be run: the fault and text of supervisor.md section 1.7. */
export type ResolvedCommand =
  | { readonly ok: true; readonly file: string; readonly argv: readonly string[] }
  | { readonly ok: false; readonly fault: "NO_FILE" | "NOT_EXECUTABLE"; readonly text: string };

const DEFAULT_PATH = "/bin:/usr/bin:/usr/local/bin";

const refuse = (fault: "NO_FILE" | "NOT_EXECUTABLE", text: string): ResolvedCommand => ({
  ok: false,
  fault,
  text,
});

/**
 * Splits a program's command and finds the file, as the original does: a word with a slash is taken as it is, anything
 * else is looked for along PATH of the program's environment, else the daemon's (supervisor.md section 3.8).
 */
export function resolveCommand(spec: ProcessSpec, daemonPath: string | undefined): ResolvedCommand {
  let argv: readonly string[];
  try {
    argv = shlexSplit(spec.command);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return refuse("NOT_EXECUTABLE", `can't parse command ${pyrepr(spec.command)}: ${reason}`);
  }
  const program = argv[0];
  if (program === undefined) return refuse("NOT_EXECUTABLE", "command is empty");

  const file = program.includes("/") ? program : alongPath(program, spec, daemonPath);
  switch (checkExecutable(file)) {
    case "ok":
      return { ok: true, file, argv };
    case "missing":
      return refuse("NO_FILE", `can't find command ${pyrepr(file)}`);
    case "directory":
      return refuse("NOT_EXECUTABLE", `command at ${pyrepr(file)} is a directory`);
    case "no-mode":
      return refuse("NOT_EXECUTABLE", `command at ${pyrepr(file)} is not executable`);
    case "no-permission":
      return refuse("NOT_EXECUTABLE", `no permission to run command ${pyrepr(file)}`);
  }
}

/** The first folder that has anything of that name wins, be it executable or not. */
function alongPath(program: string, spec: ProcessSpec, daemonPath: string | undefined): string {
  const path = spec.environment.get("PATH") ?? (daemonPath || DEFAULT_PATH);
  for (const folder of path.split(":")) {
    const candidate = folder === "" ? program : `${folder.endsWith("/") ? folder : `${folder}/`}${program}`;
    if (checkExecutable(candidate) !== "missing") return candidate;
  }
  return program;
}
