/** Request targets as the original takes them apart (supervisor.md section 2.2). */

/** `urllib.parse.unquote`: escapes as UTF-8 with replacement; what is no escape stays as it is. */
export function unquote(text: string): string {
  if (!text.includes("%")) return text;
  return text.replace(/(?:%[0-9a-fA-F]{2})+/g, (run) =>
    Buffer.from(run.replaceAll("%", ""), "hex").toString("utf8"),
  );
}

/** The path is decoded, the query is not; the query is what follows the last `?`, and an empty one is dropped. */
export function decodeTarget(target: string): string {
  const mark = target.lastIndexOf("?");
  const path = mark === -1 ? target : target.slice(0, mark);
  if (!path.includes("%")) return target;
  const query = mark === -1 ? "" : target.slice(mark + 1);
  return query === "" ? unquote(path) : `${unquote(path)}?${query}`;
}

/** A decoded target's path, up to `;`, `?` or `#`, and the query between `?` and `#`, null where there is none. */
export function splitUri(uri: string): { readonly path: string; readonly query: string | null } {
  const end = uri.search(/[;?#]/);
  if (end === -1) return { path: uri, query: null };
  const fragment = uri.indexOf("#", end);
  const rest = fragment === -1 ? uri.slice(end) : uri.slice(end, fragment);
  const mark = rest.indexOf("?");
  return { path: uri.slice(0, end), query: mark === -1 ? null : rest.slice(mark + 1) };
}

/** The path without its leading slashes, decoded once more as the original's handlers do. */
export const plainPath = (uri: string): string => unquote(splitUri(uri).path).replace(/^\/+/, "");

/**
 * `urllib.parse.parse_qsl`: the fields of a query or a form in order, those without a value left out. (URLSearchParams takes
 * a `?` from the first name, and characters apart that were sent as they are beside an escape that is none.)
 */
export function formFields(text: string): [name: string, value: string][] {
  const plain = (part: string): string => unquote(part.replaceAll("+", " "));
  return text.split("&").flatMap((field): [string, string][] => {
    const equals = field.indexOf("=");
    if (equals === -1 || equals === field.length - 1) return [];
    return [[plain(field.slice(0, equals)), plain(field.slice(equals + 1))]];
  });
}
