/** The status page while its daemon ends and is started anew on the same port: nothing is loaded again. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser, Page } from "playwright-core";
import { byHand, head, program } from "../support/daemon-config.ts";
import { Daemon } from "../support/daemon-process.ts";
import { OURS } from "../support/daemon-subject.ts";
import { until } from "../support/daemon-wait.ts";
import { openBrowser, openPage, press, row, stateIn } from "../support/page-browser.ts";
import { call } from "../support/page-client.ts";

// All of them end with their standard input: none outlives a daemon that is killed.
const config = [
  head(),
  program("steady", "/bin/cat", { startsecs: 0 }),
  byHand("hand"),
  byHand("many", { process_name: "many_%(process_num)d", numprocs: 2 }),
].join("\n");

let browser: Browser;
before(async () => {
  browser = await openBrowser();
});
after(() => browser.close());

/** A daemon and its page at `hash`; `work` may end the daemon and start it again, but not the page. */
async function onDaemon(hash: string, work: (daemon: Daemon, page: Page) => Promise<void>): Promise<void> {
  const daemon = await Daemon.start(OURS, { config });
  const { page, problems } = await openPage(browser);
  try {
    let loads = 0;
    page.on("load", () => loads++);
    await page.goto(`http://localhost:${daemon.port}/${hash}`);
    await live(page);
    await work(daemon, page);
    assert.equal(loads, 1, "it was loaded once");
    // What the browser itself says of a server that is not there.
    assert.deepEqual(
      problems.filter((problem) => !/net::ERR_/.test(problem)),
      [],
    );
  } finally {
    await page.context().close();
    await daemon.destroy();
  }
}

const live = (page: Page): Promise<void> => page.getByText("Live", { exact: true }).waitFor();
const notLive = (page: Page): Promise<void> => page.getByText("Not live: trying again").waitFor();

const pidOf = async (daemon: Daemon, id: string): Promise<number> =>
  (await call(daemon, "GET", `/processes/${id}`)).json.process.pid;

/** How often the page has asked for its events in vain. */
function failuresOf(page: Page): () => number {
  let count = 0;
  page.on("requestfailed", (request) => {
    if (request.method() === "GET" && request.url().endsWith("/api/v1/events")) count++;
  });
  return () => count;
}

const group = (page: Page, name: string) =>
  page.locator("tr.group").filter({ has: page.getByRole("button", { name, exact: true }) });

for (const signal of ["SIGKILL", "SIGTERM"] as const) {
  describe(`the status page of a daemon that ends by ${signal}`, () => {
    it("says that it is not live, comes back, and shows what the new daemon knows", async () => {
      await onDaemon("", async (daemon, page) => {
        await press(page, "Start hand");
        await stateIn(page, "hand", "RUNNING");
        await press(page, "Start group many");
        await group(page, "many").locator(".mem", { hasText: "B" }).waitFor();
        await press(page, "Restart steady");
        await row(page, "steady").locator(".restarts", { hasText: "1" }).waitFor();
        const up = row(page, "steady").locator(".up");
        const pid = await pidOf(daemon, "steady");
        await until("its pid", async () => (await up.getAttribute("title"))?.startsWith(`pid ${pid},`));

        const failures = failuresOf(page);
        daemon.signal(signal);
        await notLive(page);
        await page.getByRole("button", { name: "Try now" }).waitFor();
        // The page draws once a second: what it had not drawn yet when the daemon went is drawn by then.
        await until("two tries", () => failures() >= 2);
        const standing = await up.textContent();
        assert.match(standing ?? "", /^\d+s/);
        // More than a second goes by between these: time enough for a clock that runs on to be seen.
        await until("some more", () => failures() >= 4);
        assert.equal(await up.textContent(), standing, "nobody knows whether it still runs");
        await press(page, "Stop hand");
        await page
          .getByRole("alert")
          .getByText("hand: stopping failed: the daemon does not answer")
          .waitFor();

        await daemon.again();
        await live(page);
        const fresh = await pidOf(daemon, "steady");
        assert.notEqual(fresh, pid);
        assert.match((await up.getAttribute("title")) ?? "", new RegExp(`^pid ${fresh}, started `));
        assert.equal(await row(page, "steady").locator(".restarts").textContent(), "");
        assert.equal(await row(page, "hand").locator(".status").textContent(), "stoppednot started");
        assert.equal(await row(page, "hand").locator(".up").textContent(), "");
        await group(page, "many").getByText("0 of 2 running").waitFor();
        assert.equal(await group(page, "many").locator(".mem").textContent(), "");
        const title = await page.locator(".identifier").getAttribute("title");
        assert.match(title ?? "", new RegExp(`^pid ${daemon.pid},`));
        assert.equal(await page.getByRole("button", { name: "Try now" }).count(), 0);
        // The clock of what runs goes on, and the page acts.
        const seconds = async () => Number.parseInt((await up.textContent()) ?? "", 10);
        const first = await seconds();
        assert.ok(first < 60, `${first} s: since the new start`);
        await until("a tick", async () => (await seconds()) > first);
        await press(page, "Stop steady");
        await stateIn(page, "steady", "STOPPED");
      });
    });
  });
}

