/** The names on a command line, patterns resolved by asking the daemon, which plain names never cause. */
import { expandGroups, expandPatterns, isPattern } from "./glob.ts";
import type { Session } from "./session.ts";
import { nothingLeft } from "./status-table.ts";
import { configInfos, processInfos } from "./values.ts";

/**
 * Process names; a word without wildcard or `!` comes back as it is, without a call. Where exclusions leave nobody, that is
 * said in the words of `refusal`, and there is nothing left to do.
 */
export async function resolveNames(
  session: Session,
  words: readonly string[],
  refusal: (words: readonly string[]) => string = nothingLeft,
): Promise<readonly string[]> {
  if (!words.some(isPattern)) return words;
  const names = expandPatterns(words, processInfos(await session.rpc().call("getAllProcessInfo")));
  if (names.length === 0) session.fail(refusal(words));
  return names;
}

/** Group names: of active groups, or of all that the configuration knows. Where exclusions leave none, that is said. */
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
  const groups = expandGroups(words, [...new Set(entries.map((entry) => entry.group))]);
  if (groups.length === 0) session.fail(`ERROR: no such process/group: ${words.join(" ")}`);
  return groups;
}
