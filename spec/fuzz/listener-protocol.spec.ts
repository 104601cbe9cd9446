/** Arbitrary bytes in arbitrary pieces: the parser keeps its promises whatever a listener prints. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { EventReader } from "../../lib/client/event-reader.ts";
import { encodePayload, eventEnvelope } from "../../lib/wire/event-envelope.ts";
import { ListenerProtocol } from "../../lib/wire/listener-protocol.ts";

const RUNS = 3000;

const piece = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc
    .constantFrom("READY\n", "RESULT 2\n", "RESULT 3\n", "OK", "RESULT ", "\n", "RESULT -1\n", "READ")
    .map(Buffer.from),
);

describe("the listener protocol over arbitrary bytes", () => {
  it("never throws, never leaves UNKNOWN, and is done with each event exactly once", () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), fc.boolean(), (pieces, gives) => {
        let given = 0;
        let done = 0;
        let poisoned = false;
        const protocol = new ListenerProtocol({
          judge: (result) => (result.length % 3 === 0 ? "accepted" : "rejected"),
          onChange: (from, to) => {
            assert.notEqual(from, to);
            assert.equal(poisoned, false);
            poisoned = to === "UNKNOWN";
          },
          onBadResultLine: (line) => assert.equal(typeof line, "string"),
          onDone: () => done++,
        });
        for (const bytes of pieces) {
          const reused = Uint8Array.from(bytes);
          protocol.push(reused);
          // The reader's buffer is shared: what the parser keeps must be its own.
          reused.fill(0x58);
          if (gives && protocol.state === "READY") {
            protocol.sent();
            given += 1;
          }
          assert.ok(done <= given);
        }
        assert.equal(given - done, protocol.state === "BUSY" ? 1 : 0);
      }),
      { numRuns: RUNS },
    );
  });
});

describe("the listener's reader of events", () => {
  const fields = { server: "s", serial: 1, pool: "p", poolserial: 2, eventname: "EVENT" };

  it("gives back every payload, however the bytes are cut", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "binary" }), { maxLength: 6 }),
        fc.array(fc.integer({ min: 1, max: 30 })),
        (payloads, cuts) => {
          const bytes = Buffer.concat(payloads.map((text) => eventEnvelope(fields, encodePayload(text))));
          const reader = new EventReader();
          const read: string[] = [];
          let at = 0;
          for (const cut of [...cuts, bytes.length]) {
            for (const { payload } of reader.push(bytes.subarray(at, at + cut))) read.push(payload);
            at += cut;
          }
          assert.deepEqual(read, payloads);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("throws on what is no event, and on nothing else", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          new EventReader().push(bytes);
        } catch (error) {
          assert.match((error as Error).message, /^the event's header/);
        }
      }),
      { numRuns: 500 },
    );
  });
});
