import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { ListenerProtocol, type Verdict } from "../../lib/wire/listener-protocol.ts";

/** A listener in the state BUSY or ACKNOWLEDGED, and what it told. */
function listener(
  verdict: (result: string) => Verdict = (result) => (result === "OK" ? "accepted" : "rejected"),
) {
  const told: string[] = [];
  const protocol = new ListenerProtocol({
    judge: (result) => {
      const text = Buffer.from(result).toString("latin1");
      told.push(`result ${text}`);
      return verdict(text);
    },
    onChange: (from, to) => told.push(`${from} -> ${to}`),
    onBadResultLine: (line) => told.push(`bad ${line}`),
    onDone: (outcome) => told.push(outcome),
  });
  const say = (text: string) => protocol.push(Buffer.from(text, "latin1"));
  return { protocol, told, say };
}

function busy(verdict?: (result: string) => Verdict) {
  const made = listener(verdict);
  made.say("READY\n");
  made.protocol.sent();
  made.told.length = 0;
  return made;
}

describe("a listener that waits to be ready", () => {
  it("becomes ready with READY and a line feed", () => {
    const { protocol, told, say } = listener();
    say("READY\n");
    assert.equal(protocol.state, "READY");
    assert.deepEqual(told, ["ACKNOWLEDGED -> READY"]);
  });

  it("is not judged before six bytes are there, whatever they are", () => {
    const { protocol, told, say } = listener();
    say("hello");
    assert.deepEqual([protocol.state, told], ["ACKNOWLEDGED", []]);
    say("!");
    assert.deepEqual(told, ["ACKNOWLEDGED -> UNKNOWN"]);
  });

  it("breaks the protocol with anything after READY in the same piece", () => {
    const { told, say } = listener();
    say("READY\nREADY\n");
    assert.deepEqual(told, ["ACKNOWLEDGED -> READY", "READY -> UNKNOWN"]);
  });

  it("stays UNKNOWN for good, and is as new after a reset", () => {
    const { protocol, told, say } = listener();
    say("nonsense");
    say("READY\n");
    assert.equal(protocol.state, "UNKNOWN");
    protocol.reset();
    say("READY\n");
    assert.equal(protocol.state, "READY");
    assert.deepEqual(told, ["ACKNOWLEDGED -> UNKNOWN", "ACKNOWLEDGED -> READY"]);
  });
});

describe("a listener that is busy", () => {
  it("may send its result and the next READY in one piece", () => {
    const { told, say } = busy();
    say("RESULT 2\nOKREADY\n");
    assert.deepEqual(told, ["result OK", "BUSY -> ACKNOWLEDGED", "accepted", "ACKNOWLEDGED -> READY"]);
  });

  it("is poisoned by a line feed after OK, as in the original", () => {
    const { protocol, say } = busy();
    say("RESULT 2\nOK\nREADY\n");
    assert.equal(protocol.state, "UNKNOWN");
  });

  it("gets its event taken away by any other result", () => {
    const { told, say } = busy();
    say("RESULT 4\nFAIL");
    assert.deepEqual(told, ["result FAIL", "BUSY -> ACKNOWLEDGED", "rejected"]);
  });

  it("becomes UNKNOWN when the handler fails", () => {
    const { told, say } = busy(() => "error");
    say("RESULT 2\nOK");
    assert.deepEqual(told, ["result OK", "BUSY -> UNKNOWN", "error"]);
  });

  it("is done with an empty result at once, where the original waits for one byte more (result-0)", () => {
    const { told, say } = busy();
    say("RESULT 0\n");
    assert.deepEqual(told, ["result ", "BUSY -> ACKNOWLEDGED", "rejected"]);
  });

  for (const line of ["RESULT 2", "whatevr2", "RESULT  2 ", "RESULT +2", "RESULT 0_2", "RESULT 02"]) {
    it(`takes the length of ${JSON.stringify(line)} as Python's int() does, and any seven bytes before it`, () => {
      const { told, say } = busy();
      say(`${line}\nOK`);
      assert.equal(told[0], "result OK");
    });
  }

  for (const line of [
    "RESULT",
    "RESULT ",
    "RESULT 2x",
    "RESULT -1",
    "RESULT 2.0",
    "OK",
    "RESULT 99999999999",
    "",
  ]) {
    it(`breaks the protocol with the line ${JSON.stringify(line)}, and its event comes back`, () => {
      const { told, say } = busy();
      say(`${line}\n`);
      assert.deepEqual(told, [`bad ${line}`, "BUSY -> UNKNOWN", "rejected"]);
    });
  }

  it("breaks the protocol with a line that does not end, where the original reads on for ever (result-limits)", () => {
    const { protocol, say, told } = busy();
    say("x".repeat(5000));
    assert.equal(protocol.state, "UNKNOWN");
    assert.equal(told.length, 3);
  });

  it("shows what is no text as Python shows bytes", () => {
    const { told, say } = busy();
    say("RESULT \xff\n");
    assert.equal(told[0], "bad Undecodable: b'RESULT \\xff'");
  });
});

describe("how the bytes are cut", () => {
  it("makes no difference", () => {
    const word = fc.constantFrom(
      "READY\n",
      "RESULT 2\n",
      "OK",
      "FAIL",
      "RESULT 4\n",
      "RESULT 0\n",
      "\n",
      "x",
    );
    const script = fc.oneof(
      fc.array(word, { maxLength: 8 }).map((words) => words.join("")),
      fc
        .array(fc.constantFrom("RESULT 2\nOK", "RESULT 4\nFAIL"), { maxLength: 5 })
        .map((all) => all.join("READY\n")),
    );
    fc.assert(
      fc.property(script, fc.array(fc.integer({ min: 1, max: 5 })), (text, cuts) => {
        const whole = busy();
        whole.say(text);
        const pieces = busy();
        let at = 0;
        for (const cut of cuts) {
          pieces.say(text.slice(at, at + cut));
          at += cut;
        }
        pieces.say(text.slice(at));
        assert.deepEqual(pieces.told, whole.told);
        assert.equal(pieces.protocol.state, whole.protocol.state);
      }),
      { numRuns: 500 },
    );
  });
});
