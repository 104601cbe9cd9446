/** Makes the pictures of the page in docs/images anew: `npm run screenshots`. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserContextOptions, Page } from "playwright-core";
import { type Options, section } from "../spec/support/daemon-config.ts";
import { Daemon } from "../spec/support/daemon-process.ts";
import { OURS } from "../spec/support/daemon-subject.ts";
import { pause } from "../spec/support/daemon-wait.ts";
import { openBrowser, openPage, press, row, stateIn } from "../spec/support/page-browser.ts";
import { withPalette } from "./palette.ts";

const images = new URL("../docs/images/", import.meta.url).pathname;

/** What the programs of a small shop do, as shell scripts by their names. */
const SCRIPTS: Readonly<Record<string, string>> = {
  api: "echo listening; exec cat",
  cron: "exit 0",
  report: "exec cat",
  flaky: "sleep 2; exit 3",
  mailer: "echo 'smtp: connection refused' >&2; exit 1",
  ticker: `n=0
    while read -t 0.2 line || :; do
      n=$((n + 1))
      printf '\\033[32mINFO\\033[0m request %d served in \\033[1m%d ms\\033[0m\\n' $n $((n * 7 % 17))
      test $((n % 5)) -gt 0 || echo "warning: slow upstream $n" >&2
    done`,
  crunch: "while :; do x=0; while [ $x -lt 9000 ]; do x=$((x + 1)); done; sleep 0.1; done",
};

const program = (name: string, options: Options = {}): string =>
  section("program", name, { command: name, startsecs: 0, ...options });

const config = [
  "[inet_http_server]\nport=127.0.0.1:@PORT@\n",
  "[unix_http_server]\nfile=@DIR@/s.sock\n",
  "[supervisord]\nidentifier=shop-1\nlogfile=@DIR@/s.log\npidfile=@DIR@/s.pid\nchildlogdir=@DIR@\nuser=root\n",
  "[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n",
  program("api", { process_name: "api_%(process_num)02d", numprocs: 3, command: "api --workers 8" }),
  "[group:batch]\nprograms=cron,report\n",
  program("cron", { autorestart: false }),
  program("report"),
  program("flaky", { autorestart: true }),
  program("idle", { command: "api", autostart: false }),
  program("mailer", { startsecs: 1, startretries: 1 }),
  section("program", "search", { command: "/opt/search/bin/searchd", startretries: 0 }),
  program("ticker", { command: "ticker --upstream=eu-1" }),
  program("worker", { command: "crunch", stopasgroup: true }),
].join("\n");

const bin = join(mkdtempSync(join(tmpdir(), "shop-")), "bin");
mkdirSync(bin);
for (const [name, text] of Object.entries(SCRIPTS)) {
  writeFileSync(join(bin, name), `#!/bin/bash\n${text}\n`);
  chmodSync(join(bin, name), 0o755);
}
const daemon = await Daemon.start(OURS, { config, env: { PATH: `${bin}:${process.env["PATH"]}` } });
const browser = await openBrowser();

async function shoot(
  name: string,
  hash: string,
  options: BrowserContextOptions,
  ready: (page: Page) => Promise<void>,
): Promise<void> {
  const { page } = await openPage(browser, options);
  await page.goto(`http://localhost:${daemon.port}/${hash}`);
  await ready(page);
  // The same picture wherever it is made.
  await page.locator(".identifier .dim").evaluate((element) => {
    element.textContent = "on web-3";
  });
  writeFileSync(join(images, name), withPalette(await page.screenshot()));
  await page.context().close();
}

try {
  await daemon.reach({ mailer: "FATAL", search: "FATAL" });
  const usage = async (page: Page) => {
    await row(page, "worker").locator(".cpu", { hasText: /[1-9]/ }).waitFor();
  };
  await shoot("page-programs.png", "", { viewport: { width: 1200, height: 560 } }, usage);
  await shoot(
    "page-phone.png",
    "",
    { viewport: { width: 390, height: 940 }, colorScheme: "dark" },
    async (page) => {
      await stateIn(page, "mailer", "FATAL");
      await usage(page);
    },
  );
  await shoot(
    "page-program.png",
    "#/program/ticker",
    { viewport: { width: 1200, height: 676 }, colorScheme: "dark" },
    async (page) => {
      await page.locator("canvas").first().waitFor();
      // So that there is something in its history, and the plots are no dots.
      await page.getByRole("combobox", { name: "Send a signal" }).selectOption("KILL");
      await page.getByText("terminated by SIGKILL").waitFor();
      await press(page, "Dismiss");
      await pause(40_000);
    },
  );
} finally {
  await browser.close();
  await daemon.destroy();
  rmSync(join(bin, ".."), { recursive: true, force: true });
}
