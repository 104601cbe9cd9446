/** ARCHITECTURE.md says what may import what; this says whether it does. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, it } from "node:test";

const ROOT = new URL("../..", import.meta.url).pathname;

/** Lower imports nothing above it; folders of one rank do not know each other. */
const RANK: Readonly<Record<string, number>> = {
  model: 0,
  wire: 1,
  config: 1,
  core: 1,
  sys: 2,
  log: 3,
  events: 3,
  daemon: 4,
  rpc: 5,
  http: 6,
  client: 7,
  cli: 8,
};

/** What touches the operating system. `http` speaks over sockets that sys gives it. */
const OS_MODULES = [
  "child_process",
  "fs",
  "fs/promises",
  "net",
  "timers",
  "timers/promises",
  "dgram",
  "worker_threads",
];
const PURE = ["model", "wire", "config", "core"];
const MAX_LINES = 400;

interface Source {
  readonly path: string;
  readonly area: string;
  readonly text: string;
}

const sources = (folder: string): Source[] =>
  readdirSync(join(ROOT, folder), { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => path.endsWith(".ts") || path.endsWith(".tsx"))
    .map((path) => ({ path, area: areaOf(path), text: readFileSync(join(ROOT, path), "utf8") }));

const areaOf = (path: string): string => {
  const [top = "", second = ""] = path.split("/");
  return top === "lib" ? second : top;
};

/** Every module a file imports, also `import type` and `import()`. */
const importsOf = ({ text }: Source): string[] => [
  ...[...text.matchAll(/^(?:import|export)\b[^;]*?\bfrom\s+"([^"]+)";/gms)].map((match) => match[1] ?? ""),
  ...[...text.matchAll(/^import\s+"([^"]+)";/gm)].map((match) => match[1] ?? ""),
  ...[...text.matchAll(/\bimport\(\s*"([^"]+)"/g)].map((match) => match[1] ?? ""),
];

const ENGINE = [...sources("lib"), ...sources("cli")];

describe("imports", () => {
  it("point one way", () => {
    const wrong: string[] = [];
    for (const source of ENGINE) {
      const rank = RANK[source.area];
      assert.notEqual(rank, undefined, `${source.path} stands in a folder without a rank`);
      for (const specifier of importsOf(source)) {
        if (!specifier.startsWith(".")) continue;
        const target = areaOf(normalize(join(dirname(source.path), specifier)));
        if (target === source.area) continue;
        const other = RANK[target];
        if (other === undefined || rank === undefined || other >= rank)
          wrong.push(`${source.path} imports ${specifier}`);
      }
    }
    assert.deepEqual(wrong, []);
  });

  it("carry the suffix .ts and the prefix node:", () => {
    const builtin = new Set([
      "assert",
      "buffer",
      "crypto",
      "events",
      "fs",
      "net",
      "path",
      "process",
      "url",
      "util",
    ]);
    const wrong = ENGINE.flatMap((source) =>
      importsOf(source)
        .filter((name) =>
          name.startsWith(".") ? !name.endsWith(".ts") && !name.endsWith(".tsx") : builtin.has(name),
        )
        .map((name) => `${source.path} imports ${name}`),
    );
    assert.deepEqual(wrong, []);
  });

  it("reach the operating system through sys alone", () => {
    const wrong: string[] = [];
    for (const source of ENGINE) {
      if (source.area === "sys") continue;
      for (const name of importsOf(source)) {
        if (OS_MODULES.some((module) => name === `node:${module}`))
          wrong.push(`${source.path} imports ${name}`);
      }
      if (source.area !== "cli" && /(?<![.\w#])(?:setTimeout|setInterval|setImmediate)\(/.test(source.text)) {
        wrong.push(`${source.path} sets a timer of its own`);
      }
    }
    assert.deepEqual(wrong, []);
  });

  it("keep model, wire, config and core pure", () => {
    const impure = /(?<![.\w#"'`/-])(?:process\.(?!\.)|Date\.now\(|performance\.now\(|Math\.random\()/;
    const wrong = ENGINE.filter(({ area }) => PURE.includes(area))
      .filter(({ text }) => impure.test(withoutComments(text)))
      .map(({ path }) => path)
      .filter((path) => !processIsALocalName(path));
    assert.deepEqual(wrong, []);
  });

  it("keep supervisorctl away from the daemon", () => {
    const client = ENGINE.filter(({ path }) => path.startsWith("cli/ctl") || path === "cli/supervisorctl.ts");
    const wrong = client.filter((source) =>
      importsOf(source).some((name) => /lib\/(?:daemon|rpc|http|events|log|core)\//.test(name)),
    );
    assert.deepEqual(
      wrong.map(({ path }) => path),
      [],
    );
  });
});

describe("files", () => {
  it(`hold one idea: none is longer than ${MAX_LINES} lines`, () => {
    const all = [...ENGINE, ...sources("web"), ...sources("spec"), ...sources("bench")];
    const long = all
      .map(({ path, text }) => ({ path, lines: text.split("\n").length }))
      .filter(({ lines }) => lines > MAX_LINES);
    assert.deepEqual(long, []);
  });

  it("export by name, and say nothing of any or enum", () => {
    const wrong = ENGINE.filter(({ text }) =>
      /^export default\b|^(?:export )?(?:const )?enum\b|:\s*any\b|<any>|as any\b/m.test(
        withoutComments(text),
      ),
    );
    assert.deepEqual(
      wrong.map(({ path }) => path),
      [],
    );
  });
});

const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, "");

/** A configuration speaks of processes: `process.name` is no access to Node's object where a parameter has that name. */
function processIsALocalName(path: string): boolean {
  const text = withoutComments(readFileSync(join(ROOT, path), "utf8"));
  const foreign = /\bprocess\.(?:env|argv|cwd|exit|pid|platform|stdout|stderr|stdin|on|getuid)\b/;
  return !foreign.test(text) && !/Date\.now\(|performance\.now\(|Math\.random\(/.test(text);
}
