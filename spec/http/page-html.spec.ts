import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { ctime } from "../../lib/http/page-actions.ts";
import { confirmPage, escapeHtml, quote, statusPage, tailPage } from "../../lib/http/page-html.ts";

const HOSTILE = fc.string({
  unit: fc.constantFrom("<", ">", '"', "'", "&", "\0", "\x1b", "a", "/", "é", "="),
});

const WHOSE = { identifier: "shop", host: "box" };

const UNSAFE = ["<", ">", '"', "'", "\0", "\x1b"];

/** What an HTML reader makes of text: the entities that are used here. */
const read = (html: string): string =>
  html
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");

describe("the page's HTML", () => {
  it("escapes everything, and shows what is no text as such", () => {
    fc.assert(
      fc.property(HOSTILE, (text) => {
        const escaped = escapeHtml(text);
        assert.ok(!UNSAFE.some((char) => escaped.includes(char)));
        assert.equal(read(escaped), text.replaceAll("\0", "\ufffd").replaceAll("\x1b", "\ufffd"));
      }),
    );
  });

  it("lets no text become a tag, wherever it stands", () => {
    const tags = (html: string) => html.match(/<\/?[a-z!]+/gi)?.join();
    fc.assert(
      fc.property(HOSTILE, (text) => {
        const row = { id: text, state: "RUNNING", description: text } as const;
        const plain = { id: "x", state: "RUNNING", description: "x" } as const;
        const whose = { identifier: text, host: text };
        assert.equal(tags(statusPage(whose, [row], text)), tags(statusPage(WHOSE, [plain], "x")));
        assert.equal(tags(tailPage(text, text, text)), tags(tailPage("x", "x", "x")));
        assert.equal(
          tags(confirmPage({ action: text, processname: text })),
          tags(confirmPage({ action: "x", processname: "x" })),
        );
      }),
    );
  });

  it("quotes as Python does", () => {
    assert.equal(quote("a:b/c ~.-_!'()*é"), "a%3Ab/c%20~.-_%21%27%28%29%2A%C3%A9");
  });

  it("writes no script and no style into the page", () => {
    const html = statusPage(WHOSE, [], "m");
    assert.doesNotMatch(html, /<style|\sstyle=|\son\w+=|<script(?![^>]* src=)/);
    assert.match(html, /No programs to manage/);
    assert.match(html, /<b>shop<\/b> <span class="dim">on box<\/span>/);
  });

  it("tells the time as ctime does", () => {
    const time = new Date(2026, 10, 2, 7, 5, 9).getTime();
    assert.equal(ctime(time), "Mon Nov  2 07:05:09 2026");
  });
});
