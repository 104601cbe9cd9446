/** Draws docs/images/status.svg: what `status` prints on a terminal for examples/demo, colours and all. `npm run screenshots` runs it too. */
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Terminal } from "../spec/support/ctl-terminal.ts";
import { BASE_ENV } from "../spec/support/daemon-subject.ts";
import { freePort } from "../spec/support/free-port.ts";

const root = new URL("../", import.meta.url).pathname;
const [CELL, LINE, MARGIN, SIZE] = [8.4, 20, 16, 14];
const COLOURS: Readonly<Record<string, string>> = {
  31: "#ff7b72",
  32: "#56d364",
  33: "#e3b341",
  36: "#56d4dd",
  90: "#8b949e",
};

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

interface Word {
  readonly text: string;
  readonly column: number;
  readonly colour: string | undefined;
}

/** A line of the terminal as words with their colours; a blank alone stays within a word. */
function wordsOf(line: string): Word[] {
  let column = 0;
  return `m${line}`.split("\x1b[").flatMap((piece, index) => {
    const end = piece.indexOf("m");
    const colour = index === 0 ? undefined : COLOURS[piece.slice(0, end)];
    const text = piece.slice(end + 1);
    const begin = column;
    column += text.length;
    return [...text.matchAll(/\S+(?: \S+)*/g)].map((word) => ({
      text: word[0],
      column: begin + word.index,
      colour,
    }));
  });
}

/** Every word stands at its column, whatever the font's width. */
const drawn = (words: readonly Word[], row: number): string =>
  `<text y="${MARGIN + row * LINE + SIZE}">${words
    .map(({ text, column, colour }) => {
      const fill = colour === undefined ? "" : ` fill="${colour}"`;
      const place = `x="${(MARGIN + column * CELL).toFixed(1)}" textLength="${(text.length * CELL).toFixed(1)}"`;
      return `<tspan ${place}${fill}>${escaped(text)}</tspan>`;
    })
    .join("")}</text>`;

function picture(lines: readonly string[]): string {
  const words = lines.map(wordsOf);
  const columns = Math.max(...words.flat().map(({ text, column }) => column + text.length));
  const [width, height] = [Math.ceil(2 * MARGIN + columns * CELL), 2 * MARGIN + lines.length * LINE];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    `<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>`,
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, 'DejaVu Sans Mono', monospace" font-size="${SIZE}" fill="#e6edf3">`,
    ...words.map(drawn),
    "</g>\n</svg>\n",
  ].join("\n");
}

const dir = mkdtempSync(join(tmpdir(), "status-"));
cpSync(join(root, "examples/demo"), dir, { recursive: true });
const conf = join(dir, "supervisord.conf");
const port = String(await freePort());
writeFileSync(
  conf,
  readFileSync(conf, "utf8").replaceAll("9001", port).replaceAll("%(here)s/../../.demo", dir),
);
const daemon = spawn(join(root, "dist/supervisord"), ["-n", "-c", conf], {
  cwd: dir,
  env: BASE_ENV,
  stdio: "ignore",
});
const ended = new Promise((resolve) => daemon.on("exit", resolve));
const words = [
  "sh",
  "-c",
  `until supervisorctl -c ${conf} status | grep -q FATAL; do sleep 0.2; done; clear; supervisorctl -c ${conf} status`,
];
const terminal = new Terminal(words, {
  columns: 90,
  rows: 20,
  env: { PATH: `${root}dist:${BASE_ENV["PATH"]}` },
});
try {
  const screen = await terminal.shows(/^exit: 3$/m, true);
  const shown = screen
    .slice(0, screen.search(/^.*exit: 3$/m))
    .trimEnd()
    .split("\n");
  writeFileSync(join(root, "docs/images/status.svg"), picture(["$ supervisorctl status", ...shown]));
} finally {
  terminal.close();
  daemon.kill();
  await ended;
  rmSync(dir, { recursive: true });
}
