import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { CALL_LIMITS, readCall } from "../../lib/wire/xmlrpc-read.ts";
import { XmlRpcSyntaxError } from "../../lib/wire/xmlrpc-value.ts";
import { CORNERS } from "../support/xmlrpc-corners.ts";
import { damagedDocument, treeDocument } from "../support/xmlrpc-documents.ts";
import { askOracle, describeValue } from "../support/xmlrpc-oracle.ts";

/** Our reading in the oracle's words. */
function read(document: string | Uint8Array): unknown[] {
  try {
    const { method, params } = readCall(document);
    return ["ok", method, params.map((value) => describeValue(value))];
  } catch (error) {
    assert.ok(error instanceof XmlRpcSyntaxError, `${error}`);
    return [error.kind === "unmarshallable" ? "error" : error.kind];
  }
}

function compare(documents: readonly string[]): void {
  const answers = askOracle(documents.map((document) => ["read_call", document]));
  for (const [at, document] of documents.entries()) {
    const [kind, ...rest] = answers[at] ?? [];
    const wanted = kind === "error" ? ["error"] : [kind, ...rest];
    assert.deepEqual(read(document), wanted, JSON.stringify(document));
    assert.deepEqual(
      read(Buffer.from(document)),
      read(Buffer.from(document).toString()),
      "bytes read as the string does",
    );
  }
}

const refusal = (document: string | Uint8Array): string => {
  try {
    readCall(document);
  } catch (error) {
    if (error instanceof XmlRpcSyntaxError) return error.message;
    throw error;
  }
  return "accepted";
};

describe("reading an XML-RPC request", () => {
  it("reads and refuses every corner as the original does", () => compare(CORNERS));

  it("reads any nesting of known and unknown tags as the original does", () =>
    compare(fc.sample(treeDocument, { numRuns: 3000, seed: 11 })));

  it("reads and refuses damaged requests as the original does", () =>
    compare(fc.sample(damagedDocument, { numRuns: 4000, seed: 12 })));

  it("passes the method through untouched, however hostile", () => {
    for (const method of [
      "supervisor.supervisord.options.warnings.linecache.os.system",
      "__proto__",
      " a..b ",
      "constructor",
    ]) {
      assert.equal(readCall(`<a><methodName>${method}</methodName></a>`).method, method);
    }
  });

  it("refuses a document type with an internal subset, so that no entity can grow (doctype)", () => {
    const laughs = `<!DOCTYPE a [<!ENTITY a "ha">${Array.from({ length: 20 }, (_, at) => `<!ENTITY a${at} "&a;&a;">`).join("")}]>`;
    assert.match(refusal(`${laughs}<a><methodName>&a;</methodName></a>`), /unsupported document type/);
    assert.match(refusal("<!DOCTYPE a []><a><methodName>b</methodName></a>"), /unsupported document type/);
  });

  it("gives base64 that is not UTF-8 as bytes, where the original refuses it", () => {
    const { params } = readCall("<a><methodName>b</methodName><params><base64>/wA=</base64></params></a>");
    assert.deepEqual(params, [new Uint8Array([255, 0])]);
  });

  it("refuses a body that is not UTF-8", () => {
    const document = Buffer.from("<a><methodName>\xff</methodName></a>", "latin1");
    assert.equal(refusal(document), "unmarshallable: not UTF-8");
  });

  it("holds its limits on size, depth, elements and attributes (request-limits)", () => {
    const limits = { size: 1000, depth: 3, elements: 5, attributes: 2 };
    const kinds: [string, RegExp | null][] = [
      ["<a><methodName>b</methodName></a>", null],
      [`<a>${" ".repeat(1000)}<methodName>b</methodName></a>`, /too large/],
      ["<a><a><a/></a><methodName>b</methodName></a>", null],
      ["<a><a><a><a/></a></a><methodName>b</methodName></a>", /too deeply/],
      ["<a><a/><a/><a/><methodName>b</methodName></a>", null],
      ["<a><a/><a/><a/><a/><methodName>b</methodName></a>", /too many elements/],
      ["<a a='' b=''><methodName>b</methodName></a>", null],
      ["<a a='' b='' c=''><methodName>b</methodName></a>", /too many attributes/],
    ];
    for (const [document, wanted] of kinds) {
      if (wanted === null) assert.equal(readCall(document, limits).method, "b");
      else assert.throws(() => readCall(document, limits), { name: "XmlRpcSyntaxError", message: wanted });
    }
    assert.match(refusal(new Uint8Array(CALL_LIMITS.size + 1)), /too large/);
  });
});
