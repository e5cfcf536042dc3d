/** The test's own metrics: `metrics: { orders_accepted: counter() }`, then `metrics.orders_accepted.add(1)`. */
import type { MetricDefinition } from "../record/metric.ts";

/** A metric that gets its name where the test declares it. */
export type CustomMetric = Omit<MetricDefinition, "name">;

/** What the values are measured in, where that is known. */
export interface MetricOptions {
  unit?: "ms" | "bytes";
}

/** A sum: orders accepted, bytes written. */
export function counter(options: MetricOptions = {}): CustomMetric {
  return Object.freeze({ type: "counter", unit: options.unit });
}

/** The latest value, with the least and the greatest: the length of a queue. */
export function gauge(options: MetricOptions = {}): CustomMetric {
  return Object.freeze({ type: "gauge", unit: options.unit });
}

/** The share of values that are not 0: `found.add(1)` or `found.add(0)`. */
export function rate(): CustomMetric {
  return Object.freeze({ type: "rate" });
}

/** A distribution: mean and percentiles. Times in ms; `trend({ unit: "bytes" })` for sizes. */
export function trend(options: MetricOptions = { unit: "ms" }): CustomMetric {
  return Object.freeze({ type: "trend", unit: options.unit });
}
