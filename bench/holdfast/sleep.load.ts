/** Virtual users that only sleep: what one costs in memory. */
import { constantVus, loadTest } from "holdfast";
import type { LoadTest } from "holdfast";

export const rest: LoadTest = loadTest({
  name: "sleep",
  target: "http://127.0.0.1",
  scenarios: {
    sleepers: {
      executor: constantVus({ vus: 1, duration: "10s" }),
      run: ({ sleep }) => sleep("1s"),
    },
  },
});
