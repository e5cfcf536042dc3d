/**
 * Node's own HTTP/2 client: a unique key in header and body, the status checked, the body read.
 *
 *   node node-http2.ts ORIGIN CONNECTIONS STREAMS SECONDS
 */
import { once } from "node:events";
import { type ClientHttp2Session, connect } from "node:http2";

const [origin = "", connections = "", streams = "", seconds = ""] = process.argv.slice(2);
const endMs = performance.now() + Number(seconds) * 1000;
let count = 0;
let wrong = 0;

const sessions = Array.from({ length: Number(connections) }, () =>
  connect(origin, { rejectUnauthorized: false }),
);
await Promise.all(
  sessions.flatMap((session) => Array.from({ length: Number(streams) }, () => act(session))),
);
for (const session of sessions) session.close();
process.stdout.write(`${JSON.stringify({ requests: count, wrong })}\n`);

async function act(session: ClientHttp2Session): Promise<void> {
  while (performance.now() < endMs) {
    count += 1;
    const key = count.toString(16).padStart(16, "0");
    const stream = session.request({
      ":method": "POST",
      ":path": "/orders",
      "content-type": "application/json",
      "idempotency-key": key,
    });
    let status = 0;
    let body = "";
    stream.setEncoding("utf8");
    stream.on("response", (headers) => (status = headers[":status"] ?? 0));
    stream.on("data", (part: string) => (body += part));
    stream.end(`{"product":"phone","quantity":1,"key":"${key}"}`);
    await once(stream, "close");
    if (status !== 200 || body === "") wrong += 1;
  }
}
