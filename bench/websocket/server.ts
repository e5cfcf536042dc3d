/**
 * What the WebSocket clients of the bench are measured against: accepts sockets, and once told to sends the same 200
 * bytes to all of them, again and again. As little JavaScript as can be, so that its core is not the limit.
 *
 *     node websocket/server.ts          prints {"port": N, "control": N}
 *
 * GET /stats on the control port gives {"open", "sent", "waveMs"}; /start begins the waves, /stop ends them.
 */
import { createHash } from "node:crypto";
import { createServer as createHttp } from "node:http";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { SOCKET_MESSAGE_BYTES, SOCKET_WAVE_MS } from "../limits.ts";

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

const open = new Set<Socket>();
let sent = 0;
let sequence = 0;
let waveMs = 0;
let waves: NodeJS.Timeout | undefined;

const server = createServer({ noDelay: true }, (socket) => {
  socket.on("error", () => socket.destroy());
  socket.on("close", () => open.delete(socket));
  let head = "";
  socket.on("data", (bytes) => {
    if (open.has(socket)) return;
    head += bytes.toString("latin1");
    if (!head.includes("\r\n\r\n")) return;
    const key = /^sec-websocket-key: (.*)\r$/im.exec(head)?.[1] ?? "";
    const accept = createHash("sha1")
      .update(key + GUID)
      .digest("base64");
    socket.write(
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
        `Sec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    open.add(socket);
  });
});

const control = createHttp((request, response) => {
  if (request.url === "/start") waves ??= setInterval(wave, SOCKET_WAVE_MS);
  if (request.url === "/stop") {
    clearInterval(waves);
    waves = undefined;
  }
  response.end(JSON.stringify({ open: open.size, sent, waveMs }));
});

process.on("SIGTERM", () => process.exit());
server.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, () => {
  control.listen(0, "127.0.0.1", () => {
    const ports = { port: portOf(server.address()), control: portOf(control.address()) };
    process.stdout.write(`${JSON.stringify(ports)}\n`);
  });
});

function wave(): void {
  const startNs = process.hrtime.bigint();
  const frame = nextFrame();
  for (const socket of open) socket.write(frame);
  sent += open.size;
  waveMs = Number(process.hrtime.bigint() - startNs) / 1e6;
}

function nextFrame(): Buffer {
  sequence += 1;
  const head = `{"kind":"bid","seq":${sequence},"note":"`;
  const payload = `${head}${"x".repeat(SOCKET_MESSAGE_BYTES - head.length - 2)}"}`;
  return Buffer.concat([Buffer.from([0x81, 126, 0, payload.length]), Buffer.from(payload)]);
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === "object" && address !== null ? address.port : 0;
}
