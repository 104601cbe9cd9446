/** docs/reference/events.md: the tree of event types, and what each one's payload looks like. */
import { EVENT_NAMES, type EventName, eventLineage } from "../../lib/model/events.ts";
import { page, table } from "./markdown.ts";

const HEADER = `An event listener says \`READY\\n\`, and is sent one line of \`name:value\` pairs, then the payload:

    ver:3.0 server:supervisor serial:21 pool:listener poolserial:10 eventname:PROCESS_STATE_EXITED len:84
    processname:cat groupname:cat from_state:RUNNING expected:0 pid:2766

\`len\` counts the payload's characters. The listener answers \`RESULT 2\\nOK\` (done) or \`RESULT 4\\nFAIL\` (give it to a listener
again), and says \`READY\\n\` anew. See [extending.md](../extending.md).

An option \`events=\` takes any of these names, with commas between them; a name stands for itself and for all below it.`;

/** The payload of a type, and of all types below it that have none of their own. */
const PAYLOADS: Partial<Readonly<Record<EventName, string>>> = {
  PROCESS_STATE: "`processname:P groupname:G from_state:S`",
  PROCESS_STATE_STARTING: "the same, and `tries:N`",
  PROCESS_STATE_BACKOFF: "the same, and `tries:N`",
  PROCESS_STATE_RUNNING: "the same, and `pid:N`",
  PROCESS_STATE_STOPPING: "the same, and `pid:N`",
  PROCESS_STATE_STOPPED: "the same, and `pid:N`",
  PROCESS_STATE_EXITED: "the same, and `expected:0` or `expected:1`, `pid:N`",
  PROCESS_COMMUNICATION:
    "`processname:P groupname:G pid:N`, a line end, what the program wrote between the capture tags",
  PROCESS_LOG: "`processname:P groupname:G pid:N channel:stdout`, a line end, what the program wrote",
  REMOTE_COMMUNICATION: "`type:T`, a line end, the text given to `supervisor.sendRemoteCommEvent`",
  SUPERVISOR_STATE_CHANGE: "empty",
  TICK: "`when:SECONDS`, a multiple of the period",
  PROCESS_GROUP: "`groupname:G`, a line end",
};

export function eventsPage(): string {
  const rows = EVENT_NAMES.map((name) => {
    const depth = eventLineage(name).length - 1;
    return [`${"&nbsp;".repeat(depth * 4)}\`${name}\``, PAYLOADS[name] ?? ""];
  });
  return page("Events", "lib/model/events.ts", [HEADER, table(["Type", "Payload"], rows)]);
}
