/** The processes of one [program:x], [fcgi-program:x] or [eventlistener:x] (supervisor.md sections 3.3 and 3.5). */
import type { ChannelSpec, FcgiSocketSpec, LogTarget, ProcessSpec, ServerUrlChoice } from "../model/spec.ts";
import { processOrGroupName } from "./datatypes.ts";
import { parseEnvironment } from "./environment.ts";
import { ConfigError } from "./errors.ts";
import type { LogfileChoice } from "./host-datatypes.ts";
import { LIMITS } from "./limits.ts";
import type { FormatMapping, FormatValue } from "./pyformat.ts";
import { pyrepr } from "./pyrepr.ts";
import { compareText, strip } from "./pytext.ts";
import { SectionReader, type Source } from "./section-reader.ts";
import { CHANNEL, PROGRAM } from "./table/programs.ts";
import type { AnyRow, Row } from "./table/row.ts";

export interface ProgramRequest {
  readonly section: string;
  readonly groupName: string;
  readonly fcgiSocket: FcgiSocketSpec | null;
  /** [supervisord] environment=, under the program's own. */
  readonly daemonEnvironment: ReadonlyMap<string, string>;
  readonly warn: (message: string) => void;
}

/** What stands behind the first colon of a section's name. */
export const sectionSuffix = (section: string): string => section.slice(section.indexOf(":") + 1);

/** @throws {ConfigError} whose message ends in the section and the file that it is in. */
export function readProgram(source: Source, request: ProgramRequest): ProcessSpec[] {
  try {
    return new ProgramReading(source, request).processes();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const { section } = request;
    const header = source.ini.header(section);
    const file = header?.file ?? source.file;
    const place = header === undefined ? {} : { line: header.line };
    const message = `${error.message} in section ${pyrepr(section)} (file: ${pyrepr(file)})`;
    throw error.at({ file, section, ...place }, message);
  }
}

/** What all processes of a section share. */
// One for all: of what thousands of processes have alike, each need not have its own.
const NO_VARIABLES: ReadonlyMap<string, string> = new Map();
const NO_LOG: LogTarget = { kind: "none" };
const AUTO: LogTarget = { kind: "auto" };

type SharedFields = Omit<ProcessSpec, "name" | "command" | "directory" | "environment" | "stdout" | "stderr">;
type SharedChannel = Pick<ChannelSpec, "captureMaxbytes" | "eventsEnabled">;
type ChannelName = keyof typeof CHANNEL;

interface Shared {
  readonly fields: SharedFields;
  readonly channels: Readonly<Record<ChannelName, SharedChannel>>;
  /** Not expanded yet. */
  readonly processName: string;
  readonly numprocs: number;
  readonly first: number;
}

class ProgramReading {
  readonly #reader: SectionReader;
  readonly #request: ProgramRequest;
  /** The names of scope `process`: those of the section, then of each process in turn. */
  readonly #names: Map<string, FormatValue>;

  constructor(source: Source, request: ProgramRequest) {
    const program: FormatMapping = new Map([
      ["here", source.here],
      ["program_name", processOrGroupName(sectionSuffix(request.section))],
      ["host_node_name", source.host.hostname],
      ["group_name", request.groupName],
    ]);
    this.#request = request;
    this.#names = new Map(program);
    this.#reader = new SectionReader(source, request.section, { program, process: this.#names });
  }

  processes(): ProcessSpec[] {
    const shared = this.#shared();
    const specs: ProcessSpec[] = [];
    for (let index = 0; index < shared.numprocs; index++) {
      this.#names.set("process_num", shared.first + index).set("numprocs", shared.numprocs);
      specs.push(this.#process(shared));
    }
    return specs.sort((a, b) => compareText(a.name, b.name));
  }

  /** Read in the original's order, so that of two mistakes the same one is reported. */
  #shared(): Shared {
    const reader = this.#reader;
    const priority = reader.get(PROGRAM.priority, "program");
    const autostart = reader.get(PROGRAM.autostart);
    const autorestart = reader.get(PROGRAM.autorestart);
    const startsecs = reader.get(PROGRAM.startsecs);
    const startretries = reader.get(PROGRAM.startretries);
    const stopsignal = reader.get(PROGRAM.stopsignal);
    const stopwaitsecs = reader.get(PROGRAM.stopwaitsecs);
    const stopasgroup = reader.get(PROGRAM.stopasgroup);
    const killasgroup = reader.get(PROGRAM.killasgroup) ?? stopasgroup;
    const exitcodes = reader.get(PROGRAM.exitcodes);
    const redirectStderr = reader.get(PROGRAM.redirect_stderr);
    const numprocs = reader.get(PROGRAM.numprocs);
    const first = reader.get(PROGRAM.numprocs_start);
    const stdout = this.#sharedChannel("stdout");
    const stderr = this.#sharedChannel("stderr");
    const serverurl = serverUrlChoice(reader.get(PROGRAM.serverurl));
    const uid = reader.get(PROGRAM.user);
    const umask = reader.get(PROGRAM.umask);
    const { section, fcgiSocket } = this.#request;
    const fields: SharedFields = {
      section,
      umask,
      priority,
      autostart,
      autorestart,
      startsecs,
      startretries,
      uid,
      redirectStderr,
      stopsignal,
      stopwaitsecs,
      stopasgroup,
      killasgroup,
      exitcodes,
      serverurl,
      fcgiSocket,
    };
    const processName = this.#processName(numprocs);
    if (stopasgroup && !killasgroup) {
      throw reader.fail(PROGRAM.killasgroup, "Cannot set stopasgroup=true and killasgroup=false");
    }
    if (numprocs > LIMITS.numprocs) {
      throw reader.fail(PROGRAM.numprocs, `numprocs is ${numprocs}, the most is ${LIMITS.numprocs}`);
    }
    return { fields, channels: { stdout, stderr }, processName, numprocs, first };
  }

