/** Puts the same texts before one of the original's converters and ours, and holds the answers side by side. */
import assert from "node:assert/strict";
import * as datatypes from "../../lib/config/datatypes.ts";
import { parseEnvironment } from "../../lib/config/environment.ts";
import { ConfigError } from "../../lib/config/errors.ts";
import type { ConfigHost } from "../../lib/config/host.ts";
import * as hostDatatypes from "../../lib/config/host-datatypes.ts";
import { normalizePath } from "../../lib/config/posixpath.ts";
import { pyascii, pyrepr } from "../../lib/config/pyrepr.ts";
import { shlexSplit } from "../../lib/config/shlex.ts";
import { configHost } from "../../lib/sys/config-host.ts";
import { askOracle } from "./config-oracle.ts";

const AUTORESTART = {
  always: "RestartUnconditionally",
  never: false,
  unexpected: "RestartWhenExitUnexpected",
};
const LEVELS = { critical: 50, error: 40, warn: 30, info: 20, debug: 10, trace: 5, blather: 3 };

/** Each of the oracle's converters, ours with the result in the oracle's form. */
export const CONVERTERS: Readonly<Record<string, (text: string, host: ConfigHost) => unknown>> = {
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

export function compareValues(type: string, texts: readonly string[]): void {
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
