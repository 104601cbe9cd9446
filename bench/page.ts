/**
 * What does it cost to look at 500 programs of which some change their state all the time? The original's page has to be
 * loaded anew to show it, here once a second; ours is told.
 */
import type { Browser } from "playwright-core";
import { freePort } from "../spec/support/free-port.ts";
import { openBrowser } from "../spec/support/page-browser.ts";
import { cpuSeconds, type Daemon, pause, startDaemon, until } from "./support/daemon.ts";
import { type Bench, inTurns, median, rows } from "./support/report.ts";

const SECONDS = 10;
const VISITS = 7;
const SEEN = `({
  paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? null,
  bytes: [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
    .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
})`;
/** Each ends after a second and is started again: three changes of state. */
const RESTLESS = 17;

const programs = (port: number) => `[inet_http_server]
port=127.0.0.1:${port}

[program:s]
command=/bin/sleep 1000
numprocs=${500 - RESTLESS}
process_name=%(program_name)s_%(process_num)03d
startsecs=0
stdout_logfile=NONE
stderr_logfile=NONE

[program:restless]
command=/bin/sleep 1
numprocs=${RESTLESS}
process_name=%(program_name)s_%(process_num)02d
startsecs=0
autorestart=true
stdout_logfile=NONE
stderr_logfile=NONE
`;

const running = (text: string) => text.split("<string>RUNNING</string>").length - 1;

/** CPU of the daemon in percent of a core over some seconds. */
async function load(daemon: Daemon, meanwhile: () => Promise<void>): Promise<number> {
  const before = cpuSeconds(daemon.pid);
  const begun = performance.now();
  await meanwhile();
  return ((cpuSeconds(daemon.pid) - before) / (performance.now() - begun)) * 100_000;
}

/** What a browser that was never here before waits for the first paint, in ms, and takes over the wire, in KB: medians. */
async function visit(browser: Browser, url: string): Promise<[paint: number, weight: number]> {
  const visits: [number, number][] = [];
  for (let visited = 0; visited < VISITS; visited++) {
    const page = await (await browser.newContext()).newPage();
    await page.goto(url);
    let found: { paint: number | null; bytes: number } = { paint: null, bytes: 0 };
    await until(async () => {
      found = await page.evaluate(SEEN);
      return found.paint !== null;
    }, 50);
    visits.push([found.paint ?? Number.NaN, found.bytes / 1024]);
    await page.context().close();
  }
  return [median(visits.map(([paint]) => paint)), median(visits.map(([, weight]) => weight))];
}

async function look(browser: Browser, daemon: Daemon, url: string): Promise<number[]> {
  const page = await (await browser.newContext()).newPage();
  await page.goto(url);
  await page.waitForTimeout(500);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Performance.enable");
  const busy = async () => {
    const { metrics } = await cdp.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0;
  };
  let spent = 0;
  let last = await busy();
  const add = async () => {
    const now = await busy();
    // A page that was loaded anew counts from nothing.
    spent += now >= last ? now - last : now;
    last = now;
  };
  const begun = performance.now();
  const cpu = await load(daemon, async () => {
    for (let second = 0; second < SECONDS; second++) {
      const due = begun + (second + 1) * 1000;
      if (daemon.subject === "original") {
        await add();
        await page.reload();
      }
      await pause(Math.max(0, due - performance.now()));
    }
  });
  await add();
  const thread = (spent / (performance.now() - begun)) * 100_000;
  await page.context().close();
  return [cpu, thread];
}

export const bench: Bench = async () => {
  const browser = await openBrowser();
  try {
    const columns = await inTurns(3, async (subject) => {
      const port = await freePort();
      const daemon = await startDaemon(subject, programs(port));
      await until(async () => running(await daemon.rpc.call("supervisor.getAllProcessInfo")) >= 490, 50);
      const url = `http://localhost:${port}/`;
      const begun = performance.now();
      await (await fetch(url)).text();
      const request = performance.now() - begun;
      const alone = await load(daemon, () => pause(SECONDS * 500));
      const [paint, weight] = await visit(browser, url);
      const [watched = 0, thread = 0] = await look(browser, daemon, url);
      await daemon.stop();
      return [request, paint, weight, alone, watched, thread];
    });
    return rows(columns, [
      { question: "page of 500 programs: request", unit: "ms", goal: 0.2 },
      { question: "page of 500 programs: first contentful paint", unit: "ms", goal: 1 },
      {
        question: "page of 500 programs: page, style, script and images over the wire",
        unit: "KB",
        goal: 0.2,
      },
      {
        question: "500 programs, 50 changes a second, nobody looks: CPU of the daemon",
        unit: "% of a core",
        goal: 1,
      },
      { question: "the same, one looks: CPU of the daemon", unit: "% of a core", goal: 0.5 },
      { question: "the same: main thread of the browser", unit: "% of a core", goal: 0.5 },
    ]);
  } finally {
    await browser.close();
  }
};
