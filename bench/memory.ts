/** What does it weigh under load, and at rest again afterwards? (At rest before: bench/startup.ts and bench/many.ts.) */
import { memory, pause, startDaemon, until } from "./support/daemon.ts";
import { type Bench, inTurns, type Row, rows } from "./support/report.ts";
import { running, sleepers } from "./support/sleepers.ts";

/** Gives memory back once it has been quiet for three seconds, or six (decision 6). */
const QUIET = 8000;
const CALLS = 100;

async function of(count: number): Promise<Row[]> {
  const columns = await inTurns(3, async (subject) => {
    const daemon = await startDaemon(subject, sleepers(count));
    const all = () => daemon.rpc.call("supervisor.getAllProcessInfo");
    await until(async () => running(await all()) === count, 50);
    await pause(QUIET);
    for (let turn = 0; turn < CALLS; turn++) await all();
    const loaded = memory(daemon.pid);
    await pause(QUIET);
    const again = memory(daemon.pid);
    await daemon.stop();
    return [loaded, again].flatMap(({ rss, pss, dirty }) => [rss / 1024, pss / 1024, dirty / 1024]);
  });
  const programs = count === 1 ? "1 program" : `${count} programs`;
  return rows(
    columns,
    [`${programs}, at the end of ${CALLS} calls`, `${programs}, at rest again`].flatMap((when) => [
      { question: `${when}: RSS`, unit: "MB", goal: 1.0 },
      { question: `${when}: PSS`, unit: "MB", goal: 1.0 },
      { question: `${when}: private dirty`, unit: "MB", goal: 0.6 },
    ]),
  );
}

export const bench: Bench = async () => [...(await of(1)), ...(await of(500))];
