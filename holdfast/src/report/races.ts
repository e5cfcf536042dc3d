/** How close the races of a run were: without this nobody could tell a system that withstands races from none at all. */
import type { RunResult } from "../verdict/result.ts";
import { counted, formatMs, formatNumber, metricOf } from "./wording.ts";

/** `300 races · 20 at once · let go within 82.1 µs, p99 1.52 ms`; "" when there was none. */
export function racesText(result: RunResult): string {
  const spread = metricOf(result, "race_spread", "trend");
  const overlap = metricOf(result, "race_overlap", "trend");
  if (spread === undefined || overlap === undefined) return "";
  const served = metricOf(result, "race_server_spread", "trend");
  const least = overlap.min === overlap.p50 ? "" : `, at least ${formatNumber(overlap.min)}`;
  const parts = [
    counted(spread.count, "race"),
    `${formatNumber(overlap.p50)} at once${least}`,
    `let go within ${formatMs(spread.p50)}, p99 ${formatMs(spread.p99)}`,
  ];
  if (served !== undefined) parts.push(`received within ${formatMs(served.p50)}`);
  return parts.join(" · ");
}
