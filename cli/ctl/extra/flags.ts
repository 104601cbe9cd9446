/** The flags that the original does not have, read by yargs, which is loaded when one of them is used. */
import type { Options } from "yargs";
import { EXIT } from "../exit-status.ts";
import type { Session } from "../session.ts";
import { nearest } from "../suggest.ts";

export interface Flags {
  /** The words that are no flags. */
  readonly words: readonly string[];
  has(name: string): boolean;
  /** The flag's value, the last one given; undefined where it was not given or takes none. */
  text(name: string): string | undefined;
}

export interface FlagSpec {
  /** `status [options] [<name> ...]` */
  readonly usage: string;
  /** What stands below the list of options, such as the shape of a document. */
  readonly epilogue?: string;
  readonly options: Readonly<Record<string, Options>>;
}

/** A word with fewer letters is not nearly any of the options: `tail --5 NAME` is the original's. */
const SHORTEST = "--abc".length;

/** The shell has taken its quotes off already, and yargs takes off one more pair of `--name="value"`, but not where `nargs` is set. */
function keepQuotes(spec: FlagSpec, word: string): string {
  const name = /^--([^=]+)=/.exec(word)?.[1] ?? "";
  if (spec.options[name]?.nargs !== undefined) return word;
  return word.replace(/^(--[^=]+=)((["'])[\s\S]*)$/, "$1$3$2$3");
}

/**
 * Reads a command's words. Null where there is nothing left to do for the command: the help was asked for and given, or
 * a flag is wrong, or nearly one of ours, and that was said. `stock`: a word like a flag is in there that is like none of ours,
 * which the original takes for a name; the caller then does as the original.
 */
export async function readFlags(
  session: Session,
  spec: FlagSpec,
  words: readonly string[],
): Promise<Flags | "stock" | null> {
  const { default: yargs } = await import("yargs");
  let problem: string | undefined;
  const parser = yargs(words.map((word) => keepQuotes(spec, word)))
    .scriptName("supervisorctl")
    .usage(`supervisorctl ${spec.usage}`)
    .options({ ...spec.options })
    .option("help", { type: "boolean", describe: "Print this" })
    .help(false)
    .version(false)
    .exitProcess(false)
    .wrap(Math.min(session.io.columns(), 100))
    .parserConfiguration({
      "boolean-negation": false,
      "camel-case-expansion": false,
      "dot-notation": false,
      "duplicate-arguments-array": false,
      "parse-numbers": false,
      "parse-positional-numbers": false,
      "unknown-options-as-args": true,
    })
    .fail((message, error) => {
      problem = message || error?.message;
    });
  if (spec.epilogue !== undefined) parser.epilogue(spec.epilogue);
  const parsed = await parser.parseAsync();
  if (problem !== undefined) {
    session.fail(`Error: ${problem}`);
    return null;
  }
  if (parsed["help"] === true) {
    session.output(await parser.getHelp());
    return null;
  }
  const rest = parsed._.map(String);
  const unknown = rest.find((word) => word.startsWith("--"));
  if (unknown !== undefined) {
    const long = [...Object.keys(spec.options), "help"].filter((name) => name.length > 1);
    const near = unknown.length < SHORTEST ? undefined : nearest(unknown.slice(2), long);
    if (near === undefined) return "stock";
    // Somebody who meant `--dry-run` must not have it done in earnest.
    session.fail(`Error: there is no option ${unknown}; did you mean --${near}?`, EXIT.INVALID_ARGS);
    return null;
  }
  return {
    words: rest,
    has: (name) => parsed[name] !== undefined && parsed[name] !== false,
    text: (name) => (typeof parsed[name] === "string" ? parsed[name] : undefined),
  };
}
