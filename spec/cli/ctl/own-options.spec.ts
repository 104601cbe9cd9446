import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { takeOwnOptions } from "../../../cli/ctl/own-options.ts";

describe("own options", () => {
  it("are taken out in front of the command only", () => {
    assert.deepEqual(takeOwnOptions(["--context", "prod", "status", "--context"]), {
      argv: ["status", "--context"],
      context: "prod",
    });
    assert.deepEqual(takeOwnOptions(["-i", "--context=prod", "-u", "x"]).argv, ["-i", "-u", "x"]);
    assert.deepEqual(takeOwnOptions(["--", "--context", "x"]), {
      argv: ["--", "--context", "x"],
      context: null,
    });
  });
  it("are not mistaken for the values of others", () => {
    for (const argv of [
      ["-c", "--context", "status"],
      ["-ic", "--context", "status"],
      ["--conf", "--context", "status"],
      ["--serverurl", "--context", "x"],
      ["-cfile", "status"],
      ["--configuration=f", "status"],
    ]) {
      assert.deepEqual(takeOwnOptions(argv), { argv, context: null });
    }
  });
  it("read --history-file as the original's --history_file (history-option)", () => {
    assert.deepEqual(takeOwnOptions(["--history-file", "f", "x"]).argv, ["--history_file", "f", "x"]);
    assert.deepEqual(takeOwnOptions(["--history-file=f"]).argv, ["--history_file=f"]);
    assert.deepEqual(takeOwnOptions(["--hist", "--context"]).argv, ["--hist", "--context"]);
  });
  it("without a value leave the name empty", () => {
    assert.equal(takeOwnOptions(["--context"]).context, "");
  });
});
