/** Puts the same files before the original and ours, in one directory for each case, and holds the answers side by side. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { ConfigHost } from "../../lib/config/host.ts";
import { configHost } from "../../lib/sys/config-host.ts";
import { dumpClient, dumpConfig, normalise } from "./config-dump.ts";
import type { MadeConfig } from "./config-generator.ts";
import { askOracle } from "./config-oracle.ts";

export interface Case extends MadeConfig {
  readonly argv: readonly string[];
}

export const ARGV0 = "/opt/sv/bin/supervisord";
const ENVIRONMENT = { HOME: "/root", PATH: "/usr/bin:/bin", USER: "root" };

/** `files` by name, or the text of sv.conf alone; read with `-c sv.conf` unless said. */
export function makeCase(
  files: string | Readonly<Record<string, string>>,
  argv: readonly string[] = ["-c", "sv.conf"],
): Case {
  const named = typeof files === "string" ? { "sv.conf": files } : files;
  return { files: new Map(Object.entries(named)), environment: ENVIRONMENT, argv };
}

/** The original names the wrong section from the second program of a group on. */
const WRONG_SECTION = /\[[^\]]*\] (names unknown program|name \S* is ambiguous)/;
const comparable = (dump: unknown): unknown =>
  JSON.parse(JSON.stringify(dump).replace(WRONG_SECTION, "[?] $1"));

export class Cases {
  readonly #root = realpathSync(mkdtempSync(join(tmpdir(), "config-cases-")));
  readonly #placed = new Map<string, string>();

  /** Writes a case's files into a directory of their own; the same files stand in one directory only. */
  place({ files }: Pick<Case, "files">): string {
    const content = JSON.stringify([...files]);
    const known = this.#placed.get(content);
    if (known !== undefined) return known;
    const cwd = join(this.#root, String(this.#placed.size));
    this.#placed.set(content, cwd);
    mkdirSync(cwd);
    for (const [name, content] of files) {
      mkdirSync(dirname(join(cwd, name)), { recursive: true });
      writeFileSync(join(cwd, name), content);
    }
    return cwd;
  }

  /** The real machine, as it looks from a directory and an environment. */
  host(cwd: string, environment: Readonly<Record<string, string>> = ENVIRONMENT, argv0 = ARGV0): ConfigHost {
    return {
      ...configHost(argv0),
      cwd,
      environment: new Map(Object.entries(environment)),
      tempDirectory: "/tmp",
    };
  }

  /** @returns how many of them were taken, and how many refused. */
  compareAll(op: "config" | "client", cases: readonly Case[]): { good: number; bad: number } {
    const places = cases.map((one) => this.place(one));
    const answers = askOracle(
      cases.map(({ argv, environment }, at) => ({ op, cwd: places[at], argv, env: environment })),
    );
    let bad = 0;
    for (const [at, { files, argv, environment }] of cases.entries()) {
      const host = this.host(places[at] ?? "", environment);
      const mine = op === "config" ? dumpConfig(host, argv) : dumpClient(host, argv);
      const answer = answers[at];
      const shown = `${JSON.stringify(argv)}\n${[...files].map(([name, text]) => `--- ${name}\n${text}`).join("\n")}`;
      assert.ok(answer !== undefined && "ok" in answer, `${JSON.stringify(answer)} ${shown}`);
      assert.deepEqual(comparable(mine), comparable(normalise(answer.ok)), shown);
      if (JSON.stringify(mine).startsWith('{"exit"')) bad += 1;
    }
    return { good: cases.length - bad, bad };
  }

  remove(): void {
    rmSync(this.#root, { recursive: true });
  }
}
