/**
 * Python's INI dialect: RawConfigParser with strict=False and inline comments, as CPython 3.11 reads it
 * (supervisor.md section 3.1). Every option remembers the file and line it came from.
 */
import { ConfigError } from "./errors.ts";
import { LIMITS } from "./limits.ts";
import { pyrepr } from "./pyrepr.ts";
import { firstNonSpace, isSpace, strip, stripEnd } from "./pytext.ts";

export interface Place {
  readonly file: string;
  readonly line: number;
}

export interface IniOption extends Place {
  readonly value: string;
}

/** A section's header, or an option of a section, that had been written before: the sections merge, the later value counts. */
export interface Repeat {
  readonly section: string;
  /** Null for a header. */
  readonly option: string | null;
  readonly at: Place;
  readonly before: Place;
}

type Options = Map<string, IniOption>;

/** Where the lines of one file stand: [DEFAULT] is a section that no list of sections names. */
const DEFAULT = "DEFAULT";

/**
 * What all files read so far say together. Names of options are in lower case; values are not expanded (but see
 * {@link Ini.expandHere}), and those of several lines are joined by line feeds.
 */
export class Ini {
  readonly #sections = new Map<string, Options>();
  readonly #defaults: Options = new Map();
  /** The place of each section's first header. */
  readonly #headers = new Map<string, Place>();
  readonly #files: string[] = [];
  readonly #repeats: Repeat[] = [];

