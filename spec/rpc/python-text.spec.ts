import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { pythonText } from "../../lib/rpc/python-text.ts";
import { readCall } from "../../lib/wire/xmlrpc-read.ts";
import { runOracle } from "../support/oracle-python.ts";

const VALUES = [
  "<string>plain 'text'</string>",
  "<string></string>",
  "<int>-7</int>",
  "<boolean>1</boolean>",
  "<boolean>0</boolean>",
  "<double>1.5</double>",
  "<double>1e300</double>",
  "<nil/>",
  "<dateTime.iso8601>20200102T03:04:05</dateTime.iso8601>",
  "<base64>aGFsbG8=</base64>",
  "<array><data><value><int>1</int></value><value><string>a'b</string></value><value><boolean>1</boolean></value></data></array>",
  "<array><data></data></array>",
  "<struct><member><name>k</name><value><int>1</int></value></member><member><name>2</name><value><array><data><value>x</value></data></array></value></member></struct>",
  "<array><data><value><dateTime.iso8601>20200102T03:04:00</dateTime.iso8601></value><value><dateTime.iso8601>20200102T03:04:09</dateTime.iso8601></value></data></array>",
  "<array><data><value><base64>aGFsbG8=</base64></value><value><nil/></value><value><double>0.5</double></value></data></array>",
];

const document = (value: string): string =>
  `<?xml version='1.0'?><methodCall><methodName>m</methodName><params><param><value>${value}</value></param></params></methodCall>`;

const ORACLE = `
import json, sys
from io import StringIO
from supervisor.xmlrpc import supervisor_xmlrpc_handler
handler = supervisor_xmlrpc_handler(None, [])
json.dump(['%s' % handler.loads(text)[0][0] for text in json.load(sys.stdin)], sys.stdout)
`;

describe("what a value of a call is as text", () => {
  it("is what Python's formatting makes of it", () => {
    const documents = VALUES.map(document);
    const theirs = runOracle(ORACLE, documents);
    assert.deepEqual(
      documents.map((text) => pythonText(readCall(Buffer.from(text)).params[0])),
      theirs,
    );
  });
});
