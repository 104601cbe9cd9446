/** Reads the listener's notes and holds every change of state against the table of those that there are. */
import type { ProcessState } from "../../lib/model/states.ts";
import { ALLOWED } from "../../spec/support/machine-allowed.ts";

export interface Sequences {
  /** Changes of state, by `FROM -> TO`. */
  readonly changes: ReadonlyMap<string, number>;
  /** What the table does not have, or what does not go on where the change before it ended. */
  readonly illegal: readonly string[];
}

/** @param notes events as fixtures/listeners/record.mjs writes them: a line of headers, and the payload */
export function checkSequences(notes: string): Sequences {
  const changes = new Map<string, number>();
  const illegal: string[] = [];
  const states = new Map<string, string>();
  let expected: number | null = null;
  for (const event of notes.split(/^(?=ver:)/m)) {
    const field = (name: string): string => new RegExp(`\\b${name}:(\\S+)`).exec(event)?.[1] ?? "";
    const name = field("eventname");
    if (name === "") continue;
    const poolserial = Number(field("poolserial"));
    if (name === "SUPERVISOR_STATE_CHANGE_RUNNING") states.clear();
    // A pool counts anew after a reload.
    if (expected !== null && poolserial !== expected && poolserial !== 0) {
      illegal.push(`event ${poolserial} came where ${expected} was due`);
    }
    expected = poolserial + 1;
    if (name.startsWith("PROCESS_GROUP_")) {
      for (const key of [...states.keys()]) if (key.startsWith(`${field("groupname")}:`)) states.delete(key);
    }
    if (!name.startsWith("PROCESS_STATE_")) continue;
    const process = `${field("groupname")}:${field("processname")}`;
    const from = field("from_state") as ProcessState;
    const to = name.slice("PROCESS_STATE_".length) as ProcessState;
    const change = `${from} -> ${to}`;
    changes.set(change, (changes.get(change) ?? 0) + 1);
    if (!ALLOWED[from]?.includes(to)) illegal.push(`${process}: ${change} is no change of state`);
    const known = states.get(process);
    if (known !== undefined && known !== from) illegal.push(`${process}: ${change} after ${known}`);
    states.set(process, to);
  }
  return { changes, illegal };
}
