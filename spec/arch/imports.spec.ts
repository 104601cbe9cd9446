/** ARCHITECTURE.md says what may import what; this says whether it does. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, it } from "node:test";

const ROOT = new URL("../..", import.meta.url).pathname;

const PURE = ["model", "wire", "config", "core"];
const BELOW_DAEMON = [...PURE, "sys", "log", "events"];

/** What a folder may import besides itself: the third column of ARCHITECTURE.md's table. */
const MAY: Readonly<Record<string, readonly string[]>> = {
  model: [],
  wire: ["model"],
  config: ["model"],
  core: ["model"],
  sys: PURE,
  log: [...PURE, "sys"],
  events: [...PURE, "sys"],
  daemon: BELOW_DAEMON,
  rpc: [...BELOW_DAEMON, "daemon"],
  http: [...BELOW_DAEMON, "daemon", "rpc"],
  client: ["model", "wire", "sys"],
  cli: [...BELOW_DAEMON, "daemon", "rpc", "http", "client"],
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
const MAX_LINES = 400;

interface Source {
  readonly path: string;
  readonly area: string;
  readonly text: string;
}

const sources = (folder: string, suffix = ".ts"): Source[] =>
  readdirSync(join(ROOT, folder), { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => path.endsWith(suffix))
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

/** What a file imports of this project. */
const inside = (source: Source): { specifier: string; path: string }[] =>
  importsOf(source)
    .filter((specifier) => specifier.startsWith("."))
    .map((specifier) => ({ specifier, path: normalize(join(dirname(source.path), specifier)) }));

const ENGINE = [...sources("lib"), ...sources("cli")];

describe("imports", () => {
  it("point one way", () => {
    const wrong: string[] = [];
    for (const source of ENGINE) {
      const may = MAY[source.area];
      assert.ok(may !== undefined, `${source.path} stands in a folder without a rule`);
      for (const { specifier, path } of inside(source)) {
        const target = areaOf(path);
        if (target !== source.area && !may.includes(target))
          wrong.push(`${source.path} imports ${specifier}`);
      }
    }
    assert.deepEqual(wrong, []);
  });

  it("of the page are its own, uplot, and the types of what it is sent", () => {
    const types = /^import type [^;]*"\.\.\/lib\/http\/api-types\.ts";$/gm;
    const wrong = sources("web").flatMap((source) =>
      importsOf({ ...source, text: source.text.replace(types, "") })
        .filter((name) => name !== "uplot" && !/^\.\/[\w-]+\.ts$/.test(name))
        .map((name) => `${source.path} imports ${name}`),
    );
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
        .filter((name) => (name.startsWith(".") ? !name.endsWith(".ts") : builtin.has(name)))
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
    const wrong = client.flatMap((source) =>
      inside(source)
        .filter(({ path }) => !/^(?:cli\/ctl|lib\/(?:model|wire|config|sys))\//.test(path))
        .map(({ specifier }) => `${source.path} imports ${specifier}`),
    );
    assert.deepEqual(wrong, []);
  });
});

describe("the house", () => {
  it("has every folder in the table of ARCHITECTURE.md", () => {
    const text = readFileSync(join(ROOT, "ARCHITECTURE.md"), "utf8");
    const rows = new Set([...text.matchAll(/^\| `([\w/]+)`/gm)].map((match) => match[1]));
    const folders = (at: string): string[] =>
      readdirSync(join(ROOT, at), { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && !/^\.|^node_modules$|^dist$/.test(entry.name))
        .map(({ name }) => join(at, name));
    const top = folders("").filter((name) => name !== "lib");
    assert.deepEqual(
      [...top, ...folders("lib"), ...folders("cli")].filter((name) => !rows.has(name)),
      [],
    );
  });
});

describe("files", () => {
  it(`hold one idea: none is longer than ${MAX_LINES} lines`, () => {
    const folders = ["web", "spec", "bench", "scripts", "fixtures"];
    const all = [...ENGINE, ...folders.flatMap((folder) => sources(folder)), ...sources("web", ".css")];
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
