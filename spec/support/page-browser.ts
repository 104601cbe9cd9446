/** Debian's Chromium, driven by playwright-core, with a profile of its own. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, type BrowserContextOptions, chromium } from "playwright-core";

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

export interface Browsing {
  readonly context: BrowserContext;
  close(): Promise<void>;
}

/** Opens a browser; the caller closes it. */
export async function openBrowser(options: BrowserContextOptions = {}): Promise<Browsing> {
  const profile = await mkdtemp(join(tmpdir(), "page-profile-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env["SPEC_CHROMIUM"] ?? "/usr/bin/chromium",
    args: ARGS,
    viewport: { width: 1280, height: 800 },
    ...options,
  });
  context.setDefaultTimeout(15_000);
  return {
    context,
    async close() {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}
