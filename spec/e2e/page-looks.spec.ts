/** How the page is laid out: what is seen, what covers nothing, and what stays where it is. */
import assert from "node:assert/strict";
import { hostname } from "node:os";
import { after, before, describe, it } from "node:test";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { byHand, head, program } from "../support/daemon-config.ts";
import { Daemon } from "../support/daemon-process.ts";
import { OURS } from "../support/daemon-subject.ts";
import { openBrowser, type PageWork, press, row, withPage } from "../support/page-browser.ts";
import { call } from "../support/page-client.ts";

const config = [
  head({ supervisord: "identifier=shop-1" }),
  byHand("cat"),
  byHand("many", { process_name: "many_%(process_num)d", numprocs: 3 }),
  program("short", "/bin/sh -c 'echo out; exec cat'", { startsecs: 0 }),
].join("\n");

const PHONE = { viewport: { width: 390, height: 844 } };

describe("the layout of the status page", () => {
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
  const onPage = (hash: string, work: PageWork, options?: BrowserContextOptions) =>
    withPage(browser, daemon, hash, work, options);

  it("says which daemon of which machine it is, in the title too, with and without script", async () => {
    const whose = `shop-1 on ${hostname()}`;
    for (const [hash, name] of [
      ["", "Programs"],
      ["#/program/cat", "cat"],
    ] as const) {
      await onPage(hash, async (page) => {
        await page.getByRole("banner").getByText(whose).waitFor();
        assert.equal(await page.title(), `${whose}: ${name}`);
      });
    }
    await onPage("", (page) => page.getByRole("banner").getByText(whose).waitFor(), {
      javaScriptEnabled: false,
    });
    const { identifier, host } = (await call(daemon, "GET", "/state")).json.daemon;
    assert.deepEqual([identifier, host], ["shop-1", hostname()]);
  });

  for (const width of [1280, 800, 390]) {
    it(`covers no way to send with what it says, ${width} pixels wide`, async () => {
      await onPage(
        "#/program/short",
        async (page) => {
          await press(page, "Restart");
          await page.getByText("short restarted").waitFor();
          const send = page.getByRole("button", { name: "Send" });
          await send.click();
          await page.getByText("Sent to short").waitFor();
          await send.click();
          await page.getByText("Sent to short (2 times)").waitFor();
          await press(page, "Stop");
          await page.getByText("short stopped").waitFor();
          await send.click();
          await page.getByText("NOT_RUNNING").waitFor();
          await press(page, "Start");
          await page.getByText("short started").waitFor();
          await send.scrollIntoViewIfNeeded();
          const box = await send.boundingBox();
          const notices = await page.locator(".notice").all();
          assert.ok(box !== null && notices.length >= 3, `${notices.length} notices`);
          for (const notice of notices) {
            const other = await notice.boundingBox();
            const apart =
              other === null ||
              other.x >= box.x + box.width ||
              other.x + other.width <= box.x ||
              other.y >= box.y + box.height ||
              other.y + other.height <= box.y;
            assert.ok(apart, `${JSON.stringify(other)} covers ${JSON.stringify(box)}`);
          }
        },
        { viewport: { width, height: 800 } },
      );
    });
  }

  it("remembers which groups are folded", async () => {
    await onPage("", async (page) => {
      await press(page, "many");
      await row(page, "many:many_0").waitFor({ state: "hidden" });
      await page.reload();
      await page.getByRole("button", { name: "many", exact: true, expanded: false }).waitFor();
      assert.ok(await row(page, "many:many_0").isHidden());
      await press(page, "many");
      await page.reload();
      await row(page, "many:many_0").waitFor();
    });
  });

  it("keeps its logs where they are when there is something to say of them", async () => {
    await onPage("#/program/short", async (page) => {
      await page.getByRole("log", { name: "stdout" }).getByText("out").first().waitFor();
      const place = async () =>
        JSON.stringify([
          await page.getByRole("region", { name: "stdout" }).boundingBox(),
          await page.getByRole("region", { name: "stderr" }).boundingBox(),
        ]);
      const before = await place();
      await page.getByRole("region", { name: "stdout" }).getByRole("button", { name: "Pause" }).click();
      await page.getByText("Paused", { exact: true }).waitFor();
      assert.equal(await place(), before);
    });
  });

  it("lets a group be restarted on a phone, with all its buttons in sight", async () => {
    await call(daemon, "POST", "/processes/many:many_1/start");
    await onPage(
      "",
      async (page) => {
        for (const verb of ["Start", "Restart", "Stop"]) {
          const button = page.getByRole("button", { name: `${verb} group many`, exact: true });
          await button.waitFor();
          const box = await button.boundingBox();
          assert.ok(box !== null && box.x > 100 && box.x + box.width < 390, `${verb} at ${box?.x}`);
        }
        await press(page, "Restart group many");
        await page.getByText("many: 3 processes restarted").waitFor();
      },
      PHONE,
    );
  });
});