  #sharedChannel(name: ChannelName): SharedChannel {
    const rows = CHANNEL[name];
    const captureMaxbytes = this.#reader.get(rows.capture_maxbytes);
    return { captureMaxbytes, eventsEnabled: this.#reader.get(rows.events_enabled) };
  }

  /** Checked before it is expanded: an expanded name may hold what a written one may not. */
  #processName(numprocs: number): string {
    const row = PROGRAM.process_name;
    const written = this.#reader.raw(row) ?? row.defaultValue ?? "";
    const name = this.#reader.located(row, () => processOrGroupName(written));
    if (numprocs <= 1 || name.includes("%(process_num)")) return name;
    throw this.#reader.fail(row, "%(process_num) must be present within process_name when numprocs > 1");
  }

  #process(shared: Shared): ProcessSpec {
    const { fields, processName } = shared;
    const own = this.#environment();
    const directory = this.#reader.get(PROGRAM.directory);
    const stdout = this.#channel("stdout", shared);
    const stderr = this.#channel("stderr", shared);
    const command = this.#reader.get(PROGRAM.command);
    const name = this.#expandBare(PROGRAM.process_name, processName);
    const variables = [...this.#request.daemonEnvironment, ...own];
    const environment = variables.length === 0 ? NO_VARIABLES : new Map(variables);
    // Written out: V8 gives each copy by `...` a hidden class of its own, more than the values weigh.
    return {
      section: fields.section,
      umask: fields.umask,
      priority: fields.priority,
      autostart: fields.autostart,
      autorestart: fields.autorestart,
      startsecs: fields.startsecs,
      startretries: fields.startretries,
      uid: fields.uid,
      redirectStderr: fields.redirectStderr,
      stopsignal: fields.stopsignal,
      stopwaitsecs: fields.stopwaitsecs,
      stopasgroup: fields.stopasgroup,
      killasgroup: fields.killasgroup,
      exitcodes: fields.exitcodes,
      serverurl: fields.serverurl,
      fcgiSocket: fields.fcgiSocket,
      name,
      command,
      directory,
      environment,
      stdout,
      stderr,
    };
  }

  /** The program's own variables, which its later options may name. */
  #environment(): Map<string, string> {
    const row = PROGRAM.environment;
    const { environment } = this.#reader.source;
    for (const name of [...this.#names.keys()]) if (environment.has(name)) this.#names.delete(name);
    const own = this.#reader.located(row, () => {
      return parseEnvironment(this.#expandBare(row, this.#reader.raw(row) ?? row.defaultValue ?? ""));
    });
    for (const [key, value] of own) this.#names.set(`ENV_${key}`, value);
    return own;
  }

  /** Expands under the option's bare name. */
  #expandBare(row: AnyRow, written: string): string {
    const { environment } = this.#reader.source;
    return this.#reader.located(row, () => environment.expand(written, this.#names, row.name));
  }

  #channel(name: ChannelName, { channels, fields }: Shared): ChannelSpec {
    const rows = CHANNEL[name];
    const reader = this.#reader;
    const choice = this.#logfile(rows.logfile);
    const backups = reader.get(rows.logfile_backups);
    const maxbytes = reader.get(rows.logfile_maxbytes);
    const syslog = reader.get(rows.syslog) || choice.kind === "syslog";
    const redirected = name === "stderr" && fields.redirectStderr;
    this.#warnOf(name, choice, maxbytes, redirected);
    const logfile: LogTarget = redirected ? NO_LOG : logTarget(choice);
    const { captureMaxbytes, eventsEnabled } = channels[name];
    return { captureMaxbytes, eventsEnabled, logfile, maxbytes, backups, syslog };
  }

  /** Expanded twice, as the original does; text that the second expansion cannot read stays as the first left it. */
  #logfile(row: Row<LogfileChoice>): LogfileChoice {
    const reader = this.#reader;
    const once = reader.expanded(row) ?? row.defaultValue ?? "";
    const twice = reader.source.environment.expandAgain(once, this.#names);
    return reader.located(row, () => row.read(twice, reader.source.host, reader.section));
  }

  /** The original says these once for each process. */
  #warnOf(name: ChannelName, choice: LogfileChoice, maxbytes: number, redirected: boolean): void {
    const say = (text: string) => this.#request.warn(`For [${this.#request.section}], ${text}`);
    if (choice.kind === "syslog") {
      say(
        `${name}_logfile=syslog but this is deprecated and will be removed.  Use ${name}_syslog=true to enable syslog instead.`,
      );
    }
    if (choice.kind === "auto" && maxbytes === 0) {
      say(
        `AUTO logging used for ${name}_logfile without rollover, set maxbytes > 0 to avoid filling up filesystem unintentionally`,
      );
    }
    if (redirected && choice.kind === "file") {
      say(
        "redirect_stderr=true but stderr_logfile has also been set to a filename, the filename has been ignored",
      );
    }
  }
}

/** A file without a name is no log at all. */
function logTarget(choice: LogfileChoice): LogTarget {
  if (choice.kind === "file" && choice.path !== "") return choice;
  return choice.kind === "auto" ? AUTO : NO_LOG;
}

function serverUrlChoice(url: string | null): ServerUrlChoice {
  if (url === null || strip(url).toUpperCase() === "AUTO") return { kind: "auto" };
  return url === "" ? { kind: "none" } : { kind: "url", url };
}
