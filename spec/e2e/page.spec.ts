/** The status page in a real browser. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { byHand, head, program, section } from "../support/daemon-config.ts";
import { Daemon } from "../support/daemon-process.ts";
import { OURS } from "../support/daemon-subject.ts";
import { until } from "../support/daemon-wait.ts";
import {
  openBrowser,
  openPage,
  type PageWork,
  press,
  row,
  stateIn,
  withPage,
} from "../support/page-browser.ts";
import { call } from "../support/page-client.ts";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const config = [
  head(),
  byHand("cat"),
  byHand("many", { process_name: "many_%(process_num)d", numprocs: 3 }),
  program("short", `/bin/sh -c 'echo "\x1b[31mred\x1b[0m <img src=x>"; echo oops >&2; exec cat'`, {
    startsecs: 0,
  }),
  section("program", "missing", { command: "/nonexistent", startretries: 0 }),
  program("brief", "/bin/sh -c 'exit 7'", { autostart: false, startretries: 0, startsecs: 20 }),
].join("\n");

let browser: Browser;
const onPage = (daemon: Daemon, hash: string, work: PageWork, options?: BrowserContextOptions) =>
  withPage(browser, daemon, hash, work, options);
before(async () => {
  browser = await openBrowser();
});
after(() => browser.close());

describe("the status page", () => {
  let daemon: Daemon;
  before(async () => {
    daemon = await Daemon.start(OURS, { config });
  });
  after(() => daemon.destroy());

  it("shows what there is, live, and acts", async () => {
    await onPage(daemon, "", async (page) => {
      await page.getByText("Live", { exact: true }).waitFor();
      assert.equal(await page.locator("tr.process").count(), 7);
      await row(page, "missing").getByText("can't find command '/nonexistent'").waitFor();
      await press(page, "Start cat");
      await page.getByRole("status").getByText("cat started").waitFor();
      await stateIn(page, "cat", "RUNNING");
      await row(page, "cat").locator(".mem", { hasText: /[KM]B/ }).waitFor();
      await press(page, "Restart cat");
      await page.getByText("cat restarted").waitFor();
      await row(page, "cat").locator(".restarts", { hasText: "1" }).waitFor();
      await press(page, "Stop cat");
      await stateIn(page, "cat", "STOPPED");
      await press(page, "Start missing");
      await page.getByRole("alert").getByText("NO_FILE: can't find command '/nonexistent'").waitFor();
      // What others do is seen too.
      await call(daemon, "POST", "/processes/cat/start");
      await stateIn(page, "cat", "RUNNING");
    });
  });

  it("acts on groups, folds them, and on what is selected", async () => {
    await onPage(daemon, "", async (page) => {
      await press(page, "Start group many");
      await page.getByText("many: 3 processes started").waitFor();
      await page.getByText("3 of 3 running").waitFor();
      await press(page, "many");
      await row(page, "many:many_0").waitFor({ state: "hidden" });
      await press(page, "many");
      await page.getByLabel("Select many:many_0").check();
      await page.getByLabel("Select many:many_2").check();
      await page.getByText("2 selected").waitFor();
      await press(page, "Stop");
      await page.getByText("2 selected: 2 processes stopped").waitFor();
      await page.getByText("1 of 3 running").waitFor();
      // What is stopped already is left out, and no failure.
      await page.getByLabel("Select group many").check();
      await press(page, "Stop");
      await page.getByText("3 selected: 1 process stopped, 2 already stopped").waitFor();
      await press(page, "Stop");
      await page.getByText("3 selected: nothing to stop").waitFor();
      assert.equal(await page.getByRole("alert").innerText(), "");
      await page.getByLabel("Select group many").check();
      await page.getByLabel("Select group many").uncheck();
      await press(page, "Stop");
      await page.getByRole("dialog").getByText("Stop all programs?").waitFor();
      await press(page, "Cancel");
      assert.equal((await call(daemon, "GET", "/processes/short")).json.process.state, "RUNNING");
    });
  });

  it("filters by name and state, by keyboard too", async () => {
    await onPage(daemon, "", async (page) => {
      await row(page, "cat").waitFor();
      await page.keyboard.press("/");
      await page.keyboard.type("MANY_1");
      await row(page, "cat").waitFor({ state: "hidden" });
      assert.equal(await page.locator("tr.process:visible").count(), 1);
      await page.keyboard.type("23");
      await page.getByText("No program matches the filter").waitFor();
      for (const name of ["Start", "Restart", "Stop"]) {
        assert.ok(
          await page.getByRole("button", { name, exact: true }).isDisabled(),
          "there is nothing shown",
        );
      }
      await page.getByRole("searchbox").fill("");
      await page.getByRole("button", { name: /^failed \d/ }).click();
      assert.deepEqual(await page.locator("tr.process:visible th").allInnerTexts(), ["missing"]);
      await page.getByRole("button", { name: /^failed \d/ }).click();
      await row(page, "cat").locator("a").focus();
      await page.keyboard.press("ArrowDown");
      assert.equal(await page.locator(":focus").textContent(), "many");
      await row(page, "cat").locator("a").focus();
      await page.keyboard.press("x");
      await stateIn(page, "cat", "STOPPED");
      await page.keyboard.press("s");
      await stateIn(page, "cat", "RUNNING");
    });
  });

  it("follows both channels from the first byte", async () => {
    await call(daemon, "POST", "/processes/short/restart");
    await onPage(daemon, "#/program/short", async (page) => {
      const out = page.getByRole("log", { name: "stdout" });
      await out.getByText("red <img src=x>").first().waitFor();
      assert.ok((await out.locator(".fg1", { hasText: "red" }).count()) >= 1);
      assert.equal(await page.locator("img").count(), 0);
      await page.getByRole("log", { name: "stderr" }).getByText("oops").first().waitFor();
      await page.getByLabel("Text for stdin").fill("needle");
      await press(page, "Send");
      await out.getByText("needle").waitFor();
      const pane = page.getByRole("region", { name: "stdout" });
      await pane.getByRole("button", { name: "Pause" }).click();
      await call(daemon, "POST", "/processes/short/stdin", { body: { text: "later\n" } });
      await pane.getByText(/Paused: \d+ B of new output/).waitFor();
      assert.equal(await out.getByText("later").count(), 0);
      await pane.getByRole("button", { name: "Pause" }).click();
      await out.getByText("later").waitFor();
      await pane.getByRole("searchbox").fill("needle");
      await pane.getByText(/^1 of \d+ lines$/).waitFor();
      await out.getByText("later").waitFor({ state: "hidden" });
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        pane.getByRole("link", { name: "Download stdout" }).click(),
      ]);
      assert.match(readFileSync(await download.path(), "utf8"), /needle\nlater\n/);
      await pane.getByRole("button", { name: "Clear stdout" }).click();
      await page.getByRole("dialog").getByText("Clear the stdout log of short?").waitFor();
      await press(page, "Cancel");
      assert.match(String(daemon.read("short.out")), /needle/);
      await pane.getByRole("button", { name: "Clear stdout" }).click();
      await press(page, "Clear");
      await page.getByText("stdout of short cleared").waitFor();
      assert.doesNotMatch(String(daemon.read("short.out")), /needle/);
      assert.match(String(daemon.read("short.err")), /oops/, "the other log is nobody's business here");
    });
  });

  it("shows history, options and usage of a program", async () => {
    await call(daemon, "POST", "/processes/brief/start");
    await onPage(daemon, "#/program/brief", async (page) => {
      await page.getByText("Exited too quickly (process log may have details); exit status 7").waitFor();
      await page.getByText("gave up:").waitFor();
      assert.equal(await page.locator("dt:text-is('command') + dd").textContent(), "/bin/sh -c 'exit 7'");
      await press(page, "Start");
      await page
        .getByRole("alert")
        .getByText(/SPAWN_ERROR: brief/)
        .waitFor();
    });
    await onPage(daemon, "#/program/short", async (page) => {
      await page.getByText(/Memory [\d.]+ [KM]B/).waitFor();
      assert.equal(await page.locator("canvas").count(), 2);
      await page.getByRole("combobox", { name: "Send a signal" }).selectOption("KILL");
      await page.getByText("KILL sent to short").waitFor();
      await page.getByText("exited: terminated by SIGKILL, not expected").waitFor();
    });
  });

  it("shows the activity log as it is written", async () => {
    await onPage(daemon, "#/activity", async (page) => {
      await page.getByText("INFO spawned: 'short'").first().waitFor();
      await call(daemon, "POST", "/processes/many:many_2/start");
      await page
        .getByText(/spawned: 'many_2'/)
        .last()
        .waitFor();
    });
  });

  it("works without script: the original's links, messages and tail (page-html)", async () => {
    await onPage(
      daemon,
      "",
      async (page) => {
        const line = page.locator("tr", { hasText: "many:many_1" });
        const [before] = await line.locator(".status").allInnerTexts();
        if (before?.trim() === "running") await line.getByText("Stop", { exact: true }).click();
        await page.locator("tr", { hasText: "many:many_1" }).getByText("Start", { exact: true }).click();
        assert.equal(await page.locator(".status_msg").textContent(), "Process many:many_1 started");
        assert.ok((await page.locator(".statusrunning").count()) >= 1);
        await page.goto(`http://localhost:${daemon.port}/tail.html?processname=short`);
        await page.getByText("oops").waitFor({ state: "detached" });
        assert.equal(await page.title(), "Supervisor tail of process short");
      },
      { javaScriptEnabled: false },
    );
  });

  it("refuses what another site asks for, unless it is confirmed (page-cross-site, rpc-cross-site)", async () => {
    const target = `http://localhost:${daemon.port}/index.html?processname=cat&action=stop`;
    await call(daemon, "POST", "/processes/cat/start");
    const other = createServer((_request, response) => {
      response.setHeader("Content-Type", "text/html");
      response.end(`<img src="${target}"><img src="${target}" referrerpolicy="no-referrer"><a href="${target}">win</a>
        <form method="post" action="http://localhost:${daemon.port}/RPC2" enctype="text/plain"><input name="<methodCall><methodName>supervisor.stopAllProcesses</methodName></methodCall>" value=""><button>go</button></form>`);
    });
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as AddressInfo;
    const { page } = await openPage(browser);
    try {
      // Loaded is when its images are there too, or have failed.
      await page.goto(`http://127.0.0.1:${port}/`);
      const posted = page.waitForResponse((response) => response.url().endsWith("/RPC2"));
      await page.getByText("go").click();
      assert.equal((await posted).status(), 403);
      await page.goto(`http://127.0.0.1:${port}/`);
      await page.getByText("win").click();
      await page.getByText("Nothing was done").waitFor();
      const state = async () => (await call(daemon, "GET", "/processes/cat")).json.process.state;
      assert.equal(await state(), "RUNNING");
      await page.getByRole("button", { name: "Do it: stop cat" }).click();
      await page.getByText("Process cat stopped").waitFor();
      assert.equal(await state(), "STOPPED");
    } finally {
      await page.context().close();
      other.close();
    }
  });

  it("has nothing that axe finds serious, in every view, light and dark, wide and narrow", async () => {
    const views = ["", "#/program/short", "#/activity", "#/config"];
    const looks = [
      { colorScheme: "light", viewport: { width: 1280, height: 800 } },
      { colorScheme: "dark", viewport: { width: 390, height: 844 } },
    ] as const;
    for (const { colorScheme, viewport } of looks) {
      const { page } = await openPage(browser, { colorScheme, viewport });
      for (const hash of views) {
        await page.goto(`http://localhost:${daemon.port}/${hash}`);
        await page.getByText("Live", { exact: true }).waitFor();
        if (hash.includes("program")) await page.locator("canvas").first().waitFor();
        assert.deepEqual(await seriousIn(page), [], `${hash} ${colorScheme} ${viewport.width}`);
        const overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
        assert.ok(Number(overflow) <= 0, `${hash} is ${overflow} pixels too wide at ${viewport.width}`);
      }
      await page.context().close();
    }
    // As it comes, before its script: axe itself needs script, so only that of the page is withheld.
    const { page } = await openPage(browser);
    await page.route("**/assets/*.js", (route) => route.abort());
    for (const path of ["", "tail.html?processname=short"]) {
      await page.goto(`http://localhost:${daemon.port}/${path}`);
      assert.deepEqual(await seriousIn(page), [], `without script: /${path}`);
    }
    await page.context().close();
  });

  it("weighs little, and takes nothing from elsewhere", async () => {
    const { page } = await openPage(browser);
    const sizes = new Map<string, number>();
    page.on("response", (response) => {
      sizes.set(response.url(), Number(response.headers()["content-length"] ?? 0));
    });
    await page.goto(`http://localhost:${daemon.port}/#/program/short`);
    await page.locator("canvas").first().waitFor();
    await page.context().close();
    const urls = [...sizes.keys()];
    assert.ok(urls.every((url) => url.startsWith(`http://localhost:${daemon.port}/`)));
    assert.ok(urls.length >= 4);
    const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    assert.ok(total < 100 * 1024, `${total} bytes`);
  });
});

/** What axe finds serious or worse, as one line each. */
async function seriousIn(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    interface Violation {
      readonly id: string;
      readonly impact: string;
      readonly nodes: readonly { readonly html: string }[];
    }
    const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } };
    const { violations } = await axe.run();
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  });
}

