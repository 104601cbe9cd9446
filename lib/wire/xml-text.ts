/** The parts of XML 1.0 below the element: names, references, the declaration. All positions are UTF-16 offsets. */

/** Text that is not well-formed XML, or goes beyond the limits. */
export class XmlSyntaxError extends Error {
  readonly offset: number;

  constructor(reason: string, offset: number) {
    super(`${reason} at offset ${offset}`);
    this.name = "XmlSyntaxError";
    this.offset = offset;
  }
}

const LT = 60;

/** Space, tab, LF (CR is gone by then). */
export const isXmlSpace = (code: number): boolean => code === 32 || code === 10 || code === 9;

/** The first offset from `at` on that holds no white space; the end of `source` where there is none. */
export function skipXmlSpace(source: string, at: number): number {
  let next = at;
  while (isXmlSpace(source.charCodeAt(next))) next++;
  return next;
}

/** 1: may start a name; 2: may only go on. */
const ASCII_NAME = new Uint8Array(128);
for (const char of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_:")
  ASCII_NAME[char.charCodeAt(0)] = 1;
for (const char of "0123456789-.") ASCII_NAME[char.charCodeAt(0)] = 2;

// XML 1.0, fifth edition. Expat keeps to the fourth, whose lists of letters are shorter: no name of ours is there.
const WIDE_START: readonly (readonly [number, number])[] = [
  [0xc0, 0xd6],
  [0xd8, 0xf6],
  [0xf8, 0x2ff],
  [0x370, 0x37d],
  [0x37f, 0x1fff],
  [0x200c, 0x200d],
  [0x2070, 0x218f],
  [0x2c00, 0x2fef],
  [0x3001, 0xd7ff],
  [0xf900, 0xfdcf],
  [0xfdf0, 0xfffd],
];
const WIDE_MORE: readonly (readonly [number, number])[] = [
  [0xb7, 0xb7],
  [0x300, 0x36f],
  [0x203f, 0x2040],
];

const within = (ranges: readonly (readonly [number, number])[], code: number): boolean =>
  ranges.some(([first, last]) => code >= first && code <= last);

/** The offset behind the name at `at`; `at` itself where there is none. */
export function nameEnd(source: string, at: number): number {
  let next = at;
  for (; ; next++) {
    const code = source.charCodeAt(next);
    if (code < 128) {
      const kind = ASCII_NAME[code];
      if (kind === 0 || (kind === 2 && next === at)) return next;
    } else {
      // Past the end charCodeAt is NaN, which is in no range.
      if (!within(WIDE_START, code) && (next === at || !within(WIDE_MORE, code))) return next;
    }
  }
}

/** A name that namespaces allow: one colon at most, and something on both sides of it. */
export function isQualifiedName(name: string): boolean {
  const colon = name.indexOf(":");
  if (colon === -1) return true;
  return (
    colon > 0 &&
    colon < name.length - 1 &&
    !name.includes(":", colon + 1) &&
    nameEnd(name, colon + 1) > colon + 1
  );
}

const PREDEFINED: ReadonlyMap<string, string> = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
]);

/** Text or an attribute's value with its references replaced. There are no entities but the predefined five. */
export function expandReferences(raw: string, offset: number): string {
  let at = raw.indexOf("&");
  if (at === -1) return raw;
  let text = "";
  let from = 0;
  while (at !== -1) {
    const end = raw.indexOf(";", at);
    if (end === -1) throw new XmlSyntaxError("unfinished reference", offset + at);
    text += raw.slice(from, at);
    const name = raw.slice(at + 1, end);
    const char = name.startsWith("#") ? characterOf(name) : PREDEFINED.get(name);
    if (char === undefined) throw new XmlSyntaxError("undefined reference", offset + at);
    text += char;
    from = end + 1;
    at = raw.indexOf("&", from);
  }
  return text + raw.slice(from);
}

function characterOf(reference: string): string | undefined {
  const hex = reference.charAt(1) === "x";
  const digits = reference.slice(hex ? 2 : 1);
  if (digits.length > 100 || !(hex ? /^[0-9a-fA-F]+$/ : /^[0-9]+$/).test(digits)) return undefined;
  const code = Number.parseInt(digits, hex ? 16 : 10);
  if (code < 32 ? code !== 9 && code !== 10 && code !== 13 : code > 0x10ffff) return undefined;
  if ((code >= 0xd800 && code <= 0xdfff) || code === 0xfffe || code === 0xffff) return undefined;
  return String.fromCodePoint(code);
}

const VALUE = `(?:"[A-Za-z0-9._-]*"|'[A-Za-z0-9._-]*')`;
const ENCODING = `(?:"[A-Za-z][A-Za-z0-9._-]*"|'[A-Za-z][A-Za-z0-9._-]*')`;
const S = "[ \\t\\n]";
const DECLARATION = new RegExp(
  `<\\?xml${S}+version${S}*=${S}*${VALUE}(?:${S}+encoding${S}*=${S}*${ENCODING})?` +
    `(?:${S}+standalone${S}*=${S}*(?:"yes"|'yes'|"no"|'no'))?${S}*\\?>`,
  "y",
);

/** The offset behind the XML declaration at `at`, or `at` where there is none. Its encoding counts for nothing. */
export function declarationEnd(source: string, at: number): number {
  const next = source.charCodeAt(at + 5);
  if (!source.startsWith("<?xml", at) || !(isXmlSpace(next) || next === 63)) return at;
  DECLARATION.lastIndex = at;
  if (!DECLARATION.test(source)) throw new XmlSyntaxError("malformed XML declaration", at);
  return DECLARATION.lastIndex;
}

/** The offset behind the comment, instruction or, where `cdata` is given, CDATA section at `at`; -1: none of them. */
export function miscEnd(source: string, at: number, cdata?: (content: string) => void): number {
  if (source.charCodeAt(at) !== LT) return -1;
  if (source.startsWith("<!--", at)) return commentEnd(source, at);
  if (source.startsWith("<?", at)) return instructionEnd(source, at);
  if (cdata === undefined || !source.startsWith("<![CDATA[", at)) return -1;
  const end = source.indexOf("]]>", at + 9);
  if (end === -1) throw new XmlSyntaxError("unfinished CDATA section", at);
  cdata(source.slice(at + 9, end));
  return end + 3;
}

function commentEnd(source: string, at: number): number {
  const end = source.indexOf("--", at + 4);
  if (end === -1 || source.charAt(end + 2) !== ">") throw new XmlSyntaxError("malformed comment", at);
  return end + 3;
}

function instructionEnd(source: string, at: number): number {
  const named = nameEnd(source, at + 2);
  const target = source.slice(at + 2, named);
  const end = source.indexOf("?>", named);
  const separated = end === named || isXmlSpace(source.charCodeAt(named));
  if (target === "" || target.includes(":") || target.toLowerCase() === "xml" || end === -1 || !separated) {
    throw new XmlSyntaxError("malformed processing instruction", at);
  }
  return end + 2;
}
