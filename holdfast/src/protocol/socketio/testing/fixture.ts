/** The real Socket.IO server, for the client to be held against. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server, type ServerOptions } from "socket.io";

export interface IoServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly io: Server;
}

/** On a port of its own, or the one given. */
export async function serveIo(
  options: Partial<ServerOptions> = {},
  prepare: (io: Server) => void = () => undefined,
  wanted: number = 0,
): Promise<IoServer> {
  const http = createServer();
  const io = new Server(http, { transports: ["websocket"], ...options });
  prepare(io);
  await new Promise<void>((resolve) => http.listen(wanted, "127.0.0.1", resolve));
  const { port } = http.address() as AddressInfo;
  return {
    io,
    port,
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      io.engine.close();
      await io.close();
      http.closeAllConnections();
    },
  };
}
