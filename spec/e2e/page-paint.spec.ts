/** What is seen of many programs before any script or data has come, and what that costs the browser. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { gunzipSync } from "node:zlib";
import type { Browser } from "playwright-core";
import { byHand, head } from "../support/daemon-config.ts";
import { exchange } from "../support/daemon-http.ts";
import { Daemon } from "../support/daemon-process.ts";
import { OURS } from "../support/daemon-subject.ts";
import { until } from "../support/daemon-wait.ts";
import { openBrowser, openPage } from "../support/page-browser.ts";

const COUNT = 300;
const config = [
  head(),
  byHand("many", { process_name: "many_%(process_num)03d", numprocs: COUNT, stdout_logfile: "NONE" }),
].join("\n");

/** How far Chromium looks beyond the window for what may be seen next, in pixels. */
const MARGIN = 3000;

const PAINTS = "performance.getEntriesByName('first-contentful-paint').length";
const LAID_OUT = `[...document.querySelectorAll(".status-table tbody td:first-child span")]
  .filter((cell) => cell.checkVisibility({ contentVisibilityAuto: true })).length`;

describe("the first paint of the status page", () => {
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

  it("waits neither for script nor for data", async () => {
    const { page } = await openPage(browser);
    let asked = 0;
    for (const held of ["**/assets/*.js", "**/api/**"]) {
      // Never answered.
      await page.route(held, () => {
        asked++;
      });
    }
    await page.goto(`http://localhost:${daemon.port}/`, { waitUntil: "commit" });
    await until("the first paint", async () => (await page.evaluate(PAINTS)) === 1);
    const rows = page.locator(".status-table tbody tr");
    assert.equal(await rows.count(), COUNT);
    assert.match(await rows.first().innerText(), /stopped\s+Not started\s+many:many_000/);
    assert.equal(asked, 1, "the script, which does not come");
    await page.context().close();
  });

  it("lays out what is in sight, and the rest when it comes into sight", async () => {
    const { page } = await openPage(browser);
    await page.route("**/assets/*.js", (route) => route.abort());
    await page.goto(`http://localhost:${daemon.port}/`);
    const atFirst = Number(await page.evaluate(LAID_OUT));
    assert.ok(atFirst >= 20 && atFirst <= (MARGIN + 800) / 30, `${atFirst} rows`);
    const last = page.locator(".status-table tbody tr").last();
    await last.scrollIntoViewIfNeeded();
    await last.getByText("Start", { exact: true }).click({ trial: true });
    await page.context().close();
  });

  it("is a table without script, of which all is there", async () => {
    const { page } = await openPage(browser, { javaScriptEnabled: false });
    await page.goto(`http://localhost:${daemon.port}/`);
    assert.equal(await page.getByRole("table").count(), 1);
    assert.equal(await page.getByRole("row").count(), COUNT + 1);
    const display = (selector: string) =>
      page.evaluate(`getComputedStyle(document.querySelector("${selector}")).display`);
    assert.equal(await display(".status-table"), "table");
    assert.equal(await display(".status-table tbody"), "table-row-group");
    assert.equal(await display(".status-table tbody tr"), "table-row");
    await page.context().close();
  });

  it("comes packed to who takes it, and plain to who does not (page-packed)", async () => {
    const get = async (path: string, fields: string) => {
      const request = `GET ${path} HTTP/1.0\r\n${fields}\r\n`;
      const { reply } = await exchange(daemon, request, { lingerMs: 0 });
      const end = reply.indexOf("\r\n\r\n");
      return { fields: reply.slice(0, end + 2), body: Buffer.from(reply.slice(end + 4), "latin1") };
    };
    const html = (await get("/", "")).body.toString();
    const script = /src="(assets\/[^"]+\.js)"/.exec(html)?.[1] ?? "no script";
    for (const path of ["/", `/${script}`]) {
      const plain = await get(path, "Accept-Encoding: br, gzip;q=0\r\n");
      assert.doesNotMatch(plain.fields, /\r\nContent-Encoding:/);
      const packed = await get(path, "Accept-Encoding: br, gzip\r\n");
      assert.match(packed.fields, /\r\nContent-Encoding: gzip\r\n/);
      assert.match(packed.fields, /\r\nVary: Accept-Encoding\r\n/);
      assert.ok(packed.body.length * 2 < plain.body.length, `${path}: ${packed.body.length}`);
      assert.equal(gunzipSync(packed.body).toString(), plain.body.toString());
    }
  });
});
