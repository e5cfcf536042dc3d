/** Which metrics a report shows: those of the whole run first, then by tag, each group by name; METRICS_MAX at most. */
import type { MetricResult } from "../verdict/result.ts";
import { METRICS_MAX } from "./limits.ts";

export interface ShownMetrics {
  shown: [name: string, metric: MetricResult][];
  /** How many more are in result.json. */
  leftOut: number;
}

export function shownMetrics(metrics: Readonly<Record<string, MetricResult>>): ShownMetrics {
  const sorted = Object.entries(metrics).sort(([a], [b]) => {
    const tags = Number(a.includes("{")) - Number(b.includes("{"));
    return tags === 0 ? (a < b ? -1 : 1) : tags;
  });
  return {
    shown: sorted.slice(0, METRICS_MAX),
    leftOut: Math.max(0, sorted.length - METRICS_MAX),
  };
}
