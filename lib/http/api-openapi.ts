/** The description of the API, served at /api/v1/openapi.json (OpenAPI 3.1). */
import { SUPERVISOR_VERSION } from "../model/version.ts";
import { VERBS } from "./api-actions.ts";

const json = (schema: object) => ({ content: { "application/json": { schema } } });
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const ok = (description: string, schema: object) => ({ description, ...json(schema) });
const text = { type: "string" } as const;
const integer = { type: "integer" } as const;
const boolean = { type: "boolean" } as const;
const list = (items: object) => ({ type: "array", items });
const orNull = (type: string) => ({ type: [type, "null"] });

/** An object all of whose members are there. */
const record = (properties: Record<string, object>) => ({
  type: "object",
  properties,
  required: Object.keys(properties),
});

const FAULT = { description: "The XML-RPC fault, in the same words", ...json(ref("Error")) };
const ID = {
  name: "process",
  in: "path",
  required: true,
  schema: text,
  description: "`group:name`, or `name` where both are the same; percent-encoded",
};
const GROUP = { name: "group", in: "path", required: true, schema: text };
const CHANNEL = { name: "channel", in: "path", required: true, schema: { enum: ["stdout", "stderr"] } };
const query = (name: string, schema: object, description: string) => ({
  name,
  in: "query",
  schema,
  description,
});
const BYTES = query("bytes", { ...integer, default: 65_536 }, "How many of the last bytes");
const TAIL = query(
  "tail",
  { ...integer, default: 16_384 },
  "How many of the last bytes of each log come first",
);
const DOWNLOAD = query("download", boolean, "The whole file, as an attachment");
const RESULTS = ok("What became of each process", record({ results: list(ref("Result")) }));
const DONE = ok("Done", record({ ok: boolean }));
const stream = (description: string) => ({ description, content: { "text/event-stream": { schema: text } } });
const plain = { description: "The text", content: { "text/plain": { schema: text } } };

const get = (summary: string, response: object, parameters: object[] = []) => ({
  get: { summary, parameters, responses: { 200: response, default: FAULT } },
});
/** `body`: a body is needed where it has members that are. */
const post = (summary: string, response: object, parameters: object[] = [], body?: object) => ({
  post: {
    summary,
    parameters,
    ...(body === undefined ? {} : { requestBody: { required: "required" in body, ...json(body) } }),
    responses: { 200: response, default: FAULT },
  },
});

const remove = (summary: string, parameters: object[]) => ({
  delete: { summary, parameters, responses: { 200: DONE, default: FAULT } },
});

const SAYS = {
  start: "Starts",
  stop: "Stops",
  restart: "Stops what runs, and starts",
} as const;

const actions = (path: string, what: string, response: object, parameters: object[], body?: object) =>
  VERBS.map((verb) => [
    `${path}/${verb}`,
    post(`${SAYS[verb]} ${what}; waits for it`, response, parameters, body),
  ]);

const STATE = {
  enum: ["STOPPED", "STARTING", "RUNNING", "BACKOFF", "STOPPING", "EXITED", "FATAL", "UNKNOWN"],
};

