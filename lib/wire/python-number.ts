/** Numbers as Python prints and reads them: the original's `repr`, `int` and `float` are part of the wire. */

/** `repr(float)`: the shortest digits, an exponent of two digits at least where it is below -4 or above 15. */
export function pythonFloat(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (Object.is(value, -0)) return "-0.0";
  const [mantissa = "", power = ""] = value.toExponential().split("e");
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 16) {
    const size = String(Math.abs(exponent)).padStart(2, "0");
    return `${mantissa}e${exponent < 0 ? "-" : "+"}${size}`;
  }
  const sign = value < 0 ? "-" : "";
  const digits = mantissa.replace("-", "").replace(".", "");
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  const padded = digits.padEnd(exponent + 2, "0");
  return `${sign}${padded.slice(0, exponent + 1)}.${padded.slice(exponent + 1)}`;
}

// str.strip() without an argument: Unicode's white space, but no byte order mark (which JavaScript's trim takes off).
// Python also strips \x1c to \x1f, which XML cannot carry.
const LEADING = /^[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;
const TRAILING = /[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]$/;

function strip(text: string): string {
  const rest = text.replace(LEADING, "");
  let end = rest.length;
  // One at a time from the end: a single regular expression for the tail is quadratic on hostile text.
  while (end > 0 && TRAILING.test(rest[end - 1] as string)) end--;
  return rest.slice(0, end);
}

// Written so that no two parts can share a run of digits: matching stays linear.
const DIGITS = "[0-9]+(?:_[0-9]+)*";
const FLOAT = new RegExp(`^[+-]?(?:${DIGITS}(?:\\.(?:${DIGITS})?)?|\\.${DIGITS})(?:[eE][+-]?${DIGITS})?$`);
const INTEGER = new RegExp(`^[+-]?${DIGITS}$`);
const WORD = /^([+-]?)(inf|infinity|nan)$/i;

/** The limit of CPython's int(), against quadratic conversion. */
const MAX_DIGITS = 4300;

/**
 * `int(text)`, or undefined where Python raises. Digits are ASCII here (Python takes every script's). Beyond 2^53 the
 * number is the nearest double.
 */
export function pythonInt(text: string): number | undefined {
  const stripped = strip(text);
  if (stripped.length > MAX_DIGITS * 2 || !INTEGER.test(stripped)) return undefined;
  const plain = stripped.replaceAll("_", "");
  if (plain.length > MAX_DIGITS) return undefined;
  const value = Number(plain);
  return Math.min(Math.max(value, -Number.MAX_VALUE), Number.MAX_VALUE) + 0;
}

/** `float(text)`, or undefined where Python raises. */
export function pythonFloatOf(text: string): number | undefined {
  const stripped = strip(text);
  const word = WORD.exec(stripped);
  if (word !== null) {
    if (word[2]?.toLowerCase() === "nan") return Number.NaN;
    return word[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  return FLOAT.test(stripped) ? Number(stripped.replaceAll("_", "")) : undefined;
}
