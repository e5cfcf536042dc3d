/** The lean script over HTTP/2: all virtual users share as many connections as `BENCH_CONNECTIONS` says. */
import { constantVus, loadTest } from "holdfast";
import type { LoadTest } from "holdfast";
import { buy, prepareOrder } from "./buy.ts";

export const leanHttp2: LoadTest = loadTest({
  name: "lean over HTTP/2",
  target: "http://127.0.0.1",
  http: {
    version: "2",
    pool: "shared",
    connectionsMax: Number(process.env["BENCH_CONNECTIONS"] ?? 1),
    tls: { rejectUnauthorized: false },
  },
  scenarios: {
    crowd: {
      executor: constantVus({ vus: 100, duration: "10s" }),
      vuSetup: prepareOrder,
      run: buy,
    },
  },
});
