/** One line for what became of one process (supervisor.md section 8.2). */
import { FAULTS, type FaultName } from "../../lib/model/faults.ts";
import { valueError } from "./errors.ts";

/** `name` is the namespec to show. */
export interface Outcome {
  readonly name: string;
  readonly status: number;
  readonly description: string;
}

type Texts = Partial<Record<FaultName, string>>;

/** `success` is the word behind the name; `errors` what stands in the brackets, empty for the fault's own text alone. */
export interface Wording {
  readonly success: string;
  readonly errors: Texts;
}

export const STARTED: Wording = {
  success: "started",
  errors: {
    BAD_NAME: "no such process",
    NO_FILE: "no such file",
    NOT_EXECUTABLE: "file is not executable",
    ALREADY_STARTED: "already started",
    SPAWN_ERROR: "spawn error",
    ABNORMAL_TERMINATION: "abnormal termination",
  },
};

const SIGNAL_ERRORS: Texts = {
  BAD_NAME: "no such process",
  BAD_SIGNAL: "bad signal name",
  NOT_RUNNING: "not running",
  FAILED: "",
};

export const SIGNALLED: Wording = { success: "signalled", errors: SIGNAL_ERRORS };
export const STOPPED: Wording = { success: "stopped", errors: SIGNAL_ERRORS };
export const CLEARED: Wording = {
  success: "cleared",
  errors: { BAD_NAME: "no such process", FAILED: "failed" },
};

/** The line, or the original's ValueError for a code that the command does not expect (SHUTDOWN_STATE, for one). */
export function outcomeLine(outcome: Outcome, wording: Wording): string {
  if (outcome.status === FAULTS.SUCCESS) return `${outcome.name}: ${wording.success}`;
  for (const [fault, text] of Object.entries(wording.errors)) {
    if (FAULTS[fault as FaultName] !== outcome.status) continue;
    return text === "" ? outcome.description : `${outcome.name}: ERROR (${text})`;
  }
  throw valueError(`Unknown result code ${outcome.status} for ${outcome.name}`);
}
