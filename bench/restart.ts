/** A killed child of a silent daemon: how long until it runs again? */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pause, startDaemon, until } from "./support/daemon.ts";
import { type Bench, inTurns, rows } from "./support/report.ts";

const PHOENIX =
  "[program:phoenix]\ncommand=/bin/sh -c 'echo $$ >> %F%/births; exec sleep 1000'\nautorestart=true\nstartsecs=1\nstdout_logfile=NONE\nstderr_logfile=NONE\n";

export const bench: Bench = async () => {
  const columns = await inTurns(5, async (subject) => {
    const daemon = await startDaemon(subject, PHOENIX);
    daemon.rpc.close();
    const births = () => readFileSync(join(daemon.folder, "births"), "utf8").trim().split("\n");
    await pause(3000);
    const before = births();
    const begun = performance.now();
    process.kill(Number(before.at(-1)), "SIGKILL");
    await until(() => births().length > before.length, 0);
    const took = performance.now() - begun;
    await daemon.stop();
    return [took];
  });
  return rows(columns, [{ question: "kill -9 to running again", unit: "ms", goal: 0.01 }]);
};
