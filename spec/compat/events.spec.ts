/** What event listeners are sent, and what the daemon makes of their answers: the same from both daemons. */
import { scene } from "../support/daemon-pair.ts";
import { lives } from "./scenes/events-life.ts";

for (const each of [lives]) scene(each);
