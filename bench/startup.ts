/** How long from exec to the first answer, and what does it weigh? */
import { memory, pause, startDaemon } from "./support/daemon.ts";
import { type Bench, inTurns, rows } from "./support/report.ts";

const ONE = "[program:one]\ncommand=/bin/sleep 1000\n";

export const bench: Bench = async () => {
  const columns = await inTurns(5, async (subject) => {
    const daemon = await startDaemon(subject, ONE);
    await pause(8000);
    const { rss, pss, dirty } = memory(daemon.pid);
    const stop = await daemon.stop();
    return [daemon.firstAnswer, rss / 1024, pss / 1024, dirty / 1024, stop];
  });
  return rows(columns, [
    { question: "exec to first RPC answer", unit: "ms", goal: 0.5 },
    { question: "1 program: RSS", unit: "MB", goal: 1.0 },
    { question: "1 program: PSS", unit: "MB", goal: 1.0 },
    { question: "1 program: private dirty", unit: "MB", goal: 0.6 },
    { question: "1 program: SIGTERM to exit", unit: "ms", goal: null },
  ]);
};
