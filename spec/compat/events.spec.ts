/** What event listeners are sent, and what the daemon makes of their answers: the same from both daemons. */
import { scene } from "../support/daemon-pair.ts";
import { lives } from "./scenes/events-life.ts";
import { output, quits, reloads, ticks } from "./scenes/events-output.ts";
import { protocol } from "./scenes/events-protocol.ts";

for (const each of [ticks, lives, output, reloads, quits, ...protocol]) scene(each);
