import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { type AnyRow, SCOPE_NAMES } from "../../lib/config/table/row.ts";
import { SECTIONS, type SectionFacts, sectionFacts } from "../../lib/config/table/sections.ts";
import { Cases, makeCase } from "../support/config-cases.ts";
import { dumpClient, dumpConfig } from "../support/config-dump.ts";

const cases = new Cases();
after(() => cases.remove());

/** What a section needs besides the option that is looked at. */
const NEEDED: Readonly<Record<string, string>> = {
  unix_http_server: "file=/tmp/s\n",
  inet_http_server: "port=1\n",
  rpcinterface: "supervisor.rpcinterface_factory=a:b\n",
  ctlplugin: "supervisor.ctl_factory=a:b\n",
  program: "command=x\n",
  "fcgi-program": "command=x\nsocket=unix:///tmp/s\n",
  eventlistener: "command=x\nevents=TICK\n",
};
const PARTNERS: Readonly<Record<string, string>> = {
  username: "password=x\n",
  password: "username=x\n",
  killasgroup: "stopasgroup=false\n",
};

const isClient = ({ family }: SectionFacts): boolean => family === "supervisorctl" || family === "ctlplugin";

/** A file in which one option holds a value. */
function fileWith(section: SectionFacts, row: AnyRow, value: string): string {
  const title = section.title.replace(/:x$/, ":p");
  const needed = (NEEDED[section.family] ?? "").replace(new RegExp(`^${row.name}=.*\n`, "m"), "");
  const base = section.family === "supervisord" ? "" : "[supervisord]\n";
  const client = isClient(section) && section.family !== "supervisorctl" ? "[supervisorctl]\n" : "";
  return `${base}${client}[${title}]\n${needed}${PARTNERS[row.name] ?? ""}${row.name}=${value}\n`;
}

const everyRow = SECTIONS.flatMap((section) => section.rows.map((row) => [section, row] as const));
const ALL_NAMES = SCOPE_NAMES.process;

describe("the option table", () => {
  it("has the original's 74 options, those that all kinds of programs share counted once", () => {
    const program = SECTIONS.find(({ family }) => family === "program")?.rows.map((row) => row.name) ?? [];
    const counts = SECTIONS.map(({ family, rows }) => {
      const own = rows.filter(
        ({ name }) => !(["fcgi-program", "eventlistener"].includes(family) && program.includes(name)),
      );
      return own.length;
    });
    assert.equal(program.length, 32);
    assert.equal(
      counts.reduce((sum, count) => sum + count, 0),
      74,
    );
    for (const { rows } of SECTIONS) assert.equal(new Set(rows.map((row) => row.name)).size, rows.length);
  });

  it("tells of every option which names it may use: those, and no others, here and in the original", () => {
    for (const op of ["config", "client"] as const) {
      const rows = everyRow.filter(([section]) => isClient(section) === (op === "client"));
      const made = rows.flatMap(([section, row]) =>
        ALL_NAMES.map((name) => ({
          section,
          row,
          name,
          files: makeCase(
            fileWith(section, row, `%(${name})s`),
            op === "client" ? ["-c", "sv.conf", "x"] : undefined,
          ),
        })),
      );
      // With [include], %(here)s is replaced in the text beforehand.
      const judged = made.filter(({ section, name }) => section.family !== "include" || name !== "here");
      cases.compareAll(
        op,
        judged.map(({ files }) => files),
      );
      for (const { section, row, name, files } of judged) {
        const host = cases.host(cases.place(files), files.environment);
        const dump = JSON.stringify(
          op === "client" ? dumpClient(host, files.argv) : dumpConfig(host, files.argv),
        );
        const refused = dump.includes(`contains names ('${name}') which cannot be expanded`);
        assert.equal(
          refused,
          !SCOPE_NAMES[row.scope].includes(name),
          `[${section.title}] ${row.name} %(${name})s: ${dump}`,
        );
      }
    }
  });

  it("takes of every option its default and its example as it stands in the table", () => {
    for (const [section, row] of everyRow) {
      for (const value of [row.defaultValue, row.example ?? null]) {
        if (value === null || row.name === "stderr_logfile") continue;
        const files = makeCase({ "sv.conf": fileWith(section, row, value), theprogramname: "" });
        const text =
          (files.files.get("sv.conf") ?? "") +
          (section.family === "group" ? "[program:theprogramname]\ncommand=x\n" : "");
        const host = cases.host(cases.place(makeCase(text)));
        const dump = isClient(section)
          ? dumpClient(host, ["-c", "sv.conf", "x"])
          : dumpConfig(host, ["-c", "sv.conf"]);
        assert.ok(
          !JSON.stringify(dump).startsWith('{"exit"'),
          `[${section.title}] ${row.name}=${value}: ${JSON.stringify(dump)}`,
        );
      }
    }
  });

  it("describes each option in one line without a full stop", () => {
    for (const [section, row] of everyRow) {
      assert.match(row.doc, /^[A-Z].{8,110}[^.]$/, `[${section.title}] ${row.name}`);
      assert.ok(row.datatype.accepts.length > 5);
    }
  });

  it("knows sections as the original does: whole, by their beginning, or by what stands before the colon", () => {
    const families = [
      "supervisord",
      "inet_http_serverzzz",
      "unix_http_server:a",
      "program:x",
      "program",
      "programs:x",
      "include",
      "include:x",
      "group:",
      "rpcinterface:supervisor",
      "Supervisord",
    ].map((name) => sectionFacts(name)?.family ?? null);
    assert.deepEqual(families, [
      "supervisord",
      "inet_http_server",
      "unix_http_server",
      "program",
      null,
      null,
      "include",
      null,
      "group",
      "rpcinterface",
      null,
    ]);
  });
});
