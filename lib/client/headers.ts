/** Header lines of events: `name:value` pairs with spaces between (supervisor.md section 6.3). */

export type Headers = Readonly<Record<string, string>>;

/** The pairs of one line; what stands after the first colon is the value. A word without a colon has an empty one. */
export function getHeaders(line: string): Headers {
  const headers: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const word of line.split(/\s+/)) {
    if (word === "") continue;
    const colon = word.indexOf(":");
    headers[colon === -1 ? word : word.slice(0, colon)] = colon === -1 ? "" : word.slice(colon + 1);
  }
  return headers;
}

/** The first line of a payload as headers, and what follows it (PROCESS_LOG_*, PROCESS_COMMUNICATION_*, REMOTE_COMMUNICATION). */
export function eventData(payload: string): { readonly headers: Headers; readonly data: string } {
  const end = payload.indexOf("\n");
  if (end === -1) return { headers: getHeaders(payload), data: "" };
  return { headers: getHeaders(payload.slice(0, end)), data: payload.slice(end + 1) };
}
