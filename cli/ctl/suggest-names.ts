/** Advice on a name that nothing answers to, for people only. */
import { isPattern } from "./glob.ts";
import { makeNamespec } from "./namespec.ts";
import type { Session } from "./session.ts";
import { nearest } from "./suggest.ts";
import { type ProcessInfo, processInfos } from "./values.ts";

/** Says which name may have been meant, for each of `words` that is the name of nothing. */
export function suggestNames(
  session: Session,
  words: readonly string[],
  infos: readonly Pick<ProcessInfo, "group" | "name">[],
): void {
  if (!session.io.errorIsTerminal) return;
  const names = new Set<string>(["all"]);
  for (const { group, name } of infos) {
    names.add(makeNamespec(group, name));
    if (group !== name) names.add(`${group}:*`).add(`${group}:`);
  }
  for (const word of words) {
    if (names.has(word) || isPattern(word)) continue;
    const near = nearest(word, names) ?? [...names].find((name) => name.endsWith(`:${word}`));
    if (near !== undefined) session.hint(`Did you mean ${near}?`);
  }
}

/** The same, asking the daemon for the names: only where a person is there to read it, and never an error itself. */
export async function suggestFromDaemon(session: Session, words: readonly string[]): Promise<void> {
  if (!session.io.errorIsTerminal) return;
  try {
    suggestNames(session, words, processInfos(await session.rpc().call("getAllProcessInfo")));
  } catch {
    // The answer to the command has been given: advice that cannot be had is not missed.
  }
}
