/** `%(name)s` expansion of option values, with the original's two complaints (supervisor.md section 3.3). */
import { ConfigError } from "./errors.ts";
import { FormatError, type FormatMapping, type FormatValue, formatNamed, pyformat } from "./pyformat.ts";
import { pyrepr } from "./pyrepr.ts";
import { compareText } from "./pytext.ts";

/** The ENV_ names: the daemon's environment, and what [supervisord] environment= adds while the file is being read. */
export class EnvironmentNames {
  readonly #names = new Map<string, string>();

  constructor(...environments: readonly ReadonlyMap<string, string>[]) {
    for (const environment of environments) this.add(environment);
  }

  add(environment: ReadonlyMap<string, string>): void {
    for (const [key, value] of environment) this.#names.set(`ENV_${key}`, value);
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  /** All names that a value may use: these, and `names` on top. */
  with(names: FormatMapping): FormatMapping {
    return new Layered(this.#names, names);
  }

  /**
   * @param label how the complaint names the option: `program:web.command`, or the bare option in some places.
   * @throws {ConfigError} when a name is unknown or the text is no format.
   */
  expand(text: string, names: FormatMapping, label: string): string {
    if (!text.includes("%")) return text;
    const all = this.with(names);
    try {
      return pyformat(text, all);
    } catch (error) {
      throw complaint(error, text, label, all);
    }
  }

  /** A second expansion of what one already went through: where it fails, or would print every name, nothing is done. */
  expandAgain(text: string, names: FormatMapping): string {
    if (!text.includes("%")) return text;
    try {
      return formatNamed(text, this.with(names)) ?? text;
    } catch (error) {
      if (error instanceof FormatError) return text;
      throw error;
    }
  }
}

/** One mapping on top of another, looked through without copying: most values use one name of many. */
class Layered {
  readonly #below: FormatMapping;
  readonly #above: FormatMapping;

  constructor(below: FormatMapping, above: FormatMapping) {
    this.#below = below;
    this.#above = above;
  }

  get(name: string): FormatValue | undefined {
    return this.#above.get(name) ?? this.#below.get(name);
  }

  keys() {
    return new Map(this).keys();
  }

  *[Symbol.iterator]() {
    yield* new Map<string, FormatValue>([...this.#below, ...this.#above]);
  }
}

function complaint(error: unknown, text: string, label: string, names: FormatMapping): unknown {
  if (!(error instanceof FormatError)) return error;
  const what = `Format string ${pyrepr(text)} for ${pyrepr(label)}`;
  if (error.kind === "format") return new ConfigError(`${what} is badly formatted: ${error.message}`);
  const available = [...names.keys()].sort(compareText).join(", ");
  return new ConfigError(
    `${what} contains names (${error.message}) which cannot be expanded. Available names: ${available}`,
  );
}
