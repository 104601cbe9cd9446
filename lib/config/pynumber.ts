/** The number conversions of Python's `%` for whole numbers, the only ones that a mapping of options holds. */
import type { Conversion } from "./pyformat.ts";

/** `%d %i %u %o %x %X %e %E %f %F %g %G` of a whole number. */
export function formatNumber(value: number, conversion: Conversion): string {
  const { type, alternate, precision } = conversion;
  const size = Math.abs(value);
  const lower = type.toLowerCase();
  let prefix = "";
  let body: string;
  if (lower === "o" || lower === "x") {
    prefix = alternate ? `0${type}` : "";
    body = size.toString(lower === "o" ? 8 : 16).padStart(precision, "0");
  } else if ("diu".includes(lower)) {
    body = String(size).padStart(precision, "0");
  } else {
    body = formatReal(size, lower, precision === -1 ? 6 : precision, alternate);
  }
  if (type !== lower) body = body.toUpperCase();
  return justify(signOf(value, conversion), prefix, body, conversion);
}

function signOf(value: number, { plus, blank }: Conversion): string {
  if (value < 0) return "-";
  return plus ? "+" : blank ? " " : "";
}

function justify(sign: string, prefix: string, body: string, { left, zero, width }: Conversion): string {
  const missing = Math.max(0, width - sign.length - prefix.length - body.length);
  if (left) return sign + prefix + body + " ".repeat(missing);
  return zero ? sign + prefix + "0".repeat(missing) + body : " ".repeat(missing) + sign + prefix + body;
}

/** The digits of a whole number rounded to `count` significant ones, half to even as C does, and the exponent of the first. */
function significant(size: number, count: number): { digits: string; exponent: number } {
  const digits = String(size);
  const exponent = digits.length - 1;
  if (digits.length <= count) return { digits: digits.padEnd(count, "0"), exponent };
  const unit = 10n ** BigInt(digits.length - count);
  const exact = BigInt(size);
  let quotient = exact / unit;
  const twice = (exact % unit) * 2n;
  if (twice > unit || (twice === unit && quotient % 2n === 1n)) quotient += 1n;
  const rounded = String(quotient);
  return rounded.length > count
    ? { digits: rounded.slice(0, count), exponent: exponent + 1 }
    : { digits: rounded, exponent };
}

function formatReal(size: number, type: string, precision: number, alternate: boolean): string {
  if (type === "f") return withPoint(String(size), "0".repeat(precision), alternate);
  if (type === "e") {
    const { digits, exponent } = significant(size, precision + 1);
    return withPoint(digits.slice(0, 1), digits.slice(1), alternate) + exponentText(exponent);
  }
  const count = Math.max(1, precision);
  const { digits, exponent } = significant(size, count);
  const scientific = exponent >= count;
  const cut = scientific ? 1 : exponent + 1;
  let fraction = digits.slice(cut);
  if (!alternate) {
    const lastDigit = Array.from(fraction).findLastIndex((digit) => digit !== "0");
    fraction = fraction.slice(0, lastDigit + 1);
  }
  return withPoint(digits.slice(0, cut), fraction, alternate) + (scientific ? exponentText(exponent) : "");
}

const withPoint = (whole: string, fraction: string, alternate: boolean): string =>
  fraction !== "" || alternate ? `${whole}.${fraction}` : whole;

const exponentText = (exponent: number): string => `e+${String(exponent).padStart(2, "0")}`;
