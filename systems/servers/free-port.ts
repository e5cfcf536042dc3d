import { createServer, type AddressInfo } from "node:net";

/** A port of 127.0.0.1 that nobody listens on, for programs that cannot choose one and tell. */
export function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once("error", reject).listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
