import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { encodePayload, eventEnvelope } from "../../lib/wire/event-envelope.ts";

const FIELDS = { server: "supervisor", serial: 21, pool: "listener", poolserial: 10, eventname: "TICK_5" };

describe("an event's envelope", () => {
  it("is a header line of fixed order, and the payload", () => {
    assert.equal(
      eventEnvelope(FIELDS, encodePayload("when:5")).toString(),
      "ver:3.0 server:supervisor serial:21 pool:listener poolserial:10 eventname:TICK_5 len:6\nwhen:5",
    );
  });

  it("says len:0 for an empty payload", () => {
    assert.match(eventEnvelope(FIELDS, encodePayload("")).toString(), / len:0\n$/);
  });

  it("counts code points, as Python's len() does, and sends UTF-8", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const encoded = encodePayload(text);
        assert.equal(encoded.length, [...text].length);
        const envelope = eventEnvelope(FIELDS, encoded).toString();
        assert.equal(envelope.slice(envelope.indexOf("\n") + 1), text);
      }),
    );
  });
});
