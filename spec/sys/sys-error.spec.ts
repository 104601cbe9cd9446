import assert from "node:assert/strict";
import { constants } from "node:os";
import { describe, it } from "node:test";
import { errnoName, errnoNumber } from "../../lib/sys/errno.ts";
import { codeOf } from "../../lib/sys/error-code.ts";
import { asSysError, failureOf, SysError, strerror } from "../../lib/sys/sys-error.ts";
import { run } from "../support/sys-child.ts";

describe("errno", () => {
  it("has every name and text that Python has", async () => {
    const program =
      "import errno,os,json;print(json.dumps([[n,e,os.strerror(n)] for n,e in errno.errorcode.items()]))";
    const { output } = await run(["/usr/bin/python3", "-c", program]);
    const rows: [number, string, string][] = JSON.parse(output);
    assert.ok(rows.length > 120);
    for (const [number, name, words] of rows) {
      assert.equal(errnoName(number), name);
      assert.equal(errnoName(-number), name);
      assert.equal(errnoNumber(name), number);
      assert.equal(strerror(number), words);
      assert.equal(strerror(name), words);
    }
  });

  it("knows Node's names too, and none that is not there", () => {
    for (const [name, number] of Object.entries(constants.errno))
      assert.equal(errnoNumber(name), number, name);
    assert.equal(errnoName(9999), "errno 9999");
    assert.equal(errnoNumber("-"), 0);
    assert.equal(errnoNumber("ENONSENSE"), 0);
  });
});

describe("SysError", () => {
  it("says what, why and where", () => {
    const error = new SysError(-2, "open", "/x");
    assert.deepEqual(
      [error.code, error.errno, error.syscall, error.path, error.message],
      ["ENOENT", 2, "open", "/x", "ENOENT: No such file or directory, open '/x'"],
    );
    assert.equal(new SysError(9, "close").message, "EBADF: Bad file descriptor, close");
  });

  it("stands for errors of node:fs, and for no other", () => {
    const system = Object.assign(new Error("x"), { code: "EACCES" });
    const fail = (error: unknown) => () => {
      throw error;
    };
    assert.throws(() => asSysError("open", "/x", fail(system)), {
      name: "SysError",
      code: "EACCES",
      path: "/x",
    });
    assert.equal(failureOf(fail(system)), "EACCES");
    const bug = new TypeError("bug");
    assert.throws(() => asSysError("open", "/x", fail(bug)), bug);
    assert.throws(() => codeOf(bug), bug);
    const invalid = Object.assign(new TypeError("invalid"), { code: "ERR_INVALID_ARG_VALUE" });
    assert.throws(() => asSysError("open", "/x", fail(invalid)), invalid);
  });
});
