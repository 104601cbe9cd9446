/** Documents for the readers: generated trees of known and unknown tags, and damaged ones. */
import fc from "fast-check";
import { writeCall } from "../../lib/wire/xmlrpc-write.ts";
import { CORNERS } from "./xmlrpc-corners.ts";
import { anyValue } from "./xmlrpc-values.ts";

const TAGS = [
  ...[
    "value",
    "value",
    "param",
    "params",
    "int",
    "string",
    "boolean",
    "double",
    "array",
    "data",
    "struct",
    "member",
    "name",
  ],
  ...["methodName", "x", "i4", "base64", "nil"],
];
const TEXTS = [
  "",
  "",
  " ",
  "1",
  "5",
  "a",
  "0",
  "1.5",
  "YQ==",
  "&lt;",
  "<!-- -->",
  "<![CDATA[7]]>",
  "\n",
  "é",
  "<?p?>",
];

const { tree } = fc.letrec<{ tree: string }>((tie) => ({
  tree: fc.oneof(
    { depthSize: "medium", withCrossShrink: true },
    fc.constantFrom(...TEXTS),
    fc
      .tuple(fc.constantFrom(...TAGS), fc.constantFrom(...TEXTS), fc.array(tie("tree"), { maxLength: 3 }))
      .map(([tag, text, children]) => `<${tag}>${text}${children.join("")}</${tag}>`),
  ),
}));

/** Well-formed trees of tags in any nesting. */
export const treeDocument: fc.Arbitrary<string> = fc
  .tuple(tree, tree)
  .map(([first, second]) => `<c><methodName>m</methodName>${first}<params>${second}</params></c>`);

const STEPS = [
  ...[
    "<",
    ">",
    "/",
    "&",
    ";",
    "'",
    '"',
    "=",
    "]]>",
    "<!--",
    "-->",
    "<?",
    "?>",
    "<![CDATA[",
    "&#1;",
    "&amp;",
    "\0",
    "\r",
    " ",
  ],
  ...[
    "<value>",
    "</value>",
    "<int>",
    "</int>",
    "xmlns:a='b' ",
    "a:",
    ":",
    "\ufeff",
    "\u{1f600}",
    "<string/>",
  ],
];

/** Requests as a client sends them, with a few cuts, doublings and insertions. */
export const damagedDocument: fc.Arbitrary<string> = fc
  .tuple(
    fc.oneof(
      fc.array(anyValue, { maxLength: 3 }).map((params) => writeCall("a.b", params)),
      fc.constantFrom(...CORNERS),
    ),
    fc.array(fc.tuple(fc.nat(), fc.nat({ max: 8 }), fc.constantFrom("", ...STEPS)), {
      minLength: 1,
      maxLength: 3,
    }),
  )
  .map(([document, cuts]) =>
    cuts.reduce((text, [where, length, insert]) => {
      const at = where % (text.length + 1);
      return text.slice(0, at) + insert + text.slice(at + length);
    }, document),
  );
