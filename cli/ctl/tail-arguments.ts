/** What the words behind the original's `tail` ask for. */
import { parseInteger } from "../../lib/config/pyint.ts";
import { FAULTS } from "../../lib/model/faults.ts";

/** Why there is nothing to show, by the fault. */
export const TAIL_REASONS: ReadonlyMap<number, string> = new Map([
  [FAULTS.NO_FILE, "no log file"],
  [FAULTS.FAILED, "unknown error reading log"],
  [FAULTS.BAD_NAME, "no such process name"],
]);

export type Channel = "stdout" | "stderr";

export type TailRequest =
  | { readonly kind: "read"; readonly name: string; readonly channel: Channel; readonly bytes: number }
  | { readonly kind: "follow"; readonly name: string; readonly channel: Channel }
  /** `usage` is followed by the command's help, the other two are not. */
  | { readonly kind: "usage"; readonly message: string }
  | { readonly kind: "error"; readonly message: string }
  | { readonly kind: "bad-channel"; readonly channel: string };

/** How much of a log is shown where nothing else is asked for. */
export const DEFAULT_BYTES = 1600;

/** `[-f | -BYTES] NAME [CHANNEL]`. Between name and channel one word is passed over, as in the original. */
export function parseTail(words: readonly string[]): TailRequest {
  if (words.length === 0) return { kind: "usage", message: "Error: too few arguments" };
  if (words.length > 3) return { kind: "usage", message: "Error: too many arguments" };
  const modifier = words[0]?.startsWith("-") ? words[0] : undefined;
  const [name, ...rest] = modifier === undefined ? words : words.slice(1);
  if (name === undefined) return { kind: "error", message: "Error: tail requires process name" };
  const channel = (rest.at(-1) ?? "stdout").toLowerCase();
  if (channel !== "stdout" && channel !== "stderr") return { kind: "bad-channel", channel };
  if (modifier === "-f") return { kind: "follow", name, channel };
  const bytes = modifier === undefined ? DEFAULT_BYTES : parseInteger(modifier.slice(1));
  if (typeof bytes === "string") return { kind: "error", message: `Error: bad argument ${modifier}` };
  return { kind: "read", name, channel, bytes };
}
