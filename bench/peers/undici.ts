/**
 * undici's pool as a load client: a unique key in header and body, the status checked, the body read.
 *
 *   node undici.ts ORIGIN CONNECTIONS SECONDS
 */
import { Pool } from "undici";

const [origin = "", connectionsText = "", secondsText = ""] = process.argv.slice(2);
const connections = Number(connectionsText);
const endMs = performance.now() + Number(secondsText) * 1000;
const pool = new Pool(origin, {
  connections,
  pipelining: 1,
  connect: { rejectUnauthorized: false },
});
let count = 0;
let wrong = 0;

await Promise.all(Array.from({ length: connections }, act));
await pool.close();
process.stdout.write(`${JSON.stringify({ requests: count, wrong })}\n`);

async function act(): Promise<void> {
  while (performance.now() < endMs) {
    count += 1;
    const key = count.toString(16).padStart(16, "0");
    const { statusCode, body } = await pool.request({
      method: "POST",
      path: "/orders",
      headers: { "content-type": "application/json", "idempotency-key": key },
      body: `{"product":"phone","quantity":1,"key":"${key}"}`,
    });
    if (statusCode !== 200) wrong += 1;
    await body.text();
  }
}
