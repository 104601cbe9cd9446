import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { readResponse } from "../../lib/wire/xmlrpc-response.ts";
import { XmlRpcSyntaxError } from "../../lib/wire/xmlrpc-value.ts";
import { writeFault, writeResponse } from "../../lib/wire/xmlrpc-write.ts";
import { askOracle, describeValue } from "../support/xmlrpc-oracle.ts";
import { anyValue } from "../support/xmlrpc-values.ts";

const reply = (inner: string): string =>
  `<methodResponse><params><param>${inner}</param></params></methodResponse>`;

describe("reading an XML-RPC reply", () => {
  it("reads what CPython writes as CPython does", () => {
    const values = fc.sample(anyValue, { numRuns: 1500, seed: 21 });
    const documents = askOracle(values.map((value) => ["write_response", describeValue(value, true)]));
    const answers = askOracle(documents.map(([, document]) => ["read_reply", document]));
    for (const [at, [, document]] of documents.entries()) {
      const read = readResponse(String(document));
      assert.ok(read.ok);
      assert.deepEqual(["ok", [describeValue(read.value)]], answers[at]);
    }
  });

  it("takes and refuses the variants that Python's client does", () => {
    const inners = [
      ...[
        "<value>text</value>",
        "<value/>",
        "<value><string/></value>",
        "<value><i4>1</i4></value>",
        "<value><i8>1</i8></value>",
      ],
      ...[
        "<value> <int> 1 </int> </value>",
        "<value><boolean>true</boolean></value>",
        "<value><float>1.5</float></value>",
      ],
      ...[
        "<value><nil/></value>",
        "<value><ex:nil xmlns:ex='a'/></value>",
        "<value><foo>1</foo></value>",
        "<value><int>x</int></value>",
      ],
      ...[
        "<value><array><data/></array></value>",
        "<value><array><data><value>a</value></data></array></value>",
        "<int>1</int>",
      ],
      ...[
        "<value><struct/></value>",
        "<value><struct><member><name>a</name><value>b</value></member></struct></value>",
      ],
      ...[
        "<value><struct><member><name>a</name></member></struct></value>",
        "<value><base64>YQ==</base64></value>",
        "<value>",
      ],
      ...[
        "<value><biginteger>123</biginteger></value>",
        "<value>a&lt;b</value>",
        "<value><string>a<b/></string></value>",
      ],
    ];
    const answers = askOracle(inners.map((inner) => ["read_reply", reply(inner)]));
    for (const [at, inner] of inners.entries()) {
      let ours: unknown = ["error"];
      try {
        const read = readResponse(reply(inner));
        ours = read.ok ? ["ok", [describeValue(read.value)]] : ["fault"];
      } catch (error) {
        assert.ok(error instanceof XmlRpcSyntaxError);
      }
      const wanted = answers[at];
      assert.deepEqual(ours, wanted?.[0] === "error" ? ["error"] : wanted, inner);
    }
  });

  it("gives a fault's code and text", () => {
    assert.deepEqual(readResponse(writeFault(10, "BAD_NAME: <x>")), {
      ok: false,
      code: 10,
      text: "BAD_NAME: <x>",
    });
  });

  it("refuses what is no single value or fault", () => {
    const documents = [
      ...["", "<html>no</html>", "<methodResponse/>", "<methodResponse><params/></methodResponse>"],
      "<methodResponse><params><param><value>a</value></param><param><value>b</value></param></params></methodResponse>",
      "<methodResponse><fault><value>a</value></fault></methodResponse>",
      `${writeResponse("a")}x`,
      writeResponse("a").slice(0, -3),
    ];
    for (const document of documents)
      assert.throws(() => readResponse(document), XmlRpcSyntaxError, document);
  });
});
