import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { fieldOf, framingOf, isPersistent, parseHead } from "../../lib/http/head.ts";
import { decodeTarget, plainPath, splitUri } from "../../lib/http/uri.ts";

const head = (...fields: readonly string[]): string => ["GET /a HTTP/1.1", ...fields].join("\r\n");

function parsed(...fields: readonly string[]): NonNullable<ReturnType<typeof parseHead>> {
  const request = parseHead(head(...fields));
  assert.ok(request !== null);
  return request;
}

describe("the head of a request", () => {
  it("reads method, target and version", () => {
    assert.deepEqual(parseHead("GET /%41?%41 HTTP/1.0"), {
      line: "GET /%41?%41 HTTP/1.0",
      method: "GET",
      uri: "/A?%41",
      version: "1.0",
      fields: [],
    });
    assert.equal(parseHead("GET /")?.version, null);
  });

  it("refuses what is no request line", () => {
    const lines = [
      ...[
        "",
        "GET",
        "GET  / HTTP/1.1",
        "GET / HTTP/1.1 ",
        " GET / HTTP/1.1",
        "GET / http/1.1",
        "GET / HTTP/",
        "GET / HTTP/1.x",
      ],
      ...[
        "GET /\n HTTP/1.1",
        "GET /\0 HTTP/1.1",
        "GET /\x7f HTTP/1.1",
        "GET\t/ HTTP/1.1",
        "GET /\ufffd HTTP/1.1",
        "GET / a HTTP/1.1",
      ],
      `GET / HTTP/${"1".repeat(17)}`,
    ];
    for (const line of lines) assert.equal(parseHead(line), null, JSON.stringify(line));
  });

  it("finds fields in any case, with or without a space, folded or not", () => {
    const request = parsed(
      "Host:a",
      "CONTENT-length:  5 ",
      "X: 1",
      " 2",
      "\t3",
      "no field",
      ": empty",
      "X: 4",
    );
    assert.equal(fieldOf(request, "host"), "a");
    assert.equal(fieldOf(request, "content-length"), "5");
    assert.equal(fieldOf(request, "x"), "123");
    assert.equal(fieldOf(request, "y"), undefined);
    assert.equal(request.fields.length, 4);
  });

  it("refuses what a server in front of us might read in another way (field-names)", () => {
    for (const field of [
      "Content-Length : 5",
      "Content-Length\t: 5",
      "A B: c",
      "A: b\rContent-Length: 5",
      "A: b\nContent-Length: 5",
      "A: \0",
      "Ä: b",
    ]) {
      assert.equal(parseHead(`GET / HTTP/1.1\r\n${field}`), null, JSON.stringify(field));
    }
    const kept = parseHead("GET / HTTP/1.1\r\nA: \u00a0b\t ");
    assert.deepEqual(kept?.fields, [["a", "\u00a0b"]]);
  });

  it("refuses a fold without a line before it, and more fields than anybody sends", () => {
    assert.equal(parseHead(head(" x: 1")), null);
    assert.equal(parseHead(head(...Array.from({ length: 201 }, () => "a: b"))), null);
  });

  it("tells how the body is delimited (bad-length)", () => {
    const table: [string[], ReturnType<typeof framingOf>][] = [
      [[], { kind: "none" }],
      [["Content-Length:"], { kind: "none" }],
      [["Content-Length: 0"], { kind: "length", length: 0 }],
      [["Content-Length: 12"], { kind: "length", length: 12 }],
      [["Content-Length: 12", "content-length: 12"], { kind: "length", length: 12 }],
      [["Content-Length: 12", "content-length: 13"], { kind: "refused", status: 400 }],
      [["Content-Length: 12", "content-length:"], { kind: "refused", status: 400 }],
      [["Content-Length: -1"], { kind: "refused", status: 400 }],
      [["Content-Length: +1"], { kind: "refused", status: 400 }],
      [["Content-Length: 1_0"], { kind: "refused", status: 400 }],
      [["Content-Length: 0x10"], { kind: "refused", status: 400 }],
      [["Content-Length: 1, 1"], { kind: "refused", status: 400 }],
      [["Content-Length: 9999999999999999"], { kind: "refused", status: 400 }],
      [["Transfer-Encoding: Chunked"], { kind: "chunked" }],
      [["Transfer-Encoding: chunked", "Content-Length: 5"], { kind: "refused", status: 400 }],
      [["Transfer-Encoding: identity", "Content-Length: 5"], { kind: "refused", status: 501 }],
      [["Transfer-Encoding: gzip, chunked"], { kind: "refused", status: 501 }],
      [["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"], { kind: "refused", status: 501 }],
    ];
    for (const [fields, framing] of table)
      assert.deepEqual(framingOf(parsed(...fields)), framing, fields.join());
  });

  it("tells whether the connection stays", () => {
    const table: [version: string, connection: string | null, stays: boolean][] = [
      [" HTTP/1.1", null, true],
      [" HTTP/1.1", "close", false],
      [" HTTP/1.1", "TE, Close", false],
      [" HTTP/1.1", "closed", true],
      [" HTTP/1.0", null, false],
      [" HTTP/1.0", "Keep-Alive", true],
      [" HTTP/1.0", "close", false],
      ["", "keep-alive", false],
      [" HTTP/2.0", null, true],
    ];
    for (const [version, connection, stays] of table) {
      const request = parseHead(
        `GET /${version}${connection === null ? "" : `\r\nConnection: ${connection}`}`,
      );
      assert.equal(request === null ? null : isPersistent(request), stays, `${version} ${connection}`);
    }
  });
});

describe("request targets", () => {
  it("are taken apart as the original does", () => {
    const piece = fc.constantFrom(
      "%",
      "%4",
      "%41",
      "%c3%a9",
      "%ff",
      "%3F",
      "%23",
      "%2f",
      "?",
      "#",
      ";",
      "/",
      "a",
      "é",
      "+",
      "%%",
    );
    const targets = fc.sample(
      fc.array(piece, { minLength: 1 }).map((pieces) => pieces.join("")),
      { numRuns: 3000, seed: 31 },
    );
    const script = fileURLToPath(new URL("../support/http-python.py", import.meta.url));
    const run = spawnSync("/usr/bin/python3", [script], { input: JSON.stringify(targets), encoding: "utf8" });
    const answers: unknown[] = JSON.parse(run.stdout);
    for (const [at, target] of targets.entries()) {
      const uri = decodeTarget(target);
      const { path, query } = splitUri(uri);
      assert.deepEqual([uri, path, query], answers[at], target);
    }
  });

  it("lose their leading slashes for the routes that look at names", () => {
    assert.equal(plainPath(decodeTarget("//logtail/a%252541;x?y")), "logtail/a%41");
  });
});
