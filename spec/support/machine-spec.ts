import type { ProcessSpec } from "../../lib/model/spec.ts";

const CHANNEL = {
  logfile: { kind: "none" },
  maxbytes: 0,
  backups: 0,
  captureMaxbytes: 0,
  eventsEnabled: false,
  syslog: false,
} as const;

/** A program with the original's defaults, and what a spec wants otherwise. */
export const processSpec = (overrides: Partial<ProcessSpec> = {}): ProcessSpec => ({
  name: "cat",
  section: "program:cat",
  command: "/bin/cat",
  directory: null,
  umask: null,
  priority: 999,
  autostart: true,
  autorestart: "unexpected",
  startsecs: 1,
  startretries: 3,
  uid: null,
  stdout: CHANNEL,
  stderr: CHANNEL,
  redirectStderr: false,
  stopsignal: 15,
  stopwaitsecs: 10,
  stopasgroup: false,
  killasgroup: false,
  exitcodes: [0],
  environment: new Map(),
  serverurl: { kind: "auto" },
  fcgiSocket: null,
  ...overrides,
});
