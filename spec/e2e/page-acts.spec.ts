/** What the page does when it is acted on, and that it is told what others do. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser, Locator, Page } from "playwright-core";
import { byHand, head, program } from "../support/daemon-config.ts";
import { Daemon } from "../support/daemon-process.ts";
import { OURS } from "../support/daemon-subject.ts";
import { until } from "../support/daemon-wait.ts";
import { openBrowser, press, row, stateIn, withPage } from "../support/page-browser.ts";
import { call } from "../support/page-client.ts";

const config = [
  head(),
  byHand("cat"),
  byHand("many", { process_name: "many_%(process_num)d", numprocs: 3 }),
  program("deaf", "@PROGRAMS@/ignore-term.sh", { startsecs: 0, stopwaitsecs: 600 }),
  program("gone", "/bin/sh -c 'read line; exit 3'", { startsecs: 0, autorestart: false }),
].join("\n");

/** The contrast of two colours as WCAG has it, each as `rgb(...)`. */
function contrastOf(...colours: readonly [string, string]): number {
  const [a, b] = colours.map((colour) => {
    const parts = (colour.match(/[\d.]+/g) ?? []).slice(0, 3).map((part) => Number(part) / 255);
    const [r = 0, g = 0, blue = 0] = parts.map((v) =>
      v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * r + 0.7152 * g + 0.0722 * blue + 0.05;
  }) as [number, number];
  return Math.max(a, b) / Math.min(a, b);
}

let browser: Browser;
let daemon: Daemon;
before(async () => {
  browser = await openBrowser();
  daemon = await Daemon.start(OURS, { config });
});
after(async () => {
  await browser.close();
  await daemon.destroy();
});

const onPage = (hash: string, work: (page: Page) => Promise<void>) => withPage(browser, daemon, hash, work);
const live = (page: Page) => page.getByText("Live", { exact: true }).waitFor();

describe("the status page that is looked at", () => {
  it("is told what changes, and asks for nothing", async () => {
    await call(daemon, "POST", "/processes/cat/start");
    await onPage("", async (page) => {
      await live(page);
      await row(page, "cat").locator(".cpu", { hasText: "%" }).waitFor();
      const asked: string[] = [];
      page.on("request", (request) => asked.push(request.url()));
      const up = row(page, "cat").locator(".up");
      const old = await up.getAttribute("title");
      await call(daemon, "POST", "/processes/cat/restart");
      await row(page, "cat").locator(".restarts", { hasText: "1" }).waitFor();
      const { pid } = (await call(daemon, "GET", "/processes/cat")).json.process;
      await until("the new pid", async () => (await up.getAttribute("title"))?.startsWith(`pid ${pid},`));
      assert.doesNotMatch(old ?? "", new RegExp(`pid ${pid},`));
      await call(daemon, "POST", "/processes/gone/stdin", { body: { text: "go\n" } });
      await stateIn(page, "gone", "EXITED");
      await row(page, "gone").getByText("exit status 3, not expected").waitFor();
      await row(page, "gone").locator(".up", { hasText: "ago" }).waitFor();
      assert.deepEqual(asked, []);
    });
  });

  it("starts, restarts and stops a group", async () => {
    const pids = async (): Promise<number[]> => {
      const { processes } = (await call(daemon, "GET", "/state")).json;
      return processes.filter(({ group }) => group === "many").map(({ pid }) => pid);
    };
    await onPage("", async (page) => {
      await press(page, "Start group many");
      await page.getByText("many: 3 processes started").waitFor();
      await page.getByText("3 of 3 running").waitFor();
      const before = await pids();
      assert.ok(before.every((pid) => pid > 0));
      await press(page, "Restart group many");
      await page.getByText("many: 3 processes restarted").waitFor();
      const restarted = await pids();
      assert.ok(restarted.every((pid) => pid > 0 && !before.includes(pid)));
      await press(page, "Stop group many");
      await page.getByText("many: 3 processes stopped").waitFor();
      await page.getByText("0 of 3 running").waitFor();
      assert.deepEqual(await pids(), [0, 0, 0]);
    });
  });

  it("shows that an action is under way, and lets nobody ask twice", async () => {
    await daemon.reachFile("deaf.out", /deaf/);
    await onPage("", async (page) => {
      await press(page, "Stop deaf");
      await row(page, "deaf").locator('.state[data-state="BUSY"]', { hasText: "stopping" }).waitFor();
      for (const button of await row(page, "deaf").getByRole("button").all()) {
        assert.ok(await button.isDisabled());
      }
      const { pid } = (await call(daemon, "GET", "/processes/deaf")).json.process;
      process.kill(pid, "SIGKILL");
      await page.getByRole("status").getByText("deaf stopped").waitFor();
      await stateIn(page, "deaf", "STOPPED");
      assert.ok(await page.getByRole("button", { name: "Start deaf", exact: true }).isEnabled());
    });
  });

  it("wraps and clears a log", async () => {
    await call(daemon, "POST", "/processes/cat/start");
    await call(daemon, "POST", "/processes/cat/stdin", { body: { text: `${"long ".repeat(200)}\n` } });
    await onPage("#/program/cat", async (page) => {
      const pane = page.getByRole("region", { name: "stdout" });
      const out = page.getByRole("log", { name: "stdout" });
      await out.getByText("long long").waitFor();
      const tooWide = async () =>
        Number(
          await page.evaluate("(log => log.scrollWidth - log.clientWidth)(document.querySelector('.log'))"),
        );
      assert.ok((await tooWide()) > 1000);
      await pane.getByRole("button", { name: "Wrap" }).click();
      assert.equal(await tooWide(), 0);
      await pane.getByRole("button", { name: "Clear stdout" }).click();
      await press(page, "Clear");
      await out.getByText("long long").waitFor({ state: "detached" });
      await pane.getByText("No output yet").waitFor();
      assert.equal(daemon.read("cat.out"), "");
      await page.getByLabel("Text for stdin").fill("afresh");
      await press(page, "Send");
      await out.getByText("afresh").waitFor();
    });
  });

  it("keeps its buttons to be read under the mouse, pressed or not", async () => {
    for (const colorScheme of ["light", "dark"] as const) {
      await withPage(
        browser,
        daemon,
        "",
        async (page) => {
          const contrast = async (button: Locator): Promise<number> => {
            await button.hover();
            const [text, ground] = await button.evaluate((element) => {
              const { getComputedStyle } = globalThis as unknown as {
                getComputedStyle(of: unknown): { color: string; backgroundColor: string };
              };
              const { color, backgroundColor } = getComputedStyle(element);
              return [color, backgroundColor] as const;
            });
            return contrastOf(text, ground);
          };
          const chip = page.getByRole("button", { name: /^stopped \d/ });
          assert.ok((await contrast(chip)) > 4.5, `a chip, ${colorScheme}`);
          await chip.click();
          assert.equal(await chip.getAttribute("aria-pressed"), "true");
          assert.ok((await contrast(chip)) > 4.5, `a pressed chip, ${colorScheme}`);
          await chip.click();
          daemon.write("s.conf", `${config}[program:added]\ncommand=/bin/cat\nautostart=false\n`);
          await page.getByRole("link", { name: "Configuration" }).click();
          await page.getByText("added", { exact: false }).first().waitFor();
          const update = page.getByRole("button", { name: "Update", exact: true });
          assert.ok((await contrast(update)) > 4.5, `the first choice, ${colorScheme}`);
        },
        { colorScheme },
      );
    }
  });

  it("is light or dark as is asked for, and remembers it", async () => {
    await onPage("", async (page) => {
      await live(page);
      const ground = () => page.evaluate("getComputedStyle(document.body).backgroundColor");
      const light = await ground();
      await page.emulateMedia({ colorScheme: "dark" });
      const dark = await ground();
      assert.notEqual(dark, light);
      await press(page, "Theme: auto");
      await press(page, "Theme: light");
      await page.emulateMedia({ colorScheme: "light" });
      assert.equal(await ground(), dark);
      await page.reload();
      await page.getByRole("button", { name: "Theme: dark" }).waitFor();
      assert.equal(await ground(), dark);
    });
  });
});
