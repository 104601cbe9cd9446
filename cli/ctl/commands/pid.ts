/** `pid`: the daemon's pid, or those of processes. */
import { splitWords } from "../../../lib/config/pytext.ts";
import { FAULTS } from "../../../lib/model/faults.ts";
import type { Command } from "../command.ts";
import { Fault } from "../errors.ts";
import { EXIT } from "../exit-status.ts";
import { resolveNames } from "../names.ts";
import type { Session } from "../session.ts";
import { processInfo, processInfos, textOf } from "../values.ts";

async function pidOf(session: Session, name: string): Promise<void> {
  try {
    const { pid } = processInfo(await session.rpc().call("getProcessInfo", name));
    session.output(String(pid));
    if (pid === 0) session.exitStatus = EXIT.NOT_RUNNING;
  } catch (error) {
    if (!(error instanceof Fault) || error.faultCode !== FAULTS.BAD_NAME) throw error;
    session.fail(`No such process ${name}`);
  }
}

export const pid: Command = {
  name: "pid",
  hasFlags: true,
  help: [
    "pid\t\t\tShow the pid of supervisord",
    "pid <name> [...]\tShow the pids of processes; patterns and !exclusions too",
    "pid all\t\t\tShow the pid of every process, one a line",
    "pid --json [...]\tThe same as one JSON document",
  ].join("\n"),
  async run(session, arg) {
    const words = splitWords(arg);
    if (words.some((word) => word.startsWith("--"))) {
      const { pidExtra } = await import("../extra/pid.ts");
      if (await pidExtra(session, words)) return;
    }
    if (!(await session.upcheck())) return;
    if (words.length === 0) return session.output(textOf(await session.rpc().call("getPID")));
    const names = await resolveNames(session, words, (all) => `No such process ${all.join(" ")}`);
    if (!names.includes("all")) {
      for (const name of names) await pidOf(session, name);
      return;
    }
    for (const info of processInfos(await session.rpc().call("getAllProcessInfo"))) {
      session.output(String(info.pid));
    }
  },
};
