/** Python's own reading and writing of XML-RPC, for many documents in one process. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import {
  isXmlRpcArray,
  XmlRpcDouble,
  type XmlRpcMembers,
  type XmlRpcValue,
} from "../../lib/wire/xmlrpc-value.ts";

const SCRIPT = fileURLToPath(new URL("xmlrpc-oracle.py", import.meta.url));

export type OracleJob = readonly [
  "read_call" | "read_reply" | "write_response" | "write_fault" | "write_call",
  unknown,
];
export type OracleAnswer = readonly ["ok" | "error" | "fault" | "no method name", ...unknown[]];

/** One answer for every job. */
export function askOracle(jobs: readonly OracleJob[]): OracleAnswer[] {
  const run = spawnSync("/usr/bin/python3", [SCRIPT], {
    input: JSON.stringify(jobs),
    encoding: "utf8",
    maxBuffer: 1 << 30,
  });
  if (run.status !== 0) throw new Error(`the oracle failed: ${run.stderr}`);
  return JSON.parse(run.stdout);
}

/** A value as the oracle describes it. `written` keeps apart what reading makes one: whole doubles. */
export function describeValue(value: XmlRpcValue, written = false): unknown {
  if (value === null) return ["nil"];
  if (typeof value === "string") return ["string", value];
  if (typeof value === "boolean") return ["boolean", value];
  if (typeof value === "number") return describeNumber(value, written);
  if (value instanceof XmlRpcDouble) return ["double", floatText(value.value)];
  if (value instanceof Date) return ["date", value.toISOString().slice(0, 19)];
  if (value instanceof Uint8Array) return ["base64", Buffer.from(value).toString("base64")];
  if (isXmlRpcArray(value)) return ["array", value.map((item) => describeValue(item, written))];
  const members = value instanceof Map ? [...value] : Object.entries(value as XmlRpcMembers);
  return ["struct", members.map(([name, item]) => [["string", name], describeValue(item, written)])];
}

const floatText = (value: number): string =>
  Object.is(value, -0) ? "-0.0" : String(value).replace("Infinity", "inf");

function describeNumber(value: number, written: boolean): unknown {
  if (written && !Number.isInteger(value)) return ["double", floatText(value)];
  if (Number.isNaN(value)) return ["number", "nan"];
  if (!Number.isFinite(value)) return ["number", value > 0 ? "inf" : "-inf"];
  return ["number", Math.abs(value) >= 2 ** 1023 ? "huge" : value + 0];
}
