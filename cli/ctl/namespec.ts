/** `group:process` names (supervisor.md section 1.3). */

/** A name as the user wrote it, taken apart. `process` null: the whole group. */
export interface Namespec {
  readonly group: string;
  readonly process: string | null;
}

/** Splits at the first colon; an empty process part or `*` means the whole group. */
export function splitNamespec(text: string): Namespec {
  const colon = text.indexOf(":");
  if (colon < 0) return { group: text, process: text };
  const process = text.slice(colon + 1);
  return { group: text.slice(0, colon), process: process === "" || process === "*" ? null : process };
}

/** The short name where group and process are called the same, else `group:process`. */
export const makeNamespec = (group: string, process: string): string =>
  group === process ? process : `${group}:${process}`;