const SCHEMAS = {
  Error: record({ error: record({ code: integer, name: text, message: text }) }),
  Daemon: record({
    identifier: { ...text, description: "What `getIdentification` says" },
    host: { ...text, description: "The name of its machine" },
    pid: integer,
    version: text,
    mood: text,
    now: integer,
    log: boolean,
  }),
  Group: record({ name: text, kind: { enum: ["group", "eventlistener"] }, priority: integer }),
  Process: record({
    id: text,
    name: text,
    group: text,
    state: STATE,
    pid: { ...integer, description: "0 where no child lives" },
    started: { ...integer, description: "The last start, milliseconds since the epoch; 0 for never" },
    stopped: { ...integer, description: "The last end of a child; 0 for never" },
    ending: { ...orNull("string"), description: "How the last child ended" },
    expected: boolean,
    starts: { ...integer, description: "Tries to start since the group was added" },
    error: { ...orNull("string"), description: "Why the last start failed" },
    logs: list({ enum: ["stdout", "stderr"] }),
  }),
  State: record({ daemon: ref("Daemon"), groups: list(ref("Group")), processes: list(ref("Process")) }),
  History: record({
    at: integer,
    from: STATE,
    to: STATE,
    pid: integer,
    ending: orNull("string"),
    expected: boolean,
    reason: orNull("string"),
  }),
  Detail: record({
    process: ref("Process"),
    options: { ...list({ type: "array", prefixItems: [text, text] }), description: "What is in force" },
    history: { ...list(ref("History")), description: "Oldest first" },
    usage: {
      ...list({ type: "array", prefixItems: [integer, { type: "number" }, integer] }),
      description:
        "Time, CPU in percent of a core, bytes of memory, of the last hour, while somebody was looking",
    },
  }),
  Result: record({
    name: text,
    group: text,
    status: { ...integer, description: "80 for success, else the fault's code" },
    description: text,
  }),
  OptionChange: record({ subject: text, option: text, before: orNull("string"), after: orNull("string") }),
  GroupNames: record({ name: text, processes: list(text) }),
  ConfigDiff: record({
    added: list(ref("GroupNames")),
    changed: list(record({ name: text, options: list(ref("OptionChange")) })),
    removed: list(ref("GroupNames")),
  }),
  Update: record({ steps: list(record({ group: text, text, ok: boolean })) }),
} as const;

const PROCESS = "/processes/{process}";

const paths = {
  "/state": get("Everything at once", ok("Daemon, groups and processes", ref("State"))),
  "/events": get(
    "Changes as they happen: `snapshot` (a State), then `processes` (those that changed), `daemon`, `usage` (by id: CPU, memory, descendants; null for none) and `ping`",
    stream("Server-sent events"),
  ),
  "/processes": get("All processes", ok("By group, then name", list(ref("Process")))),
  ...Object.fromEntries(
    actions("/processes", "the processes named, or all", RESULTS, [], {
      type: "object",
      properties: { processes: list(text) },
    }),
  ),
  [PROCESS]: get("One process with its options, history and usage", ok("Detail", ref("Detail")), [ID]),
  ...Object.fromEntries(actions(PROCESS, "the process", DONE, [ID])),
  [`${PROCESS}/signal`]: post(
    "Sends a signal",
    DONE,
    [ID],
    record({ signal: { type: ["string", "integer"] } }),
  ),
  [`${PROCESS}/stdin`]: post("Writes to stdin", DONE, [ID], record({ text })),
  [`${PROCESS}/logs`]: remove("Empties both logs", [ID]),
  [`${PROCESS}/logs/{channel}`]: {
    ...get("The end of a log", plain, [ID, CHANNEL, BYTES, DOWNLOAD]),
    ...remove("Empties one log", [ID, CHANNEL]),
  },
  [`${PROCESS}/output`]: get("Both logs as they grow: `output` events", stream("Server-sent events"), [
    ID,
    TAIL,
  ]),
  ...Object.fromEntries(actions("/groups/{group}", "the group", RESULTS, [GROUP])),
  "/log": get("The end of the activity log", plain, [BYTES, DOWNLOAD]),
  "/log/output": get("The activity log as it grows: `output` events", stream("Server-sent events"), [TAIL]),
  "/config/diff": get(
    "What an update would change. Changes nothing; values of environments are not told",
    ok("Difference", ref("ConfigDiff")),
  ),
  "/config/update": post("What `supervisorctl update` does", ok("Step by step", ref("Update"))),
  "/openapi.json": get("This document", ok("OpenAPI 3.1", { type: "object" })),
};

/** What /api/v1 itself answers, too. Its `version` is the release of Supervisor that is served. */
export const openApi = () => ({
  openapi: "3.1.0",
  info: {
    title: "supervisord",
    version: SUPERVISOR_VERSION,
    description:
      "The daemon in JSON, with the authentication of XML-RPC. Actions are the XML-RPC methods, and fail with their faults. A missing body is an empty one. Times are milliseconds since the epoch.",
  },
  servers: [{ url: "/api/v1" }],
  paths,
  components: { schemas: SCHEMAS, securitySchemes: { basic: { type: "http", scheme: "basic" } } },
  security: [{ basic: [] }, {}],
});
