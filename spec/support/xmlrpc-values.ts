/** Arbitrary XML-RPC values that Python's marshaller takes too. */
import fc from "fast-check";
import { XmlRpcDouble, type XmlRpcValue } from "../../lib/wire/xmlrpc-value.ts";

/** Text that both sides write alike: no CR, nothing that XML cannot carry. */
export const legalText: fc.Arbitrary<string> = fc
  .oneof(
    fc.string({ unit: "grapheme" }),
    fc.string({ unit: "binary" }),
    fc
      .array(fc.constantFrom("<", ">", "&", "]]>", "'", '"', "\n", " ", "é", "\u{1f600}", "&amp;", "a"))
      .map((parts) => parts.join("")),
  )
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the characters to leave out
  .map((text) => text.replace(/[\0-\x08\x0b-\x1f\ufffe\uffff]/g, ""));

const scalar: fc.Arbitrary<XmlRpcValue> = fc.oneof(
  legalText,
  fc.boolean(),
  fc.integer(),
  fc.double().filter((value) => !Number.isInteger(value)),
  fc.double().map((value) => new XmlRpcDouble(value)),
  fc.uint8Array({ maxLength: 200 }),
  fc
    .date({
      min: new Date("0001-01-01T00:00:00Z"),
      max: new Date("9999-12-31T00:00:00Z"),
      noInvalidDate: true,
    })
    .map((date) => new Date(Math.floor(date.getTime() / 1000) * 1000)),
);

const { value } = fc.letrec<{ value: XmlRpcValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    scalar,
    fc.array(tie("value"), { maxLength: 5 }),
    fc
      .array(fc.tuple(fc.oneof(legalText, fc.constantFrom("1", "0", "__proto__", "name")), tie("value")), {
        maxLength: 5,
      })
      .map((members) => new Map(members)),
  ),
}));

export const anyValue: fc.Arbitrary<XmlRpcValue> = value;
