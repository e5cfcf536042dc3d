/**
 * A network that delays each chunk on its way to the server by a time of its own, evenly spread from 0 to so many
 * milliseconds; order is kept within a connection, and the way back is fast.
 *
 *   node jitter-proxy.ts TARGET_PORT JITTER_MS        prints {"port":PORT}
 */
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { seededRandom } from "../../holdfast/src/base/random.ts";

const [targetPort = "", jitterMs = ""] = process.argv.slice(2);
const random = seededRandom(20);

const server = createServer({ noDelay: true }, (near) => {
  const far = connect({ host: "127.0.0.1", port: Number(targetPort), noDelay: true });
  delay(near, far);
  far.pipe(near);
  for (const socket of [near, far]) {
    socket.on("error", () => undefined);
    socket.on("close", () => (socket === near ? far : near).destroy());
  }
});

function delay(from: Socket, to: Socket): void {
  let lastMs = 0;
  from.on("data", (chunk) => {
    const nowMs = performance.now();
    lastMs = Math.max(lastMs, nowMs + random.next() * Number(jitterMs));
    setTimeout(() => to.write(chunk), lastMs - nowMs);
  });
}

server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`${JSON.stringify({ port: (server.address() as AddressInfo).port })}\n`);
});
