/** `update`: reads the configuration again and makes what runs agree with it. */
import { splitWords } from "../../../lib/config/pytext.ts";
import { FAULTS } from "../../../lib/model/faults.ts";
import type { Command } from "../command.ts";
import { Fault } from "../errors.ts";
import { expandGroups, isPattern } from "../glob.ts";
import type { Session } from "../session.ts";
import { type Changes, callResults, changes, processInfos } from "../values.ts";

async function reloadConfig(session: Session): Promise<Changes | null> {
  try {
    return changes(await session.rpc().call("reloadConfig"));
  } catch (error) {
    if (!(error instanceof Fault) || error.faultCode !== FAULTS.SHUTDOWN_STATE) throw error;
    session.fail("ERROR: already shutting down");
    return null;
  }
}

/** The groups asked for, or null for all. Says which of them do not exist, and goes on with the others. */
async function wantedGroups(
  session: Session,
  words: readonly string[],
  { added }: Changes,
): Promise<ReadonlySet<string> | null> {
  const all = words.includes("all") && !words.some((word) => word.startsWith("!"));
  if (words.length === 0 || all) return null;
  const infos = processInfos(await session.rpc().call("getAllProcessInfo"));
  const known = new Set([...infos.map((info) => info.group), ...added]);
  const wanted = new Set(words.some(isPattern) ? expandGroups(words, [...known]) : words);
  if (wanted.size === 0) session.fail(`ERROR: no such group: ${words.join(" ")}`);
  for (const group of wanted) {
    if (!known.has(group)) session.fail(`ERROR: no such group: ${group}`);
  }
  return wanted;
}

async function removeGroup(session: Session, group: string): Promise<void> {
  const results = callResults(await session.rpc().call("stopProcessGroup", group));
  session.output(`${group}: stopped`);
  if (results.some((result) => result.status === FAULTS.FAILED)) {
    return session.fail(`${group}: has problems; not removing`);
  }
  await session.rpc().call("removeProcessGroup", group);
  session.output(`${group}: removed process group`);
}

async function replaceGroup(session: Session, group: string): Promise<void> {
  await session.rpc().call("stopProcessGroup", group);
  session.output(`${group}: stopped`);
  await session.rpc().call("removeProcessGroup", group);
  await session.rpc().call("addProcessGroup", group);
  session.output(`${group}: updated process group`);
}

async function addGroup(session: Session, group: string): Promise<void> {
  await session.rpc().call("addProcessGroup", group);
  session.output(`${group}: added process group`);
}

export const update: Command = {
  name: "update",
  hasFlags: true,
  slow: true,
  help: [
    "update\t\t\tRead the configuration again; add, remove and restart groups to agree with it",
    "update all\t\tThe same",
    "update <group> [...]\tThe same for some groups only; patterns and !exclusions too",
    "update --dry-run\tShow what update would do, option by option, and do nothing",
  ].join("\n"),
  async run(session, arg) {
    const words = splitWords(arg);
    if (words.some((word) => word.startsWith("--"))) {
      const { updateExtra } = await import("../extra/update.ts");
      if (await updateExtra(session, words)) return;
    }
    const found = await reloadConfig(session);
    if (found === null) return;
    const wanted = await wantedGroups(session, words, found);
    const isWanted = (group: string): boolean => wanted === null || wanted.has(group);
    for (const group of found.removed.filter(isWanted)) await removeGroup(session, group);
    for (const group of found.changed.filter(isWanted)) await replaceGroup(session, group);
    for (const group of found.added.filter(isWanted)) await addGroup(session, group);
  },
};
