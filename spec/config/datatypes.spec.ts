import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import * as datatypes from "../../lib/config/datatypes.ts";
import { ConfigError } from "../../lib/config/errors.ts";
import { configHost } from "../../lib/sys/config-host.ts";
import { Dice } from "../support/config-oracle.ts";
import { CONVERTERS, compareValues } from "../support/config-values.ts";

const SPACES = ["", " ", "\t", "\n", "\u00a0", "\u001c", "\u3000", "\u0085", "\ufeff"];
const NUMBERS = [
  "0",
  "1",
  "-1",
  "+3",
  "1_000",
  "1__0",
  "_1",
  "1_",
  "0x10",
  "1.5",
  "1e3",
  "007",
  "255",
  "256",
  "65535",
  "65536",
  "65537",
  "",
  "- 1",
  "+-1",
  "\u0661\u0662",
  "\u{1d7d8}\u{1d7d9}",
  "\uff11",
  "12a",
  "9001",
  "0o17",
  "0O7",
  "0o_7",
  "8",
  "-022",
];
const WORDS = [
  "yes",
  "YES",
  "True",
  "on",
  "no",
  "False",
  "OFF",
  "unexpected",
  "UNEXPECTED",
  "none",
  "None",
  "auto",
  "AUTO",
  "syslog",
  "Syslog",
  "off",
  "info",
  "WARN",
  "blather",
  "critical",
  "warning",
  "TERM",
  "sigterm",
  "SIGKILL",
  "RTMIN",
  "RTMIN+1",
  "SIG_DFL",
  "_BLOCK",
  "HUP ",
  "POLL",
  "IO",
  "CLD",
  "stkflt",
  "sigwinch",
  "root",
  "nobody",
  "daemon",
  "nouser",
  "~",
  "/",
  "x'y",
  'a"b',
  "\u00c9",
];
const UNITS = ["kb", "KB", "Mb", "GB", " MB", "k", "TB", "B", "\u212ab"];

const SPECIAL: Readonly<Record<string, readonly string[]>> = {
  exitcodes: ["0,1", "0, 2", ",", "0,", "0,256", "-1", "0;1", " 0 , 1 "],
  byteSize: NUMBERS.flatMap((number) => UNITS.map((unit) => number + unit)),
  list: ["a,b", " a , b ", ",", "a,,b", ",a"],
  name: ["a b", "a:b", "a/b", " a ", "a\nb", "", "a\u00a0b", 'it\'s: "x"'],
  inetAddress: [
    ":9001",
    "*:9001",
    "127.0.0.1:9001",
    "HOST:1",
    "a:b:3",
    "host:",
    "host:0",
    "host:65536",
    "host:x",
    "0",
    "65536",
    "x",
    "::1:9001",
    "*: 9001",
    "host :9001",
  ],
  url: [
    "http://localhost:9001",
    "unix:///tmp/x.sock",
    "http://",
    "localhost:9001",
    "localhost",
    "/tmp/x",
    "http:",
    "http:/x",
    "://x",
    "1x://y",
    "a b://c",
    "http:?q",
    "http://?q",
    "http:#f",
    "unix://",
    "x-y.z+1:w",
    "http:\n//x",
  ],
  user: [
    "root",
    "0",
    "65534",
    "-1",
    "-2",
    "99999",
    "nouser",
    "",
    " 0 ",
    "4294967296",
    "root ",
    "99999999999999999999",
  ],
  owner: [
    "root",
    "root:root",
    "0:0",
    "root:nogroup",
    "root:nosuch",
    "nosuch:root",
    "root:",
    ":root",
    ":",
    "root:0:0",
    "0:99999",
  ],
};
const PATHS = [
  "/",
  "//",
  "///",
  ".",
  "..",
  "a",
  "~",
  "~root",
  "~nosuch",
  "/tmp",
  "/etc",
  "./",
  "../",
  "b.log",
  "%",
];

describe("the types of options", () => {
  let directory = "";
  before(() => {
    directory = mkdtempSync(join(tmpdir(), "config-types-"));
    mkdirSync(join(directory, "logs"));
    writeFileSync(join(directory, "file"), "");
  });
  after(() => rmSync(directory, { recursive: true }));

  const plain = NUMBERS.concat(WORDS);
  const general = plain.concat(
    plain.flatMap((word) => SPACES.flatMap((space) => [space + word, word + space])),
  );
  for (const type of [
    "integer",
    "boolean",
    "autorestart",
    "byteSize",
    "octal",
    "exitcodes",
    "signal",
    "list",
    "logLevel",
    "name",
    "inetAddress",
    "url",
    "user",
    "owner",
  ]) {
    it(`reads ${type} as the original does, complaints included`, () => {
      // The installed Python reads a number beyond 2^53 exactly; ours is held there.
      const big = (text: string) => /[0-9]{16}/.test(text);
      compareValues(
        type,
        general.concat(SPECIAL[type] ?? []).filter((text) => !big(text) || type === "user"),
      );
    });
  }

  it("finds directories and files as the original does", () => {
    const dice = new Dice(5);
    const random = Array.from({ length: 300 }, () => dice.text(PATHS.concat("/", "/"), 1, 5));
    const made = ["logs", "logs/x", "file", "file/x", "no/x", "./logs", "logs/../x", ""].flatMap((path) => [
      path,
      join(directory, path),
      `${directory}/${path}`,
    ]);
    for (const type of ["existingDirectory", "existingDirpath", "logfile", "normalize"])
      compareValues(type, random.concat(made, WORDS));
  });

  it("takes an IPv6 address in brackets, which the original cannot listen on (ipv6)", () => {
    const host = configHost("x");
    assert.deepEqual(datatypes.inetAddress.read("[::1]:9001", host), { host: "::1", port: 9001 });
    assert.deepEqual(datatypes.inetAddress.read("[FE80::A]:80", host), { host: "fe80::a", port: 80 });
  });

  it("shows long text that is no number as far as the original does", () => {
    compareValues("integer", ["9".repeat(4301), "x".repeat(300), "\n".repeat(99), "\u{1f600}".repeat(300)]);
  });

  it("holds numbers beyond 2^53 - 1 there", () => {
    const host = configHost("x");
    assert.equal(datatypes.integer.read("9".repeat(30), host), Number.MAX_SAFE_INTEGER);
    assert.equal(datatypes.byteSize.read(`-${"9".repeat(30)}GB`, host), -Number.MAX_SAFE_INTEGER);
  });

  it("raises nothing but ConfigError, whatever the text", () => {
    const host = configHost("x");
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(CONVERTERS)),
        fc.string({ unit: "binary" }),
        (type, text) => {
          try {
            CONVERTERS[type]?.(text, host);
          } catch (error) {
            assert.ok(error instanceof ConfigError, `${type}: ${error}`);
          }
        },
      ),
      { numRuns: 3000, seed: 9 },
    );
  });
});
