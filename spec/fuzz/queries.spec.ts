/** Request targets and forms, taken apart as the original takes them apart, whatever they hold. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { formOf } from "../../lib/http/page-route.ts";
import { decodeTarget, splitUri } from "../../lib/http/uri.ts";
import { runs, SEED } from "../support/fuzz-runs.ts";
import { runOracle } from "../support/oracle-python.ts";

const PIECES = [
  ...[
    "a",
    "processname",
    "action",
    "limit",
    "=",
    "=",
    "&",
    "&",
    ";",
    "+",
    "?",
    "#",
    "/",
    "%",
    "%2",
    "%41",
    "%3D",
    "%26",
  ],
  ...["%C3%A9", "%ff", "%e2%82", "%00", "%0a", "%zz", ":", "*", "..", "//", "1024", "~", '"', "<"],
];

const targets = fc.array(fc.constantFrom(...PIECES), { maxLength: 14 }).map((parts) => `/${parts.join("")}`);
const forms = fc.tuple(
  targets,
  fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((parts) => parts.join("")),
);

/** As web.py's handler fills its form, before it adds names of its own. */
const FORM = `
import json, sys
from urllib.parse import parse_qs, parse_qsl
def form(query, body):
    made = {k: v[0] for k, v in parse_qs(query).items()}
    made.update(parse_qsl(body))
    return made
json.dump([form(*one) for one in json.load(sys.stdin)], sys.stdout)
`;

describe("request targets", () => {
  it("are decoded and split as the original does", () => {
    const sample = fc.sample(targets, { numRuns: runs(3000), seed: SEED });
    const script = fileURLToPath(new URL("../support/http-python.py", import.meta.url));
    const { stdout, status, stderr } = spawnSync("/usr/bin/python3", [script], {
      input: JSON.stringify(sample),
      maxBuffer: 1 << 30,
    });
    assert.equal(status, 0, String(stderr));
    const theirs = JSON.parse(String(stdout)) as unknown[];
    for (const [at, target] of sample.entries()) {
      const uri = decodeTarget(target);
      const { path, query } = splitUri(uri);
      assert.deepEqual([uri, path, query], theirs[at], `FUZZ_SEED=${SEED}: ${JSON.stringify(target)}`);
    }
  });
});

describe("forms", () => {
  it("have the original's fields, of a query and of a body", () => {
    const found: [string, string][] = [
      ["/index.html??limit=2000&a=1", "?processname=x&a=2"],
      ["/?=%C3%A9limit?%2%C3%A9%0aaction%26", "+%0a&%26%26&"],
    ];
    const sample = [...found, ...fc.sample(forms, { numRuns: runs(3000), seed: SEED })];
    const parts = sample.map(([target, body]) => [splitUri(decodeTarget(target)).query ?? "", body] as const);
    const theirs = runOracle(FORM, parts) as Record<string, string>[];
    for (const [at, [target, body]] of sample.entries()) {
      const request = { line: "", method: "POST", uri: decodeTarget(target), version: "1.1", fields: [] };
      const ours = Object.fromEntries(formOf(request, Buffer.from(body)));
      assert.deepEqual(ours, theirs[at], `FUZZ_SEED=${SEED}: ${JSON.stringify([target, body])}`);
    }
  });
});
