/** How the page is laid out: what is seen, what covers nothing, and what stays where it is. */
import assert from "node:assert/strict";
import { hostname } from "node:os";
import { after, before, describe, it } from "node:test";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { byHand, head, program } from "../support/daemon-config.ts";
import { Daemon } from "../support/daemon-process.ts";
import { OURS } from "../support/daemon-subject.ts";
import { until } from "../support/daemon-wait.ts";
import { openBrowser, type PageWork, press, row, withPage } from "../support/page-browser.ts";
import { call } from "../support/page-client.ts";

const config = [
  head({ supervisord: "identifier=shop-1" }),
  byHand("cat"),
  byHand("many", { process_name: "many_%(process_num)d", numprocs: 3 }),
  program("short", "/bin/sh -c 'echo out; exec cat'", { startsecs: 0 }),
].join("\n");

/** How much of the middle third of the first plot has a colour: its lines are grey. */
const MIDDLE = `(canvas => {
  const from = Math.floor(canvas.width * 0.4);
  const { data } = canvas.getContext("2d").getImageData(from, 0, Math.floor(canvas.width * 0.4), canvas.height);
  let count = 0;
  for (let at = 0; at < data.length; at += 4) {
    if (data[at + 3] > 128 && Math.abs(data[at] - data[at + 2]) > 60) count++;
  }
  return count;
})(document.querySelector(".plot-figure canvas"))`;

/** What has the focus, and how far its ring reaches beyond the cell that would cut it off. */
const RING = `(element => {
  const { outlineOffset, outlineWidth, outlineStyle } = getComputedStyle(element);
  const reach = parseFloat(outlineOffset) + parseFloat(outlineWidth);
  const name = element.localName + " " + (element.getAttribute("aria-label") ?? element.textContent);
  if (element === document.body) return ["body", 0];
  if (outlineStyle === "none") return [name, 99];
  const cell = element.closest("td, th");
  if (cell === null || getComputedStyle(cell).overflow === "visible") return [name, 0];
  const inner = element.getBoundingClientRect(), outer = cell.getBoundingClientRect();
  return [name, Math.max(outer.left - inner.left, inner.right - outer.right, outer.top - inner.top, inner.bottom - outer.bottom) + reach];
})(document.activeElement)`;

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

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
          await until("nobody is there to take it", () => send.isDisabled());
          await press(page, "Start");
          await page.getByText("short started").waitFor();
          await send.scrollIntoViewIfNeeded();
          const box = await send.boundingBox();
          // All at one moment: those of successes go by themselves.
          const notices = (await page
            .locator(".notice")
            .evaluateAll((all) =>
              all.map((one) => (one as unknown as { getBoundingClientRect(): Box }).getBoundingClientRect()),
            )) as Box[];
          assert.ok(box !== null && notices.length >= 2, `${notices.length} notices`);
          for (const other of notices) {
            const apart =
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

  it("draws what was seen once only, and tells from when to when it draws", async () => {
    const now = Date.now();
    await onPage("", async (page) => {
      await page.route("**/api/v1/processes/short", async (route) => {
        const response = await route.fetch();
        const detail = await response.json();
        // Some way in, so that it is drawn far from the sample of now.
        await route.fulfill({
          response,
          json: {
            ...detail,
            usage: [
              [now - 600_000, 50, 50e6],
              [now - 300_000, 50, 50e6],
            ],
          },
        });
      });
      await page.goto(`http://localhost:${daemon.port}/#/program/short`);
      const plot = page.locator(".plot-figure").first();
      await plot.locator("canvas").waitFor();
      const clock = /^\d\d?:\d\d$/;
      const [from = "", to = ""] = await plot.locator("time").allInnerTexts();
      assert.match(from, clock);
      assert.match(to, clock);
      assert.notEqual(from, to);
      await until("a point in the middle", async () => Number(await page.evaluate(MIDDLE)) > 3);
    });
  });

  it("tells in the history how long it is so, as the head does", async () => {
    await call(daemon, "POST", "/processes/short/restart");
    await onPage("#/program/short", async (page) => {
      const seconds = async (selector: string, pattern: RegExp) =>
        Number(pattern.exec(await page.locator(selector).first().innerText())?.[1]);
      await until("some time", async () => (await seconds(".facts", /up (\d+)s/)) >= 4);
      const history = await seconds(".history li span.dim", /for (\d+)s/);
      const up = await seconds(".facts", /up (\d+)s/);
      assert.ok(up - history <= 1, `up ${up}, for ${history}`);
    });
  });

  it("shows where the focus is, and cuts off no ring", async () => {
    for (const viewport of [{ width: 1280, height: 800 }, PHONE.viewport]) {
      await onPage(
        "",
        async (page) => {
          await row(page, "cat").waitFor();
          await page.getByRole("searchbox").focus();
          let seen = 0;
          for (let step = 0; step < 30; step++) {
            await page.keyboard.press("Tab");
            const [name, cut] = (await page.evaluate(RING)) as [string, number];
            if (name === "body") break;
            assert.ok(cut <= 0, `the ring around ${name} is cut off by ${cut} pixels at ${viewport.width}`);
            seen++;
          }
          assert.ok(seen > 15, `${seen} stops`);
        },
        { viewport },
      );
    }
  });

  it("fits the activity log in the window, wide and narrow", async () => {
    for (const viewport of [{ width: 1280, height: 800 }, PHONE.viewport]) {
      await onPage(
        "#/activity",
        async (page) => {
          await page.getByText("INFO spawned").first().waitFor();
          assert.equal(await page.evaluate("document.documentElement.scrollHeight - innerHeight"), 0);
        },
        { viewport },
      );
    }
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
