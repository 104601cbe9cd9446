/**
 * Whether a request that changes something was made by somebody else's page (CVE-2019-12105 and its like): a browser sends
 * it with the user's credentials, wherever it was told to. The original asks nobody. Programs that are no browsers send
 * none of the fields that are looked at here.
 */
import { cryptography } from "../sys/lazy.ts";
import { fieldOf, type HttpRequest } from "./head.ts";

/** Media types with which a page of another site may send a body without our being asked first (Fetch, "CORS-safelisted"). */
const SIMPLE_TYPES = ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"];

type Where = "same origin" | "same host" | "elsewhere" | "unknown";

/** `host[:port]` of a URL in lower case, null for what is none of ours (`null`, an extension's). */
function hostOf(url: string): string | null {
  return /^https?:\/\/(?:[^/@]*@)?([^/?#@]+)/i.exec(url)?.[1]?.toLowerCase() ?? null;
}

const withoutPort = (host: string): string => host.replace(/:\d*$/, "");

function compare(url: string, request: HttpRequest): Where {
  const host = hostOf(url);
  const ours = [fieldOf(request, "host"), fieldOf(request, "x-forwarded-host")]
    .filter((name) => name !== undefined)
    .map((name) => name.trim().toLowerCase());
  if (host === null) return "elsewhere";
  if (ours.includes(host)) return "same origin";
  return ours.map(withoutPort).includes(withoutPort(host)) ? "same host" : "elsewhere";
}

/** Where the browser says that the request was made. `unknown`: it says nothing, or it is no browser. */
function whereFrom(request: HttpRequest): Where {
  const source = fieldOf(request, "origin") ?? fieldOf(request, "referer");
  switch (fieldOf(request, "sec-fetch-site")) {
    case "same-origin":
    case "none":
      return "same origin";
    case "same-site":
      // A site is a whole domain: wiki.example.org is as good as ours. That it is this host has to be seen.
      return source !== undefined && compare(source, request) !== "elsewhere" ? "same host" : "elsewhere";
    case "cross-site":
      return "elsewhere";
  }
  return source === undefined ? "unknown" : compare(source, request);
}

/** Browsers say both of themselves; hardly any script does. */
const isBrowser = (request: HttpRequest): boolean =>
  (fieldOf(request, "user-agent") ?? "").includes("Mozilla/") &&
  fieldOf(request, "accept-language") !== undefined;

/**
 * True where an action of the page (`/index.html?action=`) may have been made by another site. Links from other pages of this
 * host, whatever their port, are followed. A browser that hides where it comes from is not believed.
 */
export function isForeignAction(request: HttpRequest): boolean {
  const where = whereFrom(request);
  return where === "elsewhere" || (where === "unknown" && isBrowser(request));
}

/**
 * True where a call of the JSON API may have been made by another site or another server of this host. A request with a body
 * that a page of another site could not send unasked is believed, so that a proxy may change the Host field.
 */
export function isForeignCall(request: HttpRequest): boolean {
  const where = whereFrom(request);
  if (where === "same origin" || where === "unknown") return false;
  return fieldOf(request, "sec-fetch-site") !== undefined || isSimple(request);
}

/** True for an XML-RPC request that a page of another site has made: `text/xml` could not come from there unasked. */
export const isForeignRpc = (request: HttpRequest): boolean =>
  whereFrom(request) === "elsewhere" && isSimple(request);

function isSimple(request: HttpRequest): boolean {
  const type = fieldOf(request, "content-type") ?? "";
  return SIMPLE_TYPES.includes((type.split(";")[0] ?? "").trim().toLowerCase());
}

let token: string | null = null;

/** What only our own pages know: it goes with the form that asks whether an action was meant. */
export function confirmationToken(): string {
  token ??= cryptography().randomBytes(16).toString("base64url");
  return token;
}
