/** The lean order at a fixed rate of arrivals. What varies comes by the environment: `BENCH_RATE` and so on. */
import { constantArrivalRate, loadTest } from "holdfast";
import type { LoadTest } from "holdfast";
import { buy, prepareOrder } from "./buy.ts";

const { BENCH_RATE = "", BENCH_SECONDS = "", BENCH_VUS = "", BENCH_PACING = "" } = process.env;

export const rate: LoadTest = loadTest({
  name: "rate",
  target: "http://127.0.0.1",
  scenarios: {
    arrivals: {
      executor: constantArrivalRate({
        rate: Number(BENCH_RATE),
        duration: `${Number(BENCH_SECONDS)}s`,
        preAllocatedVus: Number(BENCH_VUS),
        pacing: BENCH_PACING === "economy" ? "economy" : "precise",
      }),
      vuSetup: prepareOrder,
      run: buy,
    },
  },
});
