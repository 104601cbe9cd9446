/** Pieces of Markdown. */

/** Text as it stands in a cell of a table. */
export const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");

/** Text as code, whatever it holds. */
export function code(text: string): string {
  const fence = text.includes("`") ? "``" : "`";
  return `${fence}${text}${fence}`;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}

/** A page; `source` names what it is made from. */
export const page = (title: string, source: string, parts: readonly string[]): string =>
  `<!-- Made by \`npm run docs\` from ${source}: edit that, not this. -->\n\n# ${title}\n\n${parts.join("\n\n")}\n`;
