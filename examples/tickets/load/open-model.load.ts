/**
 * Fans who come at a rate, whether or not the shop keeps up: latency counts from the moment each was due. The rows of
 * `fans.csv` are claimed once over the whole run, so no fan comes twice.
 */
import { constantArrivalRate, csv, loadTest, uniqueResults } from "holdfast";
import type { LoadTest } from "holdfast";
import { buy, shop } from "../shop.ts";

export const arrivals: LoadTest = loadTest({
  name: "arrivals",
  system: shop,
  data: {
    fan: csv<{ name: string; concert: string }>("fans.csv", { claim: "unique per iteration" }),
  },
  scenarios: {
    arrivals: {
      executor: constantArrivalRate({ rate: "20/s", duration: "2s", preAllocatedVus: 20 }),
      async run({ http, rows }) {
        const { name, concert } = rows.fan;
        await http.post(`/concerts/${concert}/tickets`, {
          name: "buy",
          headers: { "idempotency-key": name },
          operation: buy.on(concert, { id: name }),
        });
      },
    },
  },
  thresholds: {
    "http_req_duration{name:buy}": ["p(95)<250"],
    http_req_failed: [{ threshold: "rate<0.01", window: "1s", abortOnFail: true }],
  },
  // No "no oversell" here: at this rate no two buyers ever meet, and what was not tested must not be called held.
  invariants: [uniqueResults(buy)],
});
