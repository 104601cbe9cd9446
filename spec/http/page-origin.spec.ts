import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseHead } from "../../lib/http/head.ts";
import { isForeignAction, isForeignCall, isForeignRpc } from "../../lib/http/origin.ts";

const request = (...fields: string[]) => {
  const head = parseHead(["GET / HTTP/1.1", "Host: box:9001", ...fields].join("\r\n"));
  assert.ok(head !== null);
  return head;
};

const BROWSER = ["User-Agent: Mozilla/5.0 (X11)", "Accept-Language: en"];

/** What was sent, and whether it counts as another site's for a link, an API call and an XML-RPC call. */
const CASES: readonly [fields: string[], action: boolean, call: boolean, rpc: boolean][] = [
  [[], false, false, false],
  [["User-Agent: curl/8"], false, false, false],
  [["User-Agent: Mozilla/5.0 (script)"], false, false, false],
  [BROWSER, true, false, false],
  [[...BROWSER, "Sec-Fetch-Site: none"], false, false, false],
  [[...BROWSER, "Sec-Fetch-Site: same-origin"], false, false, false],
  [[...BROWSER, "Sec-Fetch-Site: same-site"], true, true, true],
  [[...BROWSER, "Sec-Fetch-Site: same-site", "Referer: http://box:8080/board"], false, true, false],
  [[...BROWSER, "Sec-Fetch-Site: same-site", "Origin: http://wiki.box:9001"], true, true, true],
  [
    [...BROWSER, "Sec-Fetch-Site: same-site", "Origin: http://wiki.box", "Referer: http://box:9001/"],
    true,
    true,
    true,
  ],
  // What the browser says of the two origins counts more than their names.
  [[...BROWSER, "Sec-Fetch-Site: same-site", "Origin: http://box:9001"], false, true, false],
  [[...BROWSER, "Sec-Fetch-Site: cross-site"], true, true, true],
  [["Sec-Fetch-Site: cross-site", "Content-Type: application/json"], true, true, false],
  [["Referer: http://box:9001/index.html"], false, false, false],
  [["Referer: http://BOX:9001/"], false, false, false],
  [["Referer: http://box:8080/board"], false, true, false],
  [["Referer: http://user:pw@box:9001/"], false, false, false],
  [["Referer: http://evil.example/?http://box:9001/"], true, true, true],
  [["Referer: http://box:9001@evil.example/"], true, true, true],
  [["Referer: http://box.evil.example:9001/"], true, true, true],
  [["Origin: null"], true, true, true],
  [["Origin: chrome-extension://abc"], true, true, true],
  [["Origin: https://evil.example", "Content-Type: text/xml"], true, false, false],
  [["Origin: https://evil.example", "Content-Type: TEXT/plain; charset=x"], true, true, true],
  [["Origin: https://out.example", "X-Forwarded-Host: out.example"], false, false, false],
];

describe("requests of other sites (page-cross-site, rpc-cross-site)", () => {
  for (const [fields, action, call, rpc] of CASES) {
    it(fields.join(", ") || "nothing said", () => {
      const seen = request(...fields);
      assert.deepEqual([isForeignAction(seen), isForeignCall(seen), isForeignRpc(seen)], [action, call, rpc]);
    });
  }
});
