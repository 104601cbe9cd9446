/** docs/reference/configuration.md: every option of every section, from the option table. */
import { type AnyRow, SCOPE_NAMES } from "../../lib/config/table/row.ts";
import { SECTIONS, type SectionFacts } from "../../lib/config/table/sections.ts";
import { cell, code, page, table } from "./markdown.ts";

const INTRODUCTION = `\`supervisord.conf\` is read in the dialect of Python's \`RawConfigParser\`, as the original reads it:

- \`[section]\`, then \`option=value\` or \`option: value\`. Options are written in any case, section names are not.
- A line that begins with \`;\` or \`#\` is a comment, and so is what stands behind white space and \`;\` or \`#\`, also inside quotes.
- A line that is indented deeper than its option goes on with the value. Where an option is given twice, the last one counts.
- \`%(name)s\` stands for a value, as far as the column *Expands* says so; for a percent sign write \`%%\`. \`%(ENV_X)s\` is the
  environment's \`X\` and stands wherever anything is expanded.
- Unknown sections and options are passed over. \`supervisord --check -c FILE\` tells of them, with the nearest right name.

Without \`-c\` the file is searched for: \`../etc/supervisord.conf\` and \`../supervisord.conf\` seen from the command's folder,
\`./supervisord.conf\`, \`./etc/supervisord.conf\`, \`/etc/supervisord.conf\`, \`/etc/supervisor/supervisord.conf\`.`;

/** The option's default in words. */
export function defaultOf(row: AnyRow): string {
  if (row.required) return "required";
  if (row.defaultText !== undefined) return row.defaultText;
  return row.defaultValue === null || row.defaultValue === "" ? "none" : code(row.defaultValue);
}

const expands = (row: AnyRow): string =>
  row.scope === "none" ? "`ENV_x`" : SCOPE_NAMES[row.scope].map(code).join(" ");

/** Rows that stand in another section already are left to it. */
const shared: Readonly<Record<string, string>> = {
  "fcgi-program:x": "program:x",
  "eventlistener:x": "program:x",
};

export function ownRows(section: SectionFacts): readonly AnyRow[] {
  const other = SECTIONS.find(({ title }) => title === shared[section.title]);
  return section.rows.filter((row) => !other?.rows.includes(row));
}

/** What is to be said of a section as a whole. */
export function sectionNotes(section: SectionFacts): readonly string[] {
  const rest = shared[section.title];
  return [
    ...(rest === undefined ? [] : [`Takes every option of \`[${rest}]\` as well.`]),
    ...(section.open ? ["All other options are handed on."] : []),
    ...(section.match === "prefix" ? [`There may be several: \`[${section.family}:NAME]\`.`] : []),
  ];
}

function sectionPart(section: SectionFacts): string {
  const rows = ownRows(section).map((row) => [
    `<a id="${anchor(section.title, row.name)}"></a>\`${row.name}\``,
    `${row.doc}${row.since === undefined ? "" : ` (since ${row.since})`}`,
    row.datatype.name,
    defaultOf(row),
    expands(row),
  ]);
  const head = `## [${section.title}]\n\n${section.doc}.${sectionNotes(section)
    .map((note) => ` ${note}`)
    .join("")}`;
  return `${head}\n\n${table(["Option", "What it does", "Type", "Default", "Expands"], rows)}`;
}

export const anchor = (section: string, option: string): string => `${section.replace(":x", "")}-${option}`;

function types(): string {
  const all = new Map(
    SECTIONS.flatMap(({ rows }) => rows.map(({ datatype }) => [datatype.name, datatype.accepts])),
  );
  const rows = [...all].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, accepts]) => [name, cell(accepts)]);
  return `## Types\n\n${table(["Type", "What is accepted"], rows)}`;
}

export const configurationPage = (): string =>
  page("The configuration file", "lib/config/table", [INTRODUCTION, ...SECTIONS.map(sectionPart), types()]);
