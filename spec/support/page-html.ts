/** What a page of either daemon says, whatever its markup looks like. */

const ENTITIES: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
};

const plain = (html: string): string =>
  html.replace(/<[^>]*>/g, "").replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity);

const attribute = (tag: string, name: string): string | undefined =>
  new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1]?.replaceAll("&amp;", "&");

interface Link {
  readonly text: string;
  readonly href: string | undefined;
}

/** Links that are shown, in order. */
const linksOf = (html: string): Link[] =>
  [...html.matchAll(/<a(\s[^>]*)>([\s\S]*?)<\/a>/g)]
    .filter(([, tag = ""]) => attribute(tag, "class") !== "hidden")
    .map(([, tag = "", text = ""]) => ({ text: plain(text).trim(), href: attribute(tag, "href") }));

/** The rows of the table, its message and its title. */
export function readStatusPage(reply: string): unknown {
  const body = reply.slice(reply.indexOf("\r\n\r\n"));
  const rows = [...body.matchAll(/<tr([^>]*)>([\s\S]*?)<\/tr>/g)].filter(([row]) => row.includes("<td"));
  return {
    title: plain(/<title>([\s\S]*?)<\/title>/.exec(body)?.[1] ?? ""),
    message: plain(/<div[^>]*class="status_msg"[^>]*>([\s\S]*?)<\/div>/.exec(body)?.[1] ?? ""),
    rows: rows.map(([, tag = "", row = ""]) => {
      const [status = "", description = "", name = "", action = ""] = [
        ...row.matchAll(/<td[^>]*>([\s\S]*?)<\/td>/g),
      ].map(([, cell = ""]) => cell);
      return {
        shaded: attribute(tag, "class") === "shade",
        state: [/class="(status\w+)"/.exec(status)?.[1], plain(status).trim()],
        description: plain(description).trim(),
        name: linksOf(name),
        actions: linksOf(action),
      };
    }),
    buttons: linksOf(body).filter(({ href }) => /^index\.html\?action=/.test(href ?? "")),
  };
}

/** Title, text and the link that shows it anew. */
export function readTailPage(reply: string): unknown {
  const body = reply.slice(reply.indexOf("\r\n\r\n"));
  return {
    title: plain(/<title>([\s\S]*?)<\/title>/.exec(body)?.[1] ?? ""),
    text: plain(/<pre[^>]*>([\s\S]*?)<\/pre>/.exec(body)?.[1] ?? ""),
    refresh: linksOf(body)
      .map(({ href }) => href)
      .filter((href) => href?.startsWith("tail.html")),
  };
}

export const statusOf = (reply: string): number => Number(/^HTTP\/\S+ (\d{3})/.exec(reply)?.[1]);
