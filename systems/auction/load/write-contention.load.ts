/** A hundred bidders on one item, for a minute. */
import type { LoadTest } from "holdfast";
import { writeContention } from "./contention.ts";

export const hundredBidders: LoadTest = writeContention({
  name: "write contention",
  bidders: 100,
  hold: "50s",
  bidTimes: ["p(95)<100", "p(99)<100"],
});
