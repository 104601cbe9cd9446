import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import * as datatypes from "../../lib/config/datatypes.ts";
import { lostEnvironmentTokens, parseEnvironment } from "../../lib/config/environment.ts";
import { ConfigError } from "../../lib/config/errors.ts";
import type { ConfigHost } from "../../lib/config/host.ts";
import * as hostDatatypes from "../../lib/config/host-datatypes.ts";
import { normalizePath } from "../../lib/config/posixpath.ts";
import { pyascii, pyrepr } from "../../lib/config/pyrepr.ts";
import { shlexSplit } from "../../lib/config/shlex.ts";
import { configHost } from "../../lib/sys/config-host.ts";
import { askOracle, Dice } from "../support/config-oracle.ts";

const AUTORESTART = {
  always: "RestartUnconditionally",
  never: false,
  unexpected: "RestartWhenExitUnexpected",
};
const LEVELS = { critical: 50, error: 40, warn: 30, info: 20, debug: 10, trace: 5, blather: 3 };

/** Each of the oracle's converters, ours with the result in the oracle's form. */
const CONVERTERS: Readonly<Record<string, (text: string, host: ConfigHost) => unknown>> = {
  integer: (text, host) => datatypes.integer.read(text, host),
  boolean: (text, host) => datatypes.boolean.read(text, host),
  autorestart: (text, host) => AUTORESTART[datatypes.autorestart.read(text, host)],
  byteSize: (text, host) => datatypes.byteSize.read(text, host),
  octal: (text, host) => datatypes.octal.read(text, host),
  exitcodes: (text, host) => datatypes.exitcodes.read(text, host),
  signal: (text, host) => datatypes.signal.read(text, host),
  list: (text, host) => datatypes.list.read(text, host),
  logLevel: (text, host) => LEVELS[datatypes.logLevel.read(text, host)],
  name: (text) => datatypes.processOrGroupName(text),
  inetAddress: (text, host) => {
    const address = datatypes.inetAddress.read(text, host);
    return [address.host, address.port];
  },
  url: (text, host) => datatypes.url.read(text, host),
  user: (text, host) => hostDatatypes.user.read(text, host),
  owner: (text, host) => {
    const { uid, gid } = hostDatatypes.owner.read(text, host);
    return [uid, gid];
  },
  existingDirectory: (text, host) => hostDatatypes.existingDirectory.read(text, host),
  existingDirpath: (text, host) => hostDatatypes.existingDirpath.read(text, host),
  logfile: (text, host) => {
    const choice = hostDatatypes.logfile.read(text, host);
    return choice.kind === "file"
      ? choice.path
      : { none: null, auto: "Automatic", syslog: "Syslog" }[choice.kind];
  },
  environment: (text) => Object.fromEntries(parseEnvironment(text)),
  shlex: (text) => shlexSplit(text),
  repr: (text) => pyrepr(text),
  ascii: (text) => pyascii(text),
  normalize: (text, host) => normalizePath(host, text),
};

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
const ENVIRONMENT = [
  "A",
  "B1",
  "_c",
  "=",
  "=",
  ",",
  ",",
  ";",
  " ",
  "\n",
  "#",
  "\\",
  '"',
  "'",
  '"x y"',
  "'q'",
  '""',
  "a.b",
  "/p:q",
  "(x)",
  "+-",
  "\u00e9",
  "\u20ac",
  "\u00d7",
  "$",
  "%",
  "@",
  "\\\\",
  '\\"',
  "*",
];
const SHELL = [
  "a",
  "b c",
  " ",
  "\t",
  "\n",
  '"',
  "'",
  "\\",
  "#",
  "''",
  '""',
  '"x\\"y"',
  "\\ ",
  "$HOME",
  "=",
  "\u00a0",
  ";",
  "|",
  "\\\n",
  "\u{1f600}",
];
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
const QUOTABLE = [
  "a",
  "'",
  '"',
  "\\",
  "\n",
  "\r",
  "\t",
  "\0",
  "\u001b",
  "\u007f",
  "\u0085",
  "\u00a0",
  "\u00ad",
  "\u00e9",
  "\u200b",
  "\u2028",
  "\ue000",
  "\uffff",
  "\u{1f600}",
  "\u{e0001}",
  "\u3000",
  " ",
];

describe("the types of options", () => {
  let directory = "";
  before(() => {
    directory = mkdtempSync(join(tmpdir(), "config-types-"));
    mkdirSync(join(directory, "logs"));
    writeFileSync(join(directory, "file"), "");
  });
  after(() => rmSync(directory, { recursive: true }));

  function compareAll(type: string, texts: readonly string[]): void {
    const host: ConfigHost = { ...configHost("/opt/sv/bin/x"), cwd: process.cwd(), environment: new Map() };
    const convert = CONVERTERS[type];
    assert.ok(convert);
    const unique = [...new Set(texts)];
    const answers = askOracle(unique.map((text) => ({ op: "value", type, text })));
    for (const [at, text] of unique.entries()) {
      const { ok, error } = answers[at] ?? {};
      let mine: unknown;
      try {
        mine = { ok: convert(text, host) };
      } catch (problem) {
        if (!(problem instanceof ConfigError)) throw problem;
        mine = { error: problem.message };
      }
      assert.deepEqual(mine, error === undefined ? { ok } : { error }, `${type} of ${JSON.stringify(text)}`);
    }
  }

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
      compareAll(
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
      compareAll(type, random.concat(made, WORDS));
  });

  it("splits 1,500 random environment= values as the original does", () => {
    const dice = new Dice(6);
    const pair = () =>
      `${dice.pick(["A", "B_2", "k.k"])}=${dice.pick(["1", '"a b"', "'c,d'", "x/y:z", '""', "a@b", ""])}`;
    const neat = Array.from({ length: 500 }, () =>
      Array.from({ length: 1 + dice.below(4) }, pair).join(dice.pick([",", ", ", ",\n", ";", " "])),
    );
    compareAll("environment", neat.concat(Array.from({ length: 1000 }, () => dice.text(ENVIRONMENT, 0, 10))));
  });

  it("splits 1,500 random command lines as the original does", () => {
    const dice = new Dice(7);
    compareAll(
      "shlex",
      Array.from({ length: 1500 }, () => dice.text(SHELL, 0, 8)),
    );
  });

  it("quotes text as repr and ascii do", () => {
    const dice = new Dice(8);
    const texts = Array.from({ length: 500 }, () => dice.text(QUOTABLE, 0, 6));
    for (const type of ["repr", "ascii"]) compareAll(type, texts);
  });

  it("takes an IPv6 address in brackets, which the original cannot listen on", () => {
    const host = configHost("x");
    assert.deepEqual(datatypes.inetAddress.read("[::1]:9001", host), { host: "::1", port: 9001 });
    assert.deepEqual(datatypes.inetAddress.read("[FE80::A]:80", host), { host: "fe80::a", port: 80 });
  });

  it("names the environment= tokens that are skipped in place of a comma", () => {
    assert.deepEqual(lostEnvironmentTokens("A=1;B=2"), [";"]);
    assert.deepEqual(lostEnvironmentTokens("A=a b B=2"), ["b"]);
    assert.deepEqual(lostEnvironmentTokens("A=1, B=2"), []);
  });

  it("shows long text that is no number as far as the original does", () => {
    compareAll("integer", ["9".repeat(4301), "x".repeat(300), "\n".repeat(99), "\u{1f600}".repeat(300)]);
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
