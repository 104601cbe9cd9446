/** Signals, reload, detaching, log files, sockets: what the daemon does with itself. */
import { scene } from "../support/daemon-pair.ts";
import { fileScenes } from "./scenes/daemon-files.ts";
import { lifeScenes } from "./scenes/daemon-life.ts";

for (const each of [...lifeScenes, ...fileScenes]) scene(each);
