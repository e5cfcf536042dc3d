/** Which metrics a report shows: those of the whole run first, then by tag, each group by name. */
import type { MetricResult } from "../verdict/result.ts";
import { METRICS_MAX } from "./limits.ts";

export interface ShownMetrics {
  shown: [name: string, metric: MetricResult][];
  /** How many more are in result.json. */
  leftOut: number;
}

export function shownMetrics(
  metrics: Readonly<Record<string, MetricResult>>,
  max: number = METRICS_MAX,
): ShownMetrics {
  const sorted = Object.entries(metrics).sort(([a], [b]) => {
    const tags = Number(a.includes("{")) - Number(b.includes("{"));
    return tags === 0 ? (a < b ? -1 : 1) : tags;
  });
  return {
    shown: sorted.slice(0, max),
    leftOut: Math.max(0, sorted.length - max),
  };
}
