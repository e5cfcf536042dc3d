/**
 * The HTTP/1.1 client without executors and run around it: what a request costs from the author's await to the counted
 * answer. Sends the lean or the everyday request until the time is up, as many at a time as there are connections.
 *
 *     node --conditions=holdfast-source client-alone.ts lean|everyday ORIGIN CONNECTIONS SECONDS [HTTP2_CONNECTIONS]
 *
 * With the last one given it speaks HTTP/2: CONNECTIONS are then requests at a time, over so many connections.
 */
import { monotonicNs, systemClock } from "../../holdfast/src/base/clock.ts";
import { seededRandom } from "../../holdfast/src/base/random.ts";
import { NS_PER_S } from "../../holdfast/src/base/units.ts";
import { HistoryRecorder } from "../../holdfast/src/history/history-recorder.ts";
import { MetricRegistry } from "../../holdfast/src/metrics/registry.ts";
import type { Http } from "../../holdfast/src/protocol/http.ts";
import { openHttp } from "../../holdfast/src/protocol/http1/transport.ts";
import type { Actor } from "../../holdfast/src/record/recorder.ts";
import { order } from "./buy.ts";

type Check = (passed: boolean) => void;

const [kind = "", origin = "", connections = "", seconds = "", http2 = ""] = process.argv.slice(2);
const HTTP2 = { version: "2", pool: "shared", connectionsMax: Number(http2) } as const;
const clock = systemClock(monotonicNs());
const metrics = new MetricRegistry();
const operations: HistoryRecorder = new HistoryRecorder({
  thread: 0,
  threads: 1,
  onBlock: () => queueMicrotask(() => operations.blockSettled()),
});
const untilNs = Number(seconds) * NS_PER_S;
let count = 0;

process.on("SIGTERM", () => process.exit());
await run();

async function run(): Promise<void> {
  await using transport = openHttp({
    recorder: { clock, metrics, operations },
    baseUrl: origin,
    options: { ...(http2 === "" ? {} : HTTP2), tls: { rejectUnauthorized: false } },
    random: seededRandom(1),
  });
  const tags = { scenario: "crowd" };
  const series = metrics.series({ ...tags, check: "is 200" });
  const checks = metrics.metric("checks");
  const check: Check = (passed) => metrics.add(checks, series, passed ? 1 : 0);
  const act = kind === "lean" ? lean : everyday;
  const actors = Array.from({ length: Number(connections) }, (_, process): Actor => {
    return { process, intendedNs: Number.NaN, phase: "load", tags };
  });
  await Promise.all(actors.map((actor) => act(transport.client(actor), check)));
}

async function lean(http: Http, check: Check): Promise<void> {
  const prepared = http.prepare({
    method: "POST",
    url: "/orders",
    contentType: "application/json",
    vary: ["idempotency-key"],
  });
  while (clock.nowNs() < untilNs) {
    const key = (count++).toString(16).padStart(16, "0");
    const body = `{"product":"phone","quantity":1,"key":"${key}"}`;
    const response = await prepared.send(body, [key], order.on("phone", { id: key }));
    check(response.status === 200);
  }
}

async function everyday(http: Http, check: Check): Promise<void> {
  while (clock.nowNs() < untilNs) {
    const key = crypto.randomUUID();
    const response = await http.post("/orders", {
      json: { product: "phone", quantity: 1, key },
      headers: { "idempotency-key": key },
      operation: order.on("phone", { id: key }),
    });
    check(response.status === 200);
    check(response.json<{ state: string }>().state === "taken");
  }
}
