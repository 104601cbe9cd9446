/** What Python's `str()` makes of a value that came by XML-RPC, where the original passes one on as text. */
import { pyrepr } from "../config/pyrepr.ts";
import { pythonFloat } from "../wire/python-number.ts";
import { XmlRpcDouble, type XmlRpcValue } from "../wire/xmlrpc-value.ts";

/** Text as it is, base64 as the text it holds; anything else as Python shows it. */
export function pythonText(value: XmlRpcValue | undefined): string {
  if (typeof value === "string") return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString();
  if (value instanceof Date) return value.toISOString().slice(0, 19).replace("T", " ");
  return pythonRepr(value);
}

function pythonRepr(value: XmlRpcValue | undefined): string {
  if (value === undefined || value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : pythonFloat(value);
  if (value instanceof XmlRpcDouble) return pythonFloat(value.value);
  if (typeof value === "string") return pyrepr(value);
  if (value instanceof Uint8Array) return pyrepr(Buffer.from(value).toString());
  if (value instanceof Date) return dateRepr(value);
  if (Array.isArray(value)) return `[${value.map(pythonRepr).join(", ")}]`;
  const members = value instanceof Map ? [...value] : Object.entries(value);
  return `{${members.map(([name, member]) => `${pyrepr(name)}: ${pythonRepr(member)}`).join(", ")}}`;
}

/** `datetime.datetime(2020, 1, 2, 0, 0)`: the seconds only where there are some. */
function dateRepr(date: Date): string {
  const seconds = date.getUTCSeconds();
  const fields = [
    date.getUTCFullYear(),
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    ...(seconds === 0 ? [] : [seconds]),
  ];
  return `datetime.datetime(${fields.join(", ")})`;
}
