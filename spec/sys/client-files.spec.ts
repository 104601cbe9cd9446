import assert from "node:assert/strict";
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { replacePrivateFile, writePrivateText } from "../../lib/sys/client-files.ts";
import { inTemporaryDirectory } from "../support/sys-child.ts";

const modeOf = (path: string): number => statSync(path).mode & 0o777;
const LONG = "long \u00e9 ".repeat(500_000);

describe("a client's private files", () => {
  it("are replaced as a whole, in a folder of their own", async () => {
    await inTemporaryDirectory((directory) => {
      const folder = join(directory, "new", "folder");
      const path = join(folder, "contexts");
      replacePrivateFile(path, "first");
      chmodSync(path, 0o644);
      replacePrivateFile(path, LONG);
      assert.equal(readFileSync(path, "utf8"), LONG);
      assert.deepEqual([modeOf(path), modeOf(folder)], [0o600, 0o700]);
      assert.deepEqual(readdirSync(folder), ["contexts"]);
    });
  });

  it("leave nothing behind where they cannot be replaced", async () => {
    await inTemporaryDirectory((directory) => {
      const path = join(directory, "contexts");
      mkdirSync(join(path, "taken"), { recursive: true });
      assert.throws(() => replacePrivateFile(path, "x"), { syscall: "rename" });
      assert.deepEqual(readdirSync(directory), ["contexts"]);
    });
  });

  it("are written in place where others may name or share them", async () => {
    await inTemporaryDirectory((directory) => {
      const [path, link] = [join(directory, "history"), join(directory, "link")];
      writeFileSync(path, "a longer text than the next", { mode: 0o640 });
      chmodSync(path, 0o640);
      symlinkSync(path, link);
      writePrivateText(link, "short");
      assert.deepEqual([readFileSync(path, "utf8"), modeOf(path)], ["short", 0o640]);
      writePrivateText(join(directory, "fresh"), "");
      assert.equal(modeOf(join(directory, "fresh")), 0o600);
      assert.throws(() => writePrivateText("/dev/full", "x"), { code: "ENOSPC" });
    });
  });
});
