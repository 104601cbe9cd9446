import type { Writable } from "node:stream";
import { BEGIN_TAG, END_TAG } from "../wire/capture.ts";

/** Sends a PROCESS_COMMUNICATION event: the program's channel needs `stdout_capture_maxbytes`. */
export function communicate(message: string | Uint8Array, output: Writable = process.stdout): void {
  output.write(Buffer.concat([BEGIN_TAG, Buffer.from(message), END_TAG]));
}
