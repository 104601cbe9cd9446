/** Whole files, a piece at a time: a log may be larger than memory. */
import { openLogForReading } from "../log/auto-log.ts";
import { RpcFault } from "../model/faults.ts";
import { schedule } from "../sys/deadline.ts";
import { factsOfOpen } from "../sys/file-facts.ts";
import { closeFile, readSlice } from "../sys/log-files.ts";
import { typedReply } from "./reply.ts";
import type { Exchange } from "./route.ts";

const PIECE = 256 * 1024;

/** Sends a file as it is at this moment, as an attachment of that name. Throws RpcFault NO_FILE. */
export function sendFile(exchange: Exchange, path: string, name: string): void {
  let fd: number;
  let size: number;
  try {
    fd = openLogForReading(path);
    size = factsOfOpen(fd).size;
  } catch {
    throw new RpcFault("NO_FILE", path);
  }
  const fields = `Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nContent-Disposition: attachment; filename*=UTF-8''${encodeURIComponent(name)}\r\n`;
  if (exchange.request.method === "HEAD" || exchange.closed) {
    closeFile(fd);
    exchange.send(typedReply("text/plain;charset=utf-8", "", fields));
    return;
  }
  const stream = exchange.stream(200, `Content-Type: text/plain;charset=utf-8\r\n${fields}`);
  let position = 0;
  let open = true;
  const close = () => {
    if (open) closeFile(fd);
    open = false;
  };
  const pump = () => {
    if (!open) return;
    let bytes: Buffer;
    try {
      bytes = position < size ? readSlice(fd, position, Math.min(PIECE, size - position)) : Buffer.alloc(0);
    } catch {
      bytes = Buffer.alloc(0);
    }
    position += bytes.length;
    if (bytes.length === 0) {
      close();
      stream.end();
    } else if (stream.write(bytes)) schedule(0, pump);
  };
  stream.onDrain(pump);
  exchange.onClose(close);
  pump();
}