describe("the view of a program whose daemon was killed", () => {
  it("follows its logs again, and keeps what somebody has stopped to read", async () => {
    await onDaemon("#/program/steady", async (daemon, page) => {
      const pid = await pidOf(daemon, "steady");
      await page.locator(".facts", { hasText: `pid ${pid}` }).waitFor();
      const pane = page.getByRole("region", { name: "stdout" });
      const out = page.getByRole("log", { name: "stdout" });
      const send = async (text: string) => {
        await page.getByLabel("Text for stdin").fill(text);
        await press(page, "Send");
      };
      await send("before");
      await out.getByText("before").waitFor();
      await pane.getByRole("button", { name: "Pause" }).click();

      daemon.signal("SIGKILL");
      await notLive(page);
      await page.getByText("Not live: the connection is lost").last().waitFor();
      await daemon.again();
      await live(page);
      const errors = page.getByRole("region", { name: "stderr" });
      await errors.getByText("No output yet").waitFor();
      const fresh = await pidOf(daemon, "steady");
      assert.notEqual(fresh, pid);
      await page.locator(".facts", { hasText: `pid ${fresh}` }).waitFor();
      await page.locator(".history").getByText(`running, pid ${fresh}`).waitFor();
      assert.equal(await page.locator(".history").getByText(`pid ${pid}`).count(), 0);

      await send("after");
      await pane.getByText("Paused: 13 B of new output").waitFor();
      assert.deepEqual(await out.locator("div").allInnerTexts(), ["before"]);
      await pane.getByRole("button", { name: "Pause" }).click();
      await out.getByText("after").waitFor();
      assert.deepEqual(await out.locator("div").allInnerTexts(), ["before", "after"]);
    });
  });

  it("says when there is no such program any more, and shows it when it has come back", async () => {
    await onDaemon("#/program/hand", async (daemon, page) => {
      await page.getByRole("log", { name: "stdout" }).waitFor();
      const update = async (text: string) => {
        daemon.write("s.conf", text);
        assert.equal((await call(daemon, "POST", "/config/update")).status, 200);
      };
      const goesOn = async (line: string) => {
        await press(page, "Start");
        await page.locator(".state", { hasText: "running" }).waitFor();
        await page.getByLabel("Text for stdin").fill(line);
        await press(page, "Send");
        await page.getByRole("log", { name: "stdout" }).getByText(line).waitFor();
      };
      const signals = page.getByRole("combobox", { name: "Send a signal" });
      const without = config.replace("[program:hand]", "[program:other]");
      await update(without);
      await page.locator(".state", { hasText: "gone" }).waitFor();
      await page.getByText("Not following: what was shown here is gone").first().waitFor();
      assert.ok(await signals.isDisabled());
      await update(config);
      await page.locator(".state", { hasText: "stopped" }).waitFor();
      await goesOn("here again");
      // The same for a view that was opened while there was nothing to see.
      await update(without);
      await page.getByRole("link", { name: "Programs" }).click();
      await row(page, "other").waitFor();
      await page.goBack();
      await page.getByText("There is no program of this name.").waitFor();
      assert.ok(await signals.isDisabled());
      assert.equal(await page.getByRole("log").count(), 0);
      await update(config);
      await goesOn("once more");
    });
  });

  it("shows the activity log of the new daemon", async () => {
    await onDaemon("#/activity", async (daemon, page) => {
      const log = page.getByRole("log", { name: "Activity log" });
      await log.getByText(`supervisord started with pid ${daemon.pid}`).waitFor();
      daemon.signal("SIGKILL");
      await page.getByText("Not live: the connection is lost").waitFor();
      await daemon.again();
      await log.getByText(`supervisord started with pid ${daemon.pid}`).waitFor();
    });
  });
});
