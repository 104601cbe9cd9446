/** Basic authentication (supervisor.md section 2.4). */
import { cryptography } from "../sys/lazy.ts";
import { decodeBase64 } from "../wire/base64.ts";
import { fieldOf, type HttpRequest } from "./head.ts";
import { CLOSING, errorReply, type Reply } from "./reply.ts";

/** What a request's credentials are worth. */
export type Verdict = "granted" | "denied" | "malformed";

export type Authoriser = (request: HttpRequest) => Verdict;

/** The answer to "denied". */
export const UNAUTHORISED: Reply = errorReply(401, `${CLOSING}WWW-Authenticate: Basic realm="default"\r\n`);

/**
 * Judges by one name and password, or null where there is none to check: the original takes an empty name for none. A
 * password `{SHA}hex` is compared by lower-case SHA-1. Names and passwords are UTF-8, and a password may hold colons.
 * Every comparison takes the same time whatever it is given.
 */
export function authoriser(username: string | null, password: string | null): Authoriser | null {
  if (username === null || username === "") return null;
  const name = digest(username);
  const hashed = password?.startsWith("{SHA}") ?? false;
  const secret = digest(hashed ? (password ?? "").slice(5) : (password ?? ""));
  return (request) => {
    const field = fieldOf(request, "authorization");
    const found = field === undefined ? null : /^([^ ]+) (.*)$/s.exec(field);
    if (found === null || found[1]?.toLowerCase() !== "basic") return "denied";
    const credentials = decodeCredentials(found[2] ?? "");
    if (credentials === null) return "malformed";
    const colon = credentials.indexOf(":");
    if (colon === -1) return "denied";
    const given = credentials.slice(colon + 1);
    const { timingSafeEqual } = cryptography();
    const nameFits = timingSafeEqual(digest(credentials.slice(0, colon)), name);
    const secretFits = timingSafeEqual(digest(hashed ? sha1(given) : given), secret);
    return nameFits && secretFits && password !== null ? "granted" : "denied";
  };
}

const digest = (text: string): Buffer => cryptography().createHash("sha256").update(text, "utf8").digest();
const sha1 = (text: string): string => cryptography().createHash("sha1").update(text, "utf8").digest("hex");

/** Null for what is no base64 or no UTF-8: the original answers 400. */
function decodeCredentials(text: string): string | null {
  const bytes = decodeBase64(text);
  if (bytes === undefined) return null;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
