/** A metric's total, whatever its type: made, merged and taken apart in one place. */
import type { MetricDefinition } from "../record/metric.ts";
import { Counter, GaugeTotal, Rate, Trend } from "./cells.ts";

export type AnyTotal = Counter | Rate | Trend | GaugeTotal;

/** Gauges of which every thread knows only its own part. All others are one thing that somebody set last. */
const SUMMED_GAUGES: ReadonlySet<string> = new Set(["vus", "vus_max"]);

export function totalOf({ name, type }: MetricDefinition): AnyTotal {
  switch (type) {
    case "counter":
      return new Counter();
    case "rate":
      return new Rate();
    case "trend":
      return new Trend();
    case "gauge":
      return new GaugeTotal(SUMMED_GAUGES.has(name));
  }
}

/** Merges two totals of one metric. */
export function mergeTotals(into: AnyTotal, from: AnyTotal): void {
  if (into instanceof Counter && from instanceof Counter) into.merge(from);
  else if (into instanceof Rate && from instanceof Rate) into.merge(from);
  else if (into instanceof Trend && from instanceof Trend) into.merge(from);
  else if (into instanceof GaugeTotal && from instanceof GaugeTotal) into.merge(from);
}
