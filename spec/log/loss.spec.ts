import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LossAccount } from "../../lib/log/loss.ts";

describe("the account of losses", () => {
  it("tells the first failure and, a second after the last one, how much was lost in all", () => {
    const told: string[] = [];
    const account = new LossAccount("log 'x'", (text) => told.push(text));
    account.wrote(0);
    account.failed("ENOSPC", 10, 100);
    account.failed("EIO", 5, 200);
    account.wrote(300);
    account.failed("ENOSPC", 1, 900);
    account.wrote(1899);
    assert.deepEqual(told, [
      "cannot write log 'x': ENOSPC; its output is dropped until it can be written again",
    ]);
    assert.equal(account.failing, true);
    account.wrote(1900);
    assert.deepEqual(told.slice(1), ["log 'x': 16 bytes of output were lost"]);
    assert.equal(account.failing, false);
    account.wrote(9000);
    account.settle();
    assert.equal(told.length, 2);
  });

  it("tells what is left when the log ends", () => {
    const told: string[] = [];
    const account = new LossAccount("log 'x'", (text) => told.push(text));
    account.failed("ENOSPC", 3, 0);
    account.settle();
    assert.deepEqual(told.slice(1), ["log 'x': 3 bytes of output were lost"]);
    account.failed("ENOSPC", 4, 10);
    account.settle();
    assert.deepEqual(told.slice(3), ["log 'x': 4 bytes of output were lost"]);
  });
});
