import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { CALL_LIMITS, readCall } from "../../lib/wire/xmlrpc-read.ts";
import { readResponse } from "../../lib/wire/xmlrpc-response.ts";
import { XmlRpcSyntaxError } from "../../lib/wire/xmlrpc-value.ts";
import { writeCall, writeResponse } from "../../lib/wire/xmlrpc-write.ts";
import { damagedDocument } from "../support/xmlrpc-documents.ts";
import { anyValue } from "../support/xmlrpc-values.ts";

/** Runs a reader; anything but a value or its own error is a failure. */
function tame(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    assert.ok(error instanceof XmlRpcSyntaxError, `${error}`);
  }
}

const flips = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 6 });

function flip(document: string, changes: readonly (readonly [number, number])[]): Uint8Array {
  const bytes = Buffer.from(document);
  for (const [where, byte] of changes) bytes[where % bytes.length] = byte;
  return bytes;
}

describe("hostile XML-RPC", () => {
  it("never throws anything but its own error: mutated bytes", () => {
    fc.assert(
      fc.property(fc.array(anyValue, { maxLength: 3 }), flips, (params, changes) => {
        tame(() => readCall(flip(writeCall("a.b", params), changes)));
        tame(() => readResponse(Buffer.from(flip(writeResponse(params), changes)).toString("latin1")));
      }),
      { numRuns: 2000 },
    );
  });

  it("never throws anything but its own error: damaged structure, random bytes", () => {
    fc.assert(
      fc.property(damagedDocument, fc.uint8Array(), (document, bytes) => {
        tame(() => readCall(document));
        tame(() => readResponse(document));
        tame(() => readCall(bytes));
      }),
      { numRuns: 3000 },
    );
  });

  it("reads or refuses the worst documents of the greatest size in linear time", () => {
    const full = CALL_LIMITS.size - 1000;
    const of = (piece: string): string => piece.repeat(Math.floor(full / piece.length));
    const worst = [
      of("\r"),
      `<a>${of("&amp;")}</a>`,
      `<a>${of("&")}</a>`,
      `<a>${of("&#65;")}</a>`,
      `<a>${of("<a>")}</a>`,
      `<a>${of("<a/>")}</a>`,
      `<a>${of("<!---->")}</a>`,
      `<a>${of("<!--")}</a>`,
      `<a>${of("<![CDATA[")}</a>`,
      `<a>${of("<![CDATA[]]>")}</a>`,
      `<a>${of("<?a?>")}</a>`,
      `<a${of(" b=''")}/>`,
      `<a b='${of("&lt;")}'/>`,
      `<${of("a")}/>`,
      `<!DOCTYPE ${of(" ")}`,
      `<!DOCTYPE a SYSTEM ${of(" ")}`,
      `<?xml version='1.0'${of(" ")}`,
      of("<?a?>"),
      `<int>${of(" ")}x</int>`,
      `<int>${of("1_")}x</int>`,
      `<double>${of("1")}x</double>`,
      `<double>${of("1")}e${of("1").slice(0, 1000)}x</double>`,
      `<a><base64>${of("YWJj")}</base64></a>`,
      `<dateTime.iso8601>${of("1")}</dateTime.iso8601>`,
      `<a>${of("]]")}</a>`,
    ];
    for (const document of worst) {
      const start = performance.now();
      tame(() => readCall(Buffer.from(document)));
      const took = performance.now() - start;
      // A quadratic reader takes hours here; the bound leaves room for a loaded machine.
      assert.ok(took < 10_000, `${document.slice(0, 20)}... took ${took} ms`);
    }
  });
});
