/** Pieces of configuration for scenes. */

export interface HeadOptions {
  /** More lines in [supervisord]. */
  readonly supervisord?: string;
  /** More lines in [unix_http_server]. */
  readonly unix?: string;
  /** More lines in [inet_http_server]; null leaves the section out. */
  readonly inet?: string | null;
  /** More lines in [supervisorctl]. */
  readonly ctl?: string;
}

/** Servers, daemon and client sections of a daemon that lives in @DIR@ altogether. */
export function head(options: HeadOptions = {}): string {
  const inet =
    options.inet === null ? "" : `[inet_http_server]\nport=127.0.0.1:@PORT@\n${options.inet ?? ""}\n`;
  return `[unix_http_server]
file=@DIR@/s.sock
${options.unix ?? ""}
${inet}[supervisord]
logfile=@DIR@/supervisord.log
pidfile=@DIR@/s.pid
childlogdir=@DIR@
user=root
${options.supervisord ?? ""}
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://@DIR@/s.sock
${options.ctl ?? ""}
`;
}

export type Options = Readonly<Record<string, string | number | boolean>>;

/** One section. Logs go to @DIR@/NAME.out and @DIR@/NAME.err unless the options say otherwise. */
export function section(kind: string, name: string, options: Options): string {
  const lines = Object.entries(options).map(([key, value]) => `${key}=${value}`);
  return `[${kind}:${name}]\n${lines.join("\n")}\n`;
}

export const program = (name: string, command: string, options: Options = {}): string =>
  section("program", name, {
    command,
    stdout_logfile: `@DIR@/${name}.out`,
    stderr_logfile: `@DIR@/${name}.err`,
    ...options,
  });

/**
 * A program that stays, counts as started at once, and is started by hand. The original loses a signal that comes
 * between fork and exec, so that stopwaitsecs may have to pass: it is short.
 */
export const byHand = (name: string, options: Options = {}): string =>
  program(name, "/bin/cat", {
    autostart: false,
    autorestart: false,
    startsecs: 0,
    stopwaitsecs: 1,
    ...options,
  });

/**
 * A program that stays, and says so in its log once it is what it shall be: the original loses a signal that comes
 * between fork and exec, so wait for that (the step `up`) before it is stopped.
 */
export const staying = (name: string, options: Options = {}): string =>
  program(name, "@PROGRAMS@/tell-and-stay.sh up", { startsecs: 0, ...options });

/** Between two tries for ever: its log is a folder, so that no try gets as far as a child. Needs the file folder.d/x. */
export const inBackoff = (name: string, options: Options = {}): string =>
  program(name, "/bin/cat", { startretries: 1000, stdout_logfile: "@DIR@/folder.d", ...options });
