/** The grammar of environment= (supervisor.md section 3.4, the 4.3 level: POSIX quoting). */
import { ConfigError } from "./errors.ts";
import { environmentTokens } from "./shlex.ts";

/**
 * `KEY=value,KEY2="other value"`: three tokens make a pair, and the one after them is skipped whatever it is, as the
 * original does (so a `;` or a stray word separates just as a comma). Later pairs win.
 * @throws {ConfigError} when a pair is broken off, or its quotes are.
 */
export function parseEnvironment(text: string): Map<string, string> {
  const tokens = environmentTokens(text);
  const pairs = new Map<string, string>();
  for (let at = 0; at < tokens.length; at += 4) {
    const [key, equals, value] = tokens.slice(at, at + 3);
    if (key === undefined || equals !== "=" || value === undefined) {
      throw new ConfigError(`Unexpected end of key/value pairs in value '${text}'`);
    }
    pairs.set(key, value);
  }
  return pairs;
}

/** The tokens that stand where a comma should and are lost: what a check of the file reports. */
export function lostEnvironmentTokens(text: string): string[] {
  return environmentTokens(text).filter((token, at) => at % 4 === 3 && token !== ",");
}
