import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { NO_COMMAND_LINE } from "../../lib/config/command-line.ts";
import { configInfo } from "../../lib/config/info.ts";
import { loadConfig } from "../../lib/config/load.ts";
import { Cases, makeCase } from "../support/config-cases.ts";

const cases = new Cases();
after(() => cases.remove());

function info(options: string) {
  const host = cases.host(cases.place(makeCase(`[supervisord]\n[program:p]\ncommand=x\n${options}`)));
  const [group] = loadConfig(host, { ...NO_COMMAND_LINE, configuration: "sv.conf" }).groups;
  const [process] = group?.processes ?? [];
  assert.ok(group && process);
  return configInfo(group, process, true);
}

describe("getAllConfigInfo's struct", () => {
  it("has the original's members in its order, with its words for what is not there", () => {
    assert.deepEqual(info(""), [
      ["autostart", true],
      ["autorestart", "unexpected"],
      ["directory", "none"],
      ["uid", "none"],
      ["command", "x"],
      ["exitcodes", [0]],
      ["group", "p"],
      ["group_prio", 999],
      ["inuse", true],
      ["killasgroup", false],
      ["name", "p"],
      ["process_prio", 999],
      ["redirect_stderr", false],
      ["startretries", 3],
      ["startsecs", 1],
      ["stdout_capture_maxbytes", 0],
      ["stdout_events_enabled", false],
      ["stdout_logfile", "auto"],
      ["stdout_logfile_backups", 10],
      ["stdout_logfile_maxbytes", 52428800],
      ["stdout_syslog", false],
      ["stopsignal", 15],
      ["stopwaitsecs", 10],
      ["stderr_capture_maxbytes", 0],
      ["stderr_events_enabled", false],
      ["stderr_logfile", "auto"],
      ["stderr_logfile_backups", 10],
      ["stderr_logfile_maxbytes", 52428800],
      ["stderr_syslog", false],
      ["serverurl", "none"],
    ]);
  });

  it("tells autorestart as a boolean, or the word unexpected (autorestart-info)", () => {
    const of = (value: string) => new Map(info(`autorestart=${value}\n`)).get("autorestart");
    assert.deepEqual([of("true"), of("no"), of("unexpected")], [true, false, "unexpected"]);
  });

  it("tells a log that is named by nothing as no log (empty-logfile)", () => {
    assert.equal(new Map(info("stdout_logfile=\n")).get("stdout_logfile"), "none");
  });

  it("shows what is there", () => {
    const shown = new Map(
      info(
        "directory=/tmp\nuser=root\nstdout_logfile=/tmp/x\nstderr_logfile=NONE\nserverurl=http://x:1\nstartretries=-1\n",
      ),
    );
    assert.deepEqual(
      ["directory", "uid", "stdout_logfile", "stderr_logfile", "serverurl", "startretries"].map((key) =>
        shown.get(key),
      ),
      ["/tmp", 0, "/tmp/x", "none", "http://x:1", -1],
    );
  });
});
