/**
 * Runs the code of a document, block after block, in a folder of its own. By what stands behind the fence:
 * `sh` is run, `console` is run and its output compared, `ini FILE` is written and `ini >>FILE` added to the file, `sh elsewhere`
 * needs a machine of its own and is left to other specs; `sh demo` stands for `npm start`. /tmp and port 9001 become the folder's own.
 *
 * In the output `...` stands for anything; a number behind `pid`, a time behind `uptime`, and the time of a line of the activity log
 * for any other.
 */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BASE_ENV, OURS, ROOT } from "./daemon-subject.ts";
import { DEADLINE_MS, pause, until } from "./daemon-wait.ts";

export interface Block {
  readonly kind: "sh" | "console" | "file" | "elsewhere" | "demo";
  /** For files: the name, with `>>` in front where it is added to one. */
  readonly file: string;
  readonly text: string;
  readonly line: number;
}

/** The fenced blocks of a document that have a language. @throws Error for one that nothing is known to do with */
export function blocksOf(path: string): Block[] {
  const text = readFileSync(join(ROOT, path), "utf8");
  return [...text.matchAll(/^```(\w+)(?: ([^\n]+))?\n([\s\S]*?)^```$/gm)].map((match) => {
    const [, language = "", words = "", body = ""] = match;
    const line = text.slice(0, match.index).split("\n").length;
    const kind = kindOf(language, words);
    if (kind === null) throw new Error(`${path}:${line}: what is to be done with \`${language} ${words}\`?`);
    return { kind, file: words, text: body, line };
  });
}

function kindOf(language: string, words: string): Block["kind"] | null {
  if (language === "sh")
    return words === "" ? "sh" : words === "elsewhere" || words === "demo" ? words : null;
  if (language === "console" && words === "") return "console";
  return words === "" ? null : "file";
}

/** Commands that look without doing anything: asked again until they say what is expected. */
const LOOKS = /^(?:supervisorctl (?:status|tail)|cat|ls|curl|python3|dist\/supervisorctl .*status)\b/;

const DONE = "--done--";

export class DocRun {
  readonly dir = mkdtempSync(join(tmpdir(), "doc-"));
  readonly #port: number;
  readonly #shell: ChildProcessWithoutNullStreams;
  #output = "";

  constructor(port: number) {
    this.#port = port;
    const bin = join(this.dir, "bin");
    mkdirSync(bin);
    for (const name of ["supervisord", "supervisorctl", "pidproxy"]) {
      symlinkSync(OURS.daemon.replace(/supervisord$/, name), join(bin, name));
    }
    const sample = OURS.daemon.replace(/supervisord$/, "echo_supervisord_conf");
    writeFileSync(
      join(bin, "echo_supervisord_conf"),
      `#!/bin/sh\n${sample} | sed 's#/tmp/#${this.dir}/#g'\n`,
    );
    chmodSync(join(bin, "echo_supervisord_conf"), 0o755);
    // One pipe for both: what is said on standard error comes before the word that all is done.
    this.#shell = spawn("/bin/sh", ["-c", "exec /bin/sh 2>&1"], {
      cwd: this.dir,
      env: {
        ...BASE_ENV,
        PATH: `${bin}:${BASE_ENV["PATH"]}`,
        TMPDIR: this.dir,
        PACKAGE: ROOT.replace(/\/$/, ""),
      },
    });
    for (const stream of [this.#shell.stdout, this.#shell.stderr]) {
      stream.on("data", (bytes: Buffer) => {
        this.#output += bytes.toString();
      });
    }
  }

  #own(text: string): string {
    return text.replaceAll("/tmp/", `${this.dir}/`).replaceAll("9001", String(this.#port));
  }

  /** Runs a block. @throws Error with the command, what was expected and what came */
  async run({ kind, file, text }: Block): Promise<void> {
    if (kind === "elsewhere") return;
    if (kind === "demo") return void (await this.#say(this.#demo()));
    if (kind === "file") return this.#write(file, this.#own(text));
    if (kind === "sh") {
      for (const command of text.split("\n").filter(Boolean)) await this.#expect(command, "");
      return;
    }
    for (const part of text.split(/^\$ /m).slice(1)) {
      const end = part.indexOf("\n");
      await this.#expect(part.slice(0, end), part.slice(end + 1));
    }
  }

  /** What `npm start` runs, on a copy of its files, in the background. */
  #demo(): string {
    symlinkSync(join(ROOT, "dist"), join(this.dir, "dist"));
    cpSync(join(ROOT, "examples"), join(this.dir, "examples"), { recursive: true });
    const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
      scripts: { start: string };
    };
    const build = "npm run --silent build && ";
    if (!scripts.start.startsWith(build)) throw new Error(`npm start is not what it was: ${scripts.start}`);
    const start = scripts.start.slice(build.length).replace("&& dist/", "&& exec dist/");
    const conf = join(this.dir, "examples/demo/supervisord.conf");
    writeFileSync(conf, this.#own(readFileSync(conf, "utf8")));
    return `(${start}) >/dev/null 2>&1 & echo $! >${this.dir}/supervisord.pid`;
  }

  #write(name: string, text: string): void {
    if (name.startsWith(">>")) appendFileSync(join(this.dir, name.slice(2)), `\n${text}`);
    else writeFileSync(join(this.dir, name), text);
  }

  async #expect(command: string, expected: string): Promise<void> {
    const end = Date.now() + (LOOKS.test(command) ? DEADLINE_MS : 0);
    const pattern = patternOf(this.#own(expected));
    for (;;) {
      const output = await this.#say(this.#own(command));
      if (pattern.test(output)) return;
      if (Date.now() >= end) throw new Error(`$ ${command}\nexpected:\n${expected}\ncame:\n${output}`);
      await pause(100);
    }
  }

  async #say(command: string): Promise<string> {
    this.#output = "";
    this.#shell.stdin.write(`${command}\necho ${DONE}\n`);
    const end = Date.now() + DEADLINE_MS;
    while (!this.#output.endsWith(`${DONE}\n`)) {
      if (Date.now() > end) throw new Error(`$ ${command}\ndoes not end; so far:\n${this.#output}`);
      await pause(5);
    }
    return this.#output.slice(0, -DONE.length - 1);
  }

  /** Ends the daemon that the document started, the shell, and the folder. */
  async close(): Promise<void> {
    // The shell first: what it started in the background stays in the table of processes until it has gone.
    this.#shell.stdin.end();
    const pidfile = join(this.dir, "supervisord.pid");
    if (existsSync(pidfile)) {
      const pid = Number(readFileSync(pidfile, "utf8"));
      process.kill(pid, "SIGTERM");
      await until("the end of the daemon", () => !existsSync(`/proc/${pid}`));
    }
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** The documented output as a pattern for the whole of the output, but for white space at its end. */
function patternOf(expected: string): RegExp {
  const quoted = expected
    .replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
    .replace(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} /gm, "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d,\\d{3} ")
    .replaceAll("\\.\\.\\.\n", "[\\s\\S]*")
    .replaceAll("\\.\\.\\.", "[^\\n]*")
    .replace(/\bpid \d+/g, "pid \\d+")
    .replace(/\buptime \d+:\d\d:\d\d/g, "uptime [\\d:]+")
    .replace(/\n+$/, "");
  return new RegExp(`^${quoted}\\s*$`);
}