  /** In the order in which they first appear, without [DEFAULT]. */
  sections(): readonly string[] {
    return [...this.#sections.keys()];
  }

  has(section: string): boolean {
    return this.#sections.has(section);
  }

  /** The option as written last, or as [DEFAULT] gives it. */
  get(section: string, option: string): IniOption | undefined {
    return this.#sections.get(section)?.get(option) ?? this.#defaults.get(option);
  }

  /** The section's own names first, then those that only [DEFAULT] gives. */
  options(section: string): readonly string[] {
    return [...new Set([...(this.#sections.get(section)?.keys() ?? []), ...this.#defaults.keys()])];
  }

  /** As options, without [DEFAULT]. */
  ownOptions(section: string): readonly string[] {
    return [...(this.#sections.get(section)?.keys() ?? [])];
  }

  header(section: string): Place | undefined {
    return this.#headers.get(section);
  }

  /** In the order in which they were read. */
  files(): readonly string[] {
    return this.#files;
  }

  /** What is written more than once, in the order of reading. */
  repeats(): readonly Repeat[] {
    return this.#repeats;
  }

  /** Takes out an option, or a whole section: a check goes on so behind what is wrong. False where there was nothing. */
  remove(section: string, option?: string): boolean {
    if (option === undefined) return this.#sections.delete(section);
    return this.#sections.get(section)?.delete(option) ?? false;
  }

  /** Puts `here` in place of each literal `%(here)s`, [DEFAULT]'s values becoming the sections' own where it does. */
  expandHere(here: string): void {
    const mark = "%(here)s";
    for (const [section, own] of this.#sections) {
      for (const name of this.options(section)) {
        const option = this.get(section, name);
        if (option?.value.includes(mark) !== true) continue;
        own.set(name, { ...option, value: option.value.replaceAll(mark, () => here) });
      }
    }
  }

  /**
   * Reads one file's text on top of what is there: sections merge, later options win.
   * @param cut what went wrong behind the end of `text`: raised unless an earlier line is already fatal.
   * @throws {ConfigError} in the words of MissingSectionHeaderError and ParsingError.
   */
  read(text: string, file: string, cut: string | null = null): void {
    this.#files.push(file);
    const known = { sections: this.#sections, defaults: this.#defaults, headers: this.#headers };
    const reading = new FileReading({ ...known, repeats: this.#repeats }, file);
    const lines = splitLines(text);
    if (lines.length > LIMITS.fileLines) {
      throw new ConfigError(`config file ${file} has more than ${LIMITS.fileLines} lines`, { file });
    }
    // The last line may go on in what could not be read.
    const whole = cut === null || text.endsWith("\n") ? lines : lines.slice(0, -1);
    for (const line of whole) reading.line(line);
    if (cut !== null) throw new ConfigError(cut, { file });
    reading.end();
  }
}

/** Lines with their end, which CR, LF and CRLF all become LF in; VT, FF, NEL and U+2028 end no line. */
function splitLines(text: string): string[] {
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  const last = lines.pop();
  const ended = lines.map((line) => `${line}\n`);
  return last === undefined || last === "" ? ended : [...ended, last];
}

/** What all files fill together. */
interface Filled {
  readonly sections: Map<string, Options>;
  readonly defaults: Options;
  readonly headers: Map<string, Place>;
  readonly repeats: Repeat[];
}

/** One section while its lines are still coming in. */
interface Open {
  readonly name: string;
  readonly options: Options;
}

/** One value while its lines are still coming in. */
interface Growing {
  readonly section: Open;
  readonly name: string;
  readonly line: number;
  readonly parts: string[];
}

/** The state that reading one file needs from line to line. */
class FileReading {
  readonly #filled: Filled;
  readonly #file: string;
  #number = 0;
  #section: Open | null = null;
  #option: Growing | null = null;
  #indent = 0;
  readonly #bad: { readonly line: number; readonly text: string }[] = [];

  constructor(filled: Filled, file: string) {
    this.#filled = filled;
    this.#file = file;
  }

  line(line: string): void {
    this.#number += 1;
    const comment = commentStart(line);
    const value = strip(comment === -1 ? line : line.slice(0, comment));
    if (value === "") {
      // An empty line is part of a value that goes on; a comment's line is not.
      if (comment === -1) this.#option?.parts.push("");
      return;
    }
    const indent = Math.max(0, firstNonSpace(line));
    if (this.#option !== null && indent > this.#indent) {
      this.#option.parts.push(value);
      return;
    }
    this.#indent = indent;
    const close = value.startsWith("[") ? value.lastIndexOf("]") : -1;
    if (close >= 2) this.#openSection(value.slice(1, close));
    else if (this.#section === null) {
      const place = `file: ${pyrepr(this.#file)}, line: ${this.#number}`;
      throw new ConfigError(`File contains no section headers.\n${place}\n${pyrepr(line)}`, {
        file: this.#file,
        line: this.#number,
      });
    } else this.#openOption(this.#section, value, line);
  }

  #openSection(name: string): void {
    this.#finishOption();
    const { sections, defaults, headers, repeats } = this.#filled;
    if (name === DEFAULT) {
      this.#section = { name, options: defaults };
      return;
    }
    const at = { file: this.#file, line: this.#number };
    const before = headers.get(name);
    const options = sections.get(name) ?? new Map();
    this.#section = { name, options };
    if (before !== undefined) {
      repeats.push({ section: name, option: null, at, before });
      return;
    }
    sections.set(name, options);
    headers.set(name, at);
  }

  #openOption(section: Open, value: string, line: string): void {
    const delimiter = value.search(/[=:]/);
    if (delimiter === -1) {
      this.#bad.push({ line: this.#number, text: line });
      return;
    }
    this.#finishOption();
    const name = stripEnd(value.slice(0, delimiter)).toLowerCase();
    if (name === "") this.#bad.push({ line: this.#number, text: line });
    const parts = [strip(value.slice(delimiter + 1))];
    // An empty name stops no continuation from being a line of its own.
    this.#option = name === "" ? null : { section, name, line: this.#number, parts };
  }

  #finishOption(): void {
    const option = this.#option;
    if (option === null) return;
    const value = stripEnd(option.parts.join("\n"));
    const { section, name, line } = option;
    const at = { file: this.#file, line };
    const before = section.options.get(name);
    if (before !== undefined) {
      this.#filled.repeats.push({ section: section.name, option: name, at, before });
    }
    section.options.set(name, { value, ...at });
    this.#option = null;
  }

  end(): void {
    this.#finishOption();
    const first = this.#bad[0];
    if (first === undefined) return;
    const lines = this.#bad.map(
      ({ line, text }) => `\n\t[line ${String(line).padStart(2)}]: ${pyrepr(text)}`,
    );
    throw new ConfigError(`Source contains parsing errors: ${pyrepr(this.#file)}${lines.join("")}`, {
      file: this.#file,
      line: first.line,
    });
  }
}

/**
 * Where a comment starts, or -1. A comment mark counts at the start of the text or behind white space. The search goes
 * on in step for both marks, so it is not always the first that wins: the original's loop, kept as it is.
 */
function commentStart(line: string): number {
  const first = line[Math.max(0, firstNonSpace(line))];
  if (first === ";" || first === "#") return 0;
  let found = -1;
  let marks: readonly (readonly [string, number])[] = [
    [";", -1],
    ["#", -1],
  ];
  while (found === -1 && marks.length > 0) {
    marks = marks
      .map(([mark, index]) => [mark, line.indexOf(mark, index + 1)] as const)
      .filter(([, index]) => index !== -1);
    for (const [, index] of marks) {
      if (index === 0 || isSpace(line.charAt(index - 1)))
        found = found === -1 ? index : Math.min(found, index);
    }
  }
  return found;
}
