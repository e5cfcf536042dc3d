/** A thousand bidders on one item, for two minutes: far beyond what is promised of times, and every rule must hold. */
import type { LoadTest } from "holdfast";
import { writeContention } from "./contention.ts";

export const thousandBidders: LoadTest = writeContention({
  name: "write contention, 1,000 bidders",
  bidders: 1_000,
  hold: "110s",
  bidTimes: ["p(99)<1000"],
});
