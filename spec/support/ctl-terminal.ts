/** A real terminal: a tmux server of its own on a socket in a temporary folder, one window, keys in, screen out. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "./daemon-wait.ts";

export interface TerminalOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
}

const quote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

export class Terminal {
  readonly #folder = mkdtempSync(join(tmpdir(), "tmux-"));

  /** Starts a command; when it ends, `exit: STATUS` stands on the screen. */
  constructor(command: readonly string[], options: TerminalOptions = {}) {
    const env = Object.entries({ LC_ALL: "C.UTF-8", TERM: "screen", ...options.env });
    const line = `env ${env.map(([name, value]) => quote(`${name}=${value}`)).join(" ")} ${command.map(quote).join(" ")}`;
    const script = `${line}; echo "exit: $?"; exec sleep 600`;
    this.#tmux(
      ...["-f", "/dev/null", "new-session", "-d", "-s", "t"],
      ...["-x", String(options.columns ?? 100), "-y", String(options.rows ?? 40)],
      script,
    );
  }

  #tmux(...args: readonly string[]): string {
    return execFileSync("tmux", ["-S", join(this.#folder, "socket"), ...args], {
      env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin", LC_ALL: "C.UTF-8", HOME: this.#folder },
    }).toString();
  }

  /** Types text as it is. */
  type(text: string): void {
    this.#tmux("send-keys", "-t", "t", "-l", text);
  }

  /** Presses keys by tmux's names: `Enter`, `Tab`, `C-c`, `Up`. */
  press(...keys: readonly string[]): void {
    this.#tmux("send-keys", "-t", "t", ...keys);
  }

  line(text: string): void {
    this.type(text);
    this.press("Enter");
  }

  /** The screen as text; with `colours` its escape sequences too. */
  screen(colours = false): string {
    return this.#tmux("capture-pane", "-p", "-J", ...(colours ? ["-e"] : []), "-t", "t");
  }

  /** Waits until the screen shows it. */
  async shows(pattern: RegExp, colours = false): Promise<string> {
    let screen = "";
    try {
      return await until("the screen", () => {
        screen = this.screen(colours);
        return pattern.test(screen) && screen;
      });
    } catch (error) {
      throw new Error(`${pattern} does not come on the screen:\n${screen}`, { cause: error });
    }
  }

  close(): void {
    spawnSync("tmux", ["-S", join(this.#folder, "socket"), "kill-server"]);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
