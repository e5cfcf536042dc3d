/** The lean script: a prepared request, everything recorded. */
import { constantVus, loadTest } from "holdfast";
import type { LoadTest } from "holdfast";
import { buy, prepareOrder } from "./buy.ts";

export const lean: LoadTest = loadTest({
  name: "lean",
  target: "http://127.0.0.1",
  http: { tls: { rejectUnauthorized: false } },
  scenarios: {
    crowd: {
      executor: constantVus({ vus: 100, duration: "10s" }),
      vuSetup: prepareOrder,
      run: buy,
    },
  },
});
