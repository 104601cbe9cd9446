/** The names on a command line, patterns resolved by asking the daemon, which plain names never cause. */
import { expandGroups, expandPatterns, isPattern } from "./glob.ts";
import type { Session } from "./session.ts";
import { configInfos, processInfos } from "./values.ts";

/** Process names; a word without wildcard or `!` comes back as it is, without a call. */
export async function resolveNames(session: Session, words: readonly string[]): Promise<readonly string[]> {
  if (!words.some(isPattern)) return words;
  return expandPatterns(words, processInfos(await session.rpc().call("getAllProcessInfo")));
}

/** Group names: of active groups, or of all that the configuration knows. */
export async function resolveGroups(
  session: Session,
  words: readonly string[],
  among: "active" | "configured",
): Promise<readonly string[]> {
  if (!words.some(isPattern)) return words;
  const entries =
    among === "active"
      ? processInfos(await session.rpc().call("getAllProcessInfo"))
      : configInfos(await session.rpc().call("getAllConfigInfo"));
  return expandGroups(words, [...new Set(entries.map((entry) => entry.group))]);
}