describe("the status page over time", () => {
  it("says when it is not live, and comes back with a daemon that was restarted", async () => {
    const daemon = await Daemon.start(OURS, { config });
    const { page } = await openPage(browser);
    try {
      await page.goto(`http://localhost:${daemon.port}/`);
      await page.getByText("Live", { exact: true }).waitFor();
      const pid = (await call(daemon, "GET", "/processes/short")).json.process.pid;
      // A reload: the same process closes its servers and opens them again.
      await page.route("**/api/v1/events", (route) => route.abort());
      process.kill(daemon.pid, "SIGHUP");
      await page.getByText(/^Not live/).waitFor();
      await page.unroute("**/api/v1/events");
      await page.getByText("Live", { exact: true }).waitFor();
      await stateIn(page, "short", "RUNNING");
      const title = await row(page, "short").locator(".up").getAttribute("title");
      assert.ok(!title?.includes(`pid ${pid},`), "it is another process now");
    } finally {
      await page.context().close();
      await daemon.destroy();
    }
  });

  it("compares the configuration first, then updates", async () => {
    const daemon = await Daemon.start(OURS, { config });
    try {
      await onPage(daemon, "#/config", async (page) => {
        await page.getByText("No difference: what runs is what is on disk.").waitFor();
        daemon.write("s.conf", config.replace("exit 7", "exit 8").replace("[program:cat]", "[program:dog]"));
        await press(page, "Compare again");
        await page.getByText("dog: new").waitFor();
        await page.getByText("cat: removed").waitFor();
        const texts = await page.locator(".diff-group").allInnerTexts();
        assert.deepEqual(
          texts.map((text) => text.split(/\s+/).join(" ").trim()),
          ["dog: new", "cat: removed", "brief: changed command /bin/sh -c 'exit 7' /bin/sh -c 'exit 8'"],
        );
        assert.match(String(await page.locator("del").textContent()), /exit 7/);
        assert.equal((await call(daemon, "GET", "/processes/dog")).status, 404);
        await press(page, "Update");
        await page.getByText("dog: added").waitFor();
        assert.equal((await call(daemon, "GET", "/processes/dog")).status, 200);
        await page.getByRole("link", { name: "Programs" }).click();
        await row(page, "dog").waitFor();
      });
    } finally {
      await daemon.destroy();
    }
  });

  it("lets nobody in with a wrong password", async () => {
    const inet = "username=user\npassword=pass";
    const daemon = await Daemon.start(OURS, { config: [head({ inet }), byHand("cat")].join("\n") });
    const url = `http://localhost:${daemon.port}/`;
    try {
      const wrong = await openPage(browser, { httpCredentials: { username: "user", password: "no" } });
      assert.equal((await wrong.page.goto(url))?.status(), 401);
      assert.equal(await wrong.page.locator("table").count(), 0);
      await wrong.page.context().close();
      const right = await openPage(browser, { httpCredentials: { username: "user", password: "pass" } });
      await right.page.goto(url);
      await right.page.getByText("Live", { exact: true }).waitFor();
      await press(right.page, "Start cat");
      await until(
        "the start",
        async () => (await right.page.locator('.state[data-state="RUNNING"]').count()) === 1,
      );
      await right.page.context().close();
    } finally {
      await daemon.destroy();
    }
  });
});
