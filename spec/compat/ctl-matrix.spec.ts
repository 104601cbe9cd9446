/** Stock supervisorctl cannot tell the two daemons apart: standard output, standard error and exit code of each line. */
import { scene } from "../support/daemon-pair.ts";
import { auth } from "./scenes/ctl-auth.ts";
import { changes, reload, shutdown } from "./scenes/ctl-changes.ts";
import { groups } from "./scenes/ctl-groups.ts";
import { logs } from "./scenes/ctl-logs.ts";
import { everything, programs } from "./scenes/ctl-programs.ts";

for (const each of [programs, everything, groups, logs, changes, reload, shutdown, auth]) scene(each);
