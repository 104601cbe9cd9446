/** Python's `repr()` of bytes, as it stands in log lines and event payloads (supervisor.md sections 4.6, 6.2). */

const NAMED: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };
const STRICT = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** `b'text'`, with `\xNN` for every byte that is not printable ASCII. */
export function reprBytes(bytes: Uint8Array): string {
  const quote = quoteFor(bytes.includes(0x27), bytes.includes(0x22));
  let body = "";
  for (const byte of bytes) {
    const char = String.fromCharCode(byte);
    if (char === quote) body += `\\${char}`;
    else if (NAMED[char] !== undefined) body += NAMED[char];
    else body += byte < 0x20 || byte > 0x7e ? escaped(byte) : char;
  }
  return `b${quote}${body}${quote}`;
}

/** The bytes as UTF-8 text, or `Undecodable: b'..'` where they are none: how the original shows a child's output. */
export function decodeOrRepr(bytes: Uint8Array): string {
  try {
    return STRICT.decode(bytes);
  } catch {
    return `Undecodable: ${reprBytes(bytes)}`;
  }
}

const quoteFor = (single: boolean, double: boolean): string => (single && !double ? '"' : "'");

const escaped = (byte: number): string => `\\x${byte.toString(16).padStart(2, "0")}`;
