/** The two daemons that every compatibility spec drives: the original (Debian's package) and ours. */
import { existsSync } from "node:fs";
import { join } from "node:path";

export const ROOT = new URL("../..", import.meta.url).pathname;
export const PROGRAMS = join(ROOT, "fixtures/programs");
export const CONFIGS = join(ROOT, "fixtures/configs");

/** `ctl` is the stock supervisorctl for both: that it cannot tell the two apart is what is proved. */
export interface Subject {
  readonly name: "oracle" | "ours";
  readonly daemon: string;
  readonly ctl: string;
}

const STOCK_CTL = "/usr/bin/supervisorctl";

export const ORACLE: Subject = { name: "oracle", daemon: "/usr/bin/supervisord", ctl: STOCK_CTL };

/** `COMPAT_SUBJECT=/usr/bin/supervisord` holds the original against itself: a check of the specs, not of ours. */
export const OURS: Subject = {
  name: "ours",
  daemon: process.env["COMPAT_SUBJECT"] ?? join(ROOT, "dist/supervisord"),
  ctl: STOCK_CTL,
};

/** True when the specs check themselves; what ours does differently on purpose is then not expected. */
export const SELF_CHECK = OURS.daemon === ORACLE.daemon;

for (const { name, daemon } of [ORACLE, OURS]) {
  if (!existsSync(daemon)) {
    const remedy = name === "oracle" ? "apt-get install supervisor" : "npm run build";
    throw new Error(`${daemon} is missing: ${remedy}`);
  }
}

/** The environment of every daemon and client: nothing of the caller's but PATH. */
export const BASE_ENV: Readonly<Record<string, string>> = {
  PATH: process.env["PATH"] ?? "/usr/bin:/bin",
  LC_ALL: "C.UTF-8",
  TZ: "UTC",
  HOME: "/root",
};
