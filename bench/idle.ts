/** What does a daemon do whose programs are silent and whom nobody asks? */
import { cpuSeconds, pause, startDaemon, until, wakeups } from "./support/daemon.ts";
import { type Bench, inTurns, rows } from "./support/report.ts";

const silent = (count: number) =>
  `[program:s]\ncommand=/bin/sleep 1000\nnumprocs=${count}\nprocess_name=%(program_name)s_%(process_num)04d\nstartsecs=0\nstdout_logfile=NONE\nstderr_logfile=NONE\n`;

/** After the start comes one round of giving memory back (decision 6); then nothing. */
const SETTLED = 12_000;
const SECONDS = 20;

export const bench: Bench = async () => {
  const result = [];
  for (const count of [200, 1000]) {
    const columns = await inTurns(3, async (subject) => {
      const daemon = await startDaemon(subject, silent(count));
      await until(
        async () =>
          (await daemon.rpc.call("supervisor.getAllProcessInfo")).split(">RUNNING<").length - 1 === count,
        50,
      );
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
