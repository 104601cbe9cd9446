import { createServer, type ListenOptions, type Server } from "node:net";

/** Below what the kernel gives to outgoing connections (ip_local_port_range): nobody takes one of these by chance. */
const FIRST = 12_000;
const COUNT = 20_000;

/** Spec files run side by side in processes whose numbers are close: each begins its search somewhere else. */
let next = FIRST + ((process.pid * 7_919) % COUNT);

/**
 * A TCP port that nobody listens at, and that no other caller is given as long as this process lives: a daemon may take it,
 * let it go and take it again. What holds it is a name, an abstract unix socket, and not the port.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < COUNT; tries++) {
    const port = next;
    next = next + 1 < FIRST + COUNT ? next + 1 : FIRST;
    const claim = await listening({ path: `\0supervisord-spec-port-${port}` });
    if (claim === null) continue;
    claim.unref();
    const trial = await listening({ port, host: "0.0.0.0" });
    if (trial !== null) {
      await new Promise((resolve) => trial.close(resolve));
      return port;
    }
    claim.close();
  }
  throw new Error("every port is taken");
}

const listening = (place: ListenOptions): Promise<Server | null> =>
  new Promise((resolve) => {
    const server = createServer();
    server.on("error", () => resolve(null)).listen(place, () => resolve(server));
  });
