/** Python's own client against both daemons: every method and fault, status, headers and body compared as bytes. */
import { scene } from "../support/daemon-pair.ts";
import { basics, multicall, requests } from "./scenes/rpc-basics.ts";
import { configCalls, restartCalls, shutdownCalls } from "./scenes/rpc-config.ts";
import { logCalls } from "./scenes/rpc-logs.ts";
import { groupCalls, processes } from "./scenes/rpc-processes.ts";

const scenes = [
  basics,
  multicall,
  requests,
  processes,
  groupCalls,
  logCalls,
  configCalls,
  shutdownCalls,
  restartCalls,
];
for (const each of scenes) scene(each);
