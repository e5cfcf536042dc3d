/**
 * A wallet with a planted double spend: it looks whether a voucher is spent, thinks for a millisecond, and only then
 * notes that it is. Speaks HTTP/1.1 on one port and HTTP/2 in the clear on another, and says when each request came.
 *
 *   node wallet.ts        prints {"http1":PORT,"http2":PORT}
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import {
  createServer as createHttp2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
} from "node:http2";
import type { AddressInfo, Server } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";

const GAP_MS = 1;
const spent = new Set<string>();

async function spend(
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
): Promise<void> {
  const voucher = await text(request);
  const cameMs = performance.now();
  const free = !spent.has(voucher);
  if (free) await sleep(GAP_MS);
  spent.add(voucher);
  response.setHeader("x-came-ms", String(cameMs));
  response.statusCode = free ? 200 : 409;
  response.end();
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

const http1 = await listen(
  createServer({ keepAliveTimeout: 60_000 }, (...pair) => void spend(...pair)),
);
const http2 = await listen(createHttp2Server((...pair) => void spend(...pair)));
process.stdout.write(`${JSON.stringify({ http1, http2 })}\n`);
