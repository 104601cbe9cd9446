/** Signals, reload, detaching, log files, sockets: what the daemon does with itself. */
import { scene } from "../support/daemon-pair.ts";
import { daemonScenes } from "./scenes/daemon-life.ts";

for (const each of daemonScenes) scene(each);
