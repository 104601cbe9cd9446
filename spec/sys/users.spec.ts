import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { describe, it } from "node:test";
import {
  credentialsFor,
  currentUid,
  groupById,
  groupByName,
  supplementaryGroups,
  userById,
  userByName,
} from "../../lib/sys/users.ts";
import { runFixture } from "../support/sys-child.ts";

const getent = (database: string): string[][] =>
  execFileSync("getent", [database], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((row) => row.split(":"));

describe("the user database", () => {
  it("knows every user that getent knows, by name and number", () => {
    const rows = getent("passwd");
    assert.ok(rows.length > 3);
    for (const [name = "", , uid, gid, , home, shell] of rows) {
      assert.deepEqual(userByName(name), { name, uid: Number(uid), gid: Number(gid), home, shell });
      assert.equal(userById(Number(uid))?.uid, Number(uid));
    }
  });

  it("knows every group", () => {
    for (const [name = "", , gid] of getent("group")) {
      assert.deepEqual(groupByName(name), { name, gid: Number(gid) });
      assert.equal(groupById(Number(gid))?.gid, Number(gid));
    }
  });

  it("says null for nobody", () => {
    assert.equal(userByName("no-such-user"), null);
    assert.equal(userByName(""), null);
    assert.equal(userByName("a\0b"), null);
    assert.equal(userById(3_999_999_999), null);
    assert.equal(userById(-1), null);
    assert.equal(userById(2 ** 40), null);
    assert.equal(groupByName("no-such-group"), null);
    assert.equal(groupById(-1), null);
  });

  it("lists a user's groups, the primary one first (groups-nss)", () => {
    const members = getent("group").filter(([, , , users]) => users !== "");
    for (const [name = "", , , gid] of getent("passwd")) {
      const extra = members
        .filter(([, , , users]) => users?.split(",").includes(name))
        .map(([, , group]) => Number(group))
        .filter((group) => group !== Number(gid));
      const [first, ...rest] = supplementaryGroups(name, Number(gid));
      assert.equal(first, Number(gid));
      assert.deepEqual([...rest].sort(), extra.sort());
    }
  });
});

describe("becoming another user", () => {
  it("asks for nothing where we are that user, and knows who cannot be", () => {
    assert.deepEqual(credentialsFor(currentUid()), { ok: true, user: null });
    assert.deepEqual(credentialsFor(3_999_999_999), { ok: false, error: "Can't find uid 3999999999" });
    const other = credentialsFor(currentUid() === 0 ? 1 : 0);
    if (currentUid() === 0) assert.ok(other.ok && other.user?.groups[0] === userById(1)?.gid);
    else assert.deepEqual(other, { ok: false, error: "Can't drop privilege as nonroot user" });
  });

  it("changes this process for good, on every thread", async () => {
    const { output, status } = await runFixture("sys-drop-privileges.ts", ["1"]);
    assert.deepEqual(status, { kind: "exited", code: 0 }, output);
    const [first, again, ids] = output.trim().split("\n");
    if (currentUid() !== 0) {
      assert.equal(first, "Can't drop privilege as nonroot user");
      return;
    }
    const gid = userById(1)?.gid;
    assert.equal(first, "null");
    assert.equal(again, "Can't drop privilege as nonroot user");
    assert.equal(ids, `1 1 1 1|${gid} ${gid} ${gid} ${gid}`);
  });
});
