/** All process groups of a configuration (supervisor.md section 3.5). */
import { type EventName, isEventName } from "../model/events.ts";
import type {
  FcgiSocketSpec,
  GroupSpec,
  ListenerPoolSpec,
  ProcessGroupSpec,
  ProcessSpec,
} from "../model/spec.ts";
import { processOrGroupName } from "./datatypes.ts";
import { ConfigError } from "./errors.ts";
import { LIMITS } from "./limits.ts";
import { compareText } from "./pytext.ts";
import { readFcgiSocket } from "./read-fcgi.ts";
import { readProgram, sectionSuffix } from "./read-program.ts";
import { SectionReader, type Source } from "./section-reader.ts";
import { GROUP, LISTENER, PROGRAM } from "./table/programs.ts";

export interface GroupsRequest {
  readonly daemonEnvironment: ReadonlyMap<string, string>;
  readonly warn: (message: string) => void;
}

/**
 * Reads [group:x], then lone programs, event listeners and FastCGI programs: the original's order, in which of two
 * mistakes the same one is reported.
 * @returns the groups by priority, then name.
 */
export function readGroups(source: Source, request: GroupsRequest): GroupSpec[] {
  const reading = new GroupReading(source, request);
  const named = (prefix: string) => source.ini.sections().filter((name) => name.startsWith(prefix));
  const groups = [
    ...named("group:").map((section) => reading.group(section)),
    ...named("program:").flatMap((section) => reading.lone(section)),
    ...named("eventlistener:").map((section) => reading.pool(section)),
    ...named("fcgi-program:").flatMap((section) => reading.lone(section)),
  ];
  return groups.sort((a, b) => a.priority - b.priority || compareText(a.name, b.name));
}

class GroupReading {
  readonly #source: Source;
  readonly #request: GroupsRequest;
  readonly #here: ReadonlyMap<string, string>;
  /** Sections that a [group:x] names: they make no group of their own. */
  readonly #taken = new Set<string>();
  #processes = 0;

  constructor(source: Source, request: GroupsRequest) {
    this.#source = source;
    this.#request = request;
    this.#here = new Map([["here", source.here]]);
  }

  group(section: string): ProcessGroupSpec {
    const reader = this.#reader(section);
    const name = this.#name(section);
    const programs = reader.get(GROUP.programs) ?? [];
    const priority = reader.get(GROUP.priority);
    const processes = programs.flatMap((program) => {
      const member = this.#member(reader, program);
      this.#taken.add(member);
      return this.#program(member, name, this.#fcgiSocket(member));
    });
    // As listed, which is the order of autostart; requests for the whole group go by priority (4.2.5, observed).
    return { kind: "group", name, priority, processes, fcgiSocket: null };
  }

  /** The section of a program that a group lists. */
  #member(reader: SectionReader, program: string): string {
    const candidates = [`program:${program}`, `fcgi-program:${program}`];
    const [first, second] = candidates.filter((section) => this.#source.ini.has(section));
    if (first === undefined) {
      throw reader.fail(
        GROUP.programs,
        `[${reader.section}] names unknown program or fcgi-program ${program}`,
      );
    }
    if (second === undefined) return first;
    const why = `name ${program} is ambiguous (exists as program and fcgi-program)`;
    throw reader.fail(GROUP.programs, `[${reader.section}] ${why}`);
  }

  /** The group that a program outside all groups makes, by its own name. */
  lone(section: string): ProcessGroupSpec[] {
    if (this.#taken.has(section)) return [];
    const name = this.#name(section);
    const priority = this.#reader(section).get(PROGRAM.priority);
    const fcgiSocket = this.#fcgiSocket(section);
    const processes = this.#program(section, name, fcgiSocket);
    return [{ kind: "group", name, priority, processes, fcgiSocket }];
  }

  pool(section: string): ListenerPoolSpec {
    const reader = this.#reader(section);
    const name = sectionSuffix(section);
    const priority = reader.get(LISTENER.priority);
    const bufferSize = reader.get(LISTENER.buffer_size);
    if (bufferSize < 1) {
      throw reader.fail(
        LISTENER.buffer_size,
        `[${section}] section sets invalid buffer_size (${bufferSize})`,
      );
    }
    const resultHandler = reader.get(LISTENER.result_handler);
    const why = this.#source.host.resolvePlugin?.(resultHandler) ?? null;
    if (why !== null) {
      throw reader.fail(
        LISTENER.result_handler,
        `${resultHandler} cannot be resolved within [${section}]: ${why}`,
      );
    }
    const events = this.#events(reader);
    if (reader.get(LISTENER.redirect_stderr)) {
      throw reader.fail(
        LISTENER.redirect_stderr,
        `[${section}] section sets redirect_stderr=true but this is not allowed because it will interfere with the eventlistener protocol`,
      );
    }
    const processes = this.#program(section, name, null);
    return { kind: "eventlistener", name, priority, processes, bufferSize, events, resultHandler };
  }

  #events(reader: SectionReader): EventName[] {
    const row = LISTENER.events;
    const names = reader.get(row);
    if (names.length === 0) row.read(null, this.#source.host, reader.section);
    const events = new Set<EventName>();
    for (const name of names.map((name) => name.toUpperCase())) {
      if (!isEventName(name))
        throw reader.fail(row, `Unknown event type ${name} in [${reader.section}] events`);
      events.add(name);
    }
    return [...events];
  }

  #program(section: string, groupName: string, fcgiSocket: FcgiSocketSpec | null): ProcessSpec[] {
    const processes = readProgram(this.#source, { ...this.#request, section, groupName, fcgiSocket });
    this.#processes += processes.length;
    if (this.#processes <= LIMITS.processes) return processes;
    throw new ConfigError(`more than ${LIMITS.processes} processes are configured`, { section });
  }

  #fcgiSocket(section: string): FcgiSocketSpec | null {
    return section.startsWith("fcgi-program:") ? readFcgiSocket(this.#source, section) : null;
  }

  #reader(section: string): SectionReader {
    return new SectionReader(this.#source, section, { here: this.#here });
  }

  #name(section: string): string {
    try {
      return processOrGroupName(sectionSuffix(section));
    } catch (error) {
      throw error instanceof ConfigError ? error.at({ ...this.#source.ini.header(section), section }) : error;
    }
  }
}
