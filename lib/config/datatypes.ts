/**
 * The types of option values, each with the original's exact complaint (supervisor.md section 3.4). A datatype reads the
 * expanded text of one option and throws a ConfigError without a place: whoever knows the place adds it.
 */
import { lookupSignal } from "../model/signals.ts";
import type { Autorestart, LogLevel } from "../model/spec.ts";
import { ConfigError } from "./errors.ts";
import type { ConfigHost } from "./host.ts";
import { parseInteger, parseOctal } from "./pyint.ts";
import { pyrepr } from "./pyrepr.ts";
import { strip } from "./pytext.ts";

export interface Datatype<T> {
  /** One or two words, for the reference. */
  readonly name: string;
  /** What a value may look like, for the reference and for our own messages. */
  readonly accepts: string;
  /** @throws {ConfigError} when `text` is no such value. */
  read(text: string, host: ConfigHost): T;
}

/** Any text. */
export const text: Datatype<string> = { name: "text", accepts: "any text", read: (value) => value };

/** int(text). */
function toInteger(value: string): number {
  const number = parseInteger(value);
  if (typeof number === "string") throw new ConfigError(number);
  return number;
}

export const integer: Datatype<number> = {
  name: "integer",
  accepts: "a whole number, such as 10 or -1",
  read: toInteger,
};

const TRUE: readonly string[] = ["yes", "true", "on", "1"];
const FALSE: readonly string[] = ["no", "false", "off", "0"];

export const boolean: Datatype<boolean> = {
  name: "boolean",
  accepts: "true, yes, on, 1, false, no, off or 0, in any case",
  read(value) {
    const word = value.toLowerCase();
    if (TRUE.includes(word)) return true;
    if (FALSE.includes(word)) return false;
    throw new ConfigError(`not a valid boolean value: ${pyrepr(value)}`);
  },
};

export const autorestart: Datatype<Autorestart> = {
  name: "autorestart",
  accepts: "unexpected, or a boolean",
  read(value) {
    const word = value.toLowerCase();
    if (TRUE.includes(word)) return "always";
    if (FALSE.includes(word)) return "never";
    if (word === "unexpected") return "unexpected";
    throw new ConfigError(`invalid 'autorestart' value ${pyrepr(word)}`);
  },
};

const SUFFIXES: Readonly<Record<string, number>> = { kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 };

/** The product, held at what a number holds exactly. */
const bounded = (size: number): number =>
  Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, size));

export const byteSize: Datatype<number> = {
  name: "size",
  accepts: "bytes, or a number with KB, MB or GB behind it",
  read(value) {
    const lower = value.toLowerCase();
    const unit = SUFFIXES[lower.slice(-2)];
    return unit === undefined ? toInteger(lower) : bounded(toInteger(lower.slice(0, -2)) * unit);
  },
};

export const octal: Datatype<number> = {
  name: "octal",
  accepts: "an octal number, such as 022",
  read(value) {
    const number = parseOctal(value);
    if (number === null) throw new ConfigError(`${value} can not be converted to an octal type`);
    return number;
  },
};

export const exitcodes: Datatype<readonly number[]> = {
  name: "exit codes",
  accepts: "numbers from 0 to 255 with commas between them",
  read(value) {
    if (value === "") return [];
    const codes = value.split(",").map(parseInteger);
    const good = codes.filter((code): code is number => typeof code === "number" && code >= 0 && code <= 255);
    if (good.length === codes.length) return good;
    throw new ConfigError(`not a valid list of exit codes: ${pyrepr(value)}`);
  },
};

export const signal: Datatype<number> = {
  name: "signal",
  accepts: "a signal's name or number, such as TERM, SIGTERM or 15",
  read(value) {
    const number = parseInteger(value);
    const name = strip(value).toUpperCase();
    const prefixed = name.startsWith("SIG") ? name : `SIG${name}`;
    const found = lookupSignal(typeof number === "number" ? number : prefixed);
    // The lookup is looser than the original about what stands around a name.
    const good = found.ok && (typeof number === "number" || /^\w+$/.test(prefixed));
    if (good) return found.signal;
    throw new ConfigError(`value ${pyrepr(value)} is not a valid signal ${found.ok ? "name" : found.kind}`);
  },
};

/** `a, b` as ["a", "b"]; empty text is no item at all. */
export const list: Datatype<readonly string[]> = {
  name: "list",
  accepts: "items with commas between them",
  read: (value) => (value === "" ? [] : value.split(",").map(strip)),
};

const LEVELS: readonly LogLevel[] = ["critical", "error", "warn", "info", "debug", "trace", "blather"];

export const logLevel: Datatype<LogLevel> = {
  name: "log level",
  accepts: LEVELS.join(", "),
  read(value) {
    const level = LEVELS.find((name) => name === value.toLowerCase());
    if (level === undefined) throw new ConfigError(`bad logging level name ${pyrepr(value)}`);
    return level;
  },
};

/**
 * A process or group name, trimmed: no space, colon or slash, which would break event headers and URLs.
 * @throws {ConfigError} as a datatype does.
 */
export function processOrGroupName(value: string): string {
  const name = strip(value);
  const bad = [" ", ":", "/"].find((character) => name.includes(character));
  if (bad === undefined) return name;
  throw new ConfigError(`Invalid name: ${pyrepr(value)} because of character: ${pyrepr(bad)}`);
}

export interface InetAddress {
  /** In lower case; empty: every IPv4 interface. An IPv6 address stands without its brackets. */
  readonly host: string;
  readonly port: number;
}

function portNumber(value: string): number {
  const port = toInteger(value);
  if (port < 1) throw new ConfigError(`${port} is below lower bound (1)`);
  if (port > 65535) throw new ConfigError(`${port} is above upper bound (65535)`);
  return port;
}

export const inetAddress: Datatype<InetAddress> = {
  name: "address",
  accepts: "port, host:port, *:port or [ipv6]:port",
  read(value) {
    const colon = value.lastIndexOf(":");
    if (colon === -1) {
      try {
        return { host: "", port: portNumber(value) };
      } catch {
        throw new ConfigError(`not a valid port number: ${pyrepr(value)} `);
      }
    }
    const digits = value.slice(colon + 1);
    if (digits === "") throw new ConfigError("no port number specified in ''");
    const port = portNumber(digits);
    const host = value.slice(0, colon).toLowerCase();
    const bracketed = /^\[(.*:.*)\]$/.exec(host)?.[1];
    return { host: host === "*" ? "" : (bracketed ?? host), port };
  },
};

const PATH_SCHEME = /^([A-Za-z][A-Za-z0-9+.-]*):(.*)$/s;

export const url: Datatype<string> = {
  name: "URL",
  accepts: "http://host:port or unix:///path",
  read(value) {
    const match = PATH_SCHEME.exec(value.replace(/[\t\r\n]/g, ""));
    const rest = (match?.[2] ?? "").replace(/^\/\//, "");
    if (match !== null && /^[^?#;]/.test(rest)) return value;
    throw new ConfigError(`value ${pyrepr(value)} is not a URL`);
  },
};
