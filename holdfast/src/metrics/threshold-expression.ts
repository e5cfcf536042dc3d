/**
 * One threshold as k6 writes it, `p(99.9) <= 50`: an aggregation of a metric, a comparison, a number. Times are in ms.
 *
 *     expression    aggregation operator number
 *     aggregation   counter: count | rate          gauge: value          rate: rate
 *                   trend: avg | min | max | med | p(0 to 100)
 *     operator      < | <= | > | >= | == | === | != | !==
 */
import { NS_PER_S } from "../base/units.ts";
import type { MetricType } from "../record/metric.ts";
import { Counter, GaugeTotal, Rate } from "./cells.ts";
import type { AnyTotal } from "./totals.ts";

/** How many samples become one number. */
export interface Aggregation {
  /** `p(99)` as it was written. */
  readonly aggregation: string;
  /** Of a percentile: from 0 to 1. */
  readonly share: number | undefined;
}

export interface ThresholdExpression extends Aggregation {
  readonly operator: Operator;
  readonly limit: number;
}

type Operator = "<" | "<=" | ">" | ">=" | "==" | "===" | "!=" | "!==";

export type ParsedExpression = { expression: ThresholdExpression } | { problem: string };

const COMPARE: Readonly<Record<Operator, (value: number, limit: number) => boolean>> = {
  "<": (value, limit) => value < limit,
  "<=": (value, limit) => value <= limit,
  ">": (value, limit) => value > limit,
  ">=": (value, limit) => value >= limit,
  "==": (value, limit) => value === limit,
  "===": (value, limit) => value === limit,
  "!=": (value, limit) => value !== limit,
  "!==": (value, limit) => value !== limit,
};

const AGGREGATIONS: Readonly<Record<MetricType, readonly string[]>> = {
  counter: ["count", "rate"],
  gauge: ["value"],
  rate: ["rate"],
  trend: ["avg", "min", "max", "med", "p(N)"],
};

const FORM = /^\s*([a-z]+(?:\s*\([^)]*\))?)\s*(<=|>=|===|==|!==|!=|<|>)\s*(\S+)\s*$/;
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
const PERCENTILE = /^p\s*\(\s*(\d+(?:\.\d+)?)\s*\)$/;

/** Reads an expression and checks that a metric of this type can be asked for it. */
export function parseExpression(text: string, type: MetricType): ParsedExpression {
  const match = FORM.exec(text);
  if (match === null) return { problem: 'must be an expression such as "p(99)<50"' };
  const [, written, operator, limit] = match as unknown as [string, string, Operator, string];
  const aggregation = parseAggregation(written, type);
  if ("problem" in aggregation) return aggregation;
  if (!NUMBER.test(limit)) {
    return { problem: `must compare with a plain number${unitHint(type)}, not "${limit}"` };
  }
  return { expression: { ...aggregation, operator, limit: Number(limit) } };
}

/** Reads the part before the comparison. */
export function parseAggregation(
  aggregation: string,
  type: MetricType,
): Aggregation | { problem: string } {
  const percentile = PERCENTILE.exec(aggregation);
  const share = percentile === null ? undefined : Number(percentile[1]) / 100;
  const name = aggregation.startsWith("p") ? "p(N)" : aggregation;
  if (!AGGREGATIONS[type].includes(name)) {
    const possible = AGGREGATIONS[type].map((one) => `"${one}"`).join(", ");
    return { problem: `asks a ${type} for "${aggregation}", which has ${possible} only` };
  }
  if (name === "p(N)" && (share === undefined || share > 1)) {
    return { problem: `must name a percentile from p(0) to p(100), not "${aggregation}"` };
  }
  return { aggregation, share };
}

/** The aggregated value; null where there was no sample. A counter without samples has counted 0. */
export function valueOf(
  { aggregation, share }: Aggregation,
  total: AnyTotal,
  elapsedNs: number,
): number | null {
  if (total instanceof Counter) {
    if (aggregation === "count") return total.sum;
    return elapsedNs > 0 ? (total.sum * NS_PER_S) / elapsedNs : 0;
  }
  if (total.isEmpty) return null;
  if (total instanceof GaugeTotal) return total.value;
  if (total instanceof Rate) return total.passed / total.total;
  const { histogram } = total;
  if (histogram.count === 0) return null;
  if (share !== undefined) return histogram.quantile(share);
  switch (aggregation) {
    case "avg":
      return histogram.mean;
    case "min":
      return histogram.min;
    case "max":
      return histogram.max;
    default:
      return histogram.quantile(0.5);
  }
}

export function holds({ operator, limit }: ThresholdExpression, value: number): boolean {
  return COMPARE[operator](value, limit);
}

function unitHint(type: MetricType): string {
  return type === "trend" ? " (times are in ms)" : "";
}
