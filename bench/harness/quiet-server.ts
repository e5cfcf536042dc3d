/** A server within the bench's own process, for suites that hardly send anything: it notes when the first byte came. */
import { once } from "node:events";
import { createServer, type Socket } from "node:net";

const ANSWER = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";

export interface QuietServer extends AsyncDisposable {
  readonly origin: string;
  readonly port: number;
  /** `process.hrtime.bigint()` when the first byte of the first request came. */
  readonly firstByteNs: Promise<bigint>;
}

export async function startQuietServer(): Promise<QuietServer> {
  const { promise: firstByteNs, resolve } = Promise.withResolvers<bigint>();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    socket.on("data", () => {
      resolve(process.hrtime.bigint());
      socket.write(ANSWER);
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    firstByteNs,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
