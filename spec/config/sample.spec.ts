import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, describe, it } from "node:test";
import { NO_COMMAND_LINE } from "../../lib/config/command-line.ts";
import { lintConfig } from "../../lib/config/lint.ts";
import { loadConfig } from "../../lib/config/load.ts";
import { sampleText } from "../../lib/config/sample.ts";
import { SECTIONS } from "../../lib/config/table/sections.ts";
import { Cases, makeCase } from "../support/config-cases.ts";

const cases = new Cases();
after(() => cases.remove());

/** Without its comment marks: what stands behind one directly is configuration. */
const uncomment = (text: string, wanted: RegExp = /./): string =>
  text.replace(/^;(?=[^ ;])(.*)$/gm, (line, rest: string) => (wanted.test(rest) ? rest : line));

/** One section of the sample alone, all its options in use. */
const alone = (family: string): string =>
  uncomment(
    sampleText()
      .split("\n\n")
      .filter((part) => /\[supervisord\]/.test(part) || new RegExp(`^;?\\[${family}[:\\]]`, "m").test(part))
      .join("\n\n"),
  );

describe("the sample file", () => {
  it("is read by the original and by ours alike, as it is, all of it in use, and section by section", () => {
    const whole = [sampleText(), uncomment(sampleText())];
    const parts = SECTIONS.map(({ family }) => family)
      .filter((family) => family !== "group")
      .map(alone);
    const made = whole.concat(parts).map((text) => makeCase({ "sv.conf": text, "conf.d/x.conf": "" }));
    assert.deepEqual(cases.compareAll("config", made), { good: made.length, bad: 0 });
    const client = whole.map((text) => makeCase(text, ["-c", "sv.conf", "status"]));
    assert.deepEqual(cases.compareAll("client", client), { good: 2, bad: 0 });
  });

  it("runs nothing until it is edited, and answers supervisorctl", () => {
    const host = cases.host(cases.place(makeCase(sampleText())));
    const config = loadConfig(host, { ...NO_COMMAND_LINE, configuration: "sv.conf" });
    assert.deepEqual(config.groups, []);
    assert.equal(config.serverurl, "unix:///tmp/supervisor.sock");
    assert.equal(config.rpcInterfaces[0]?.factory, "supervisor.rpcinterface:make_main_rpcinterface");
  });

  it("shows every option of the table, and no other", () => {
    const text = sampleText();
    for (const { rows } of SECTIONS)
      for (const { name } of rows) assert.match(text, new RegExp(`^;?${name.replace(".", "\\.")}=`, "m"));
    const host = cases.host(cases.place(makeCase({ "sv.conf": uncomment(text), "conf.d/x.conf": "" })));
    assert.deepEqual(lintConfig(host, { ...NO_COMMAND_LINE, configuration: "sv.conf" }), []);
  });

  it("shows the defaults: what it sets is what is so without it", () => {
    const load = (text: string) =>
      loadConfig(cases.host(cases.place(makeCase(text))), { ...NO_COMMAND_LINE, configuration: "sv.conf" });
    const defaults = load("[supervisord]\n").daemon;
    const shown = load(
      uncomment(sampleText(), /^(?!user|password|directory|environment|\[|.*files=)/),
    ).daemon;
    assert.deepEqual(
      { ...shown, logfile: null, pidfile: null },
      { ...defaults, logfile: null, pidfile: null },
    );
  });

  it("is what echo_supervisord_conf prints, whatever its arguments", () => {
    const command = new URL("../../cli/echo-supervisord-conf.ts", import.meta.url).pathname;
    const { stdout, status } = spawnSync(process.execPath, ["--import", "tsx", command, "--help", "x"], {
      encoding: "utf8",
    });
    assert.equal(status, 0);
    assert.equal(stdout, sampleText());
  });
});
