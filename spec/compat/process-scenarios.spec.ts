/** Programs with one vice each, and the daemon's own life: log lines, states, logs, exits and timing classes. */
import { scene } from "../support/daemon-pair.ts";
import { endLater, restarted, stops, tooQuick, unstartable } from "./scenes/process-lives.ts";
import { circumstances, output, stripped, surroundings } from "./scenes/process-surroundings.ts";

const own = [tooQuick, endLater, restarted, unstartable, stops, surroundings, output, stripped];
for (const each of [...own, ...circumstances]) scene(each);
