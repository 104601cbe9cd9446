/** Our supervisorctl and the stock one cannot be told apart: standard output, standard error and exit status of each line. */
import { matrix } from "../support/ctl-compare.ts";
import { changes, ending, reload } from "./ctl-ours/changes.ts";
import { logs } from "./ctl-ours/logs.ts";
import { programs } from "./ctl-ours/programs.ts";
import { absent, configurations, locked } from "./ctl-ours/refusals.ts";

for (const each of [programs, logs, changes, reload, ending, absent, locked, configurations]) matrix(each);
