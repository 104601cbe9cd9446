/** What does a daemon do whose programs are silent and whom nobody asks? */
import { cpuSeconds, pause, startDaemon, until, wakeups } from "./support/daemon.ts";
import { type Bench, inTurns, rows } from "./support/report.ts";
import { running, sleepers } from "./support/sleepers.ts";

/** After the start comes one round of giving memory back (decision 6); then nothing. */
const SETTLED = 12_000;
const SECONDS = 20;

export const bench: Bench = async () => {
  const result = [];
  for (const count of [200, 1000]) {
    const columns = await inTurns(3, async (subject) => {
      const daemon = await startDaemon(subject, sleepers(count));
      await until(async () => running(await daemon.rpc.call("supervisor.getAllProcessInfo")) === count, 50);
      daemon.rpc.close();
      await pause(SETTLED);
      const cpu = cpuSeconds(daemon.pid);
      const woken = wakeups(daemon.pid);
      await pause(SECONDS * 1000);
      const figures = [
        ((cpuSeconds(daemon.pid) - cpu) / SECONDS) * 100,
        ((wakeups(daemon.pid) - woken) / SECONDS) * 60,
      ];
      await daemon.stop();
      return figures;
    });
    result.push(
      ...rows(columns, [
        { question: `${count} silent programs: CPU`, unit: "% of a core", goal: 0.1 },
        { question: `${count} silent programs: wake-ups a minute`, unit: "", goal: 0.1 },
      ]),
    );
  }
  return result;
};
