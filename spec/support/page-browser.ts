/** Debian's Chromium, driven by playwright-core, with a temporary profile of its own. */
import assert from "node:assert/strict";
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from "playwright-core";
import type { Daemon } from "./daemon-process.ts";

const ARGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const DEADLINE = 60_000;

/** Opens a browser; the caller closes it. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env["SPEC_CHROMIUM"] ?? "/usr/bin/chromium",
    args: ARGS,
    timeout: 120_000,
  });

/** What the browser says of an action that was refused with a fault: the page has said so itself. */
const FAULT = /responded with a status of (?:404|409)/;

/** A page in a context of its own. What goes wrong in it (errors, refusals of the policy) is collected. */
export async function openPage(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<{ readonly page: Page; readonly problems: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  context.setDefaultTimeout(DEADLINE);
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" && !FAULT.test(message.text())) problems.push(message.text());
  });
  return { page, problems };
}

/** The row of a process in the table of programs. */
export const row = (page: Page, id: string): Locator =>
  page.locator("tr.process").filter({ has: page.locator(`a[href$="/${encodeURIComponent(id)}"]`) });

export const stateIn = (page: Page, id: string, state: string): Promise<void> =>
  row(page, id).locator(`.state[data-state="${state}"]`).waitFor();

export const press = (page: Page, name: string): Promise<void> =>
  page.getByRole("button", { name, exact: true }).click();

export type PageWork = (page: Page) => Promise<void>;

/** Runs `work` on the page of a daemon, and expects that nothing went wrong in it. */
export async function withPage(
  browser: Browser,
  daemon: Daemon,
  hash: string,
  work: PageWork,
  options: BrowserContextOptions = {},
): Promise<void> {
  const { page, problems } = await openPage(browser, options);
  try {
    await page.goto(`http://localhost:${daemon.port}/${hash}`);
    await work(page);
    assert.deepEqual(problems, []);
  } finally {
    await page.context().close();
  }
}
