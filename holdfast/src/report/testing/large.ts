/** A run far larger than any report may become. */
import type { RunResult } from "../../verdict/result.ts";
import { oversoldRun } from "./results.ts";
import { timeline } from "./timeline.ts";

const MANY = 5_000;

/** Thousands of everything, and most texts of a hundred thousand characters. */
export function largeRun(): RunResult {
  const result = oversoldRun();
  const long = "<x>".repeat(33_000);
  const many = <T>(item: T | undefined): T[] =>
    item === undefined ? [] : Array.from({ length: MANY }, () => item);
  const [violated] = result.invariants;
  const [trend] = Object.values(result.metrics).filter((metric) => metric.type === "trend");
  result.headline = long;
  result.run.name = long;
  result.run.command = long;
  result.invariants = many(
    violated && {
      ...violated,
      sentence: long,
      witnesses: violated.witnesses.map((witness) => ({
        ...witness,
        id: long,
        key: long,
        value: { long },
        result: [long],
        rule: long,
        raw: { request: long, answer: long },
      })),
    },
  );
  result.thresholds = many(result.thresholds[0]).map((one) => ({ ...one, metric: long }));
  result.stages = many(result.stages[0]).map((one) => ({ ...one, name: long }));
  result.checks = many(result.checks[0]).map((one) => ({ ...one, name: long }));
  result.notes = many(long);
  result.distribution = Array.from({ length: 50_000 }, (_, index) => ({
    durationMs: 1 + index / 100,
    share: index / 50_000,
  }));
  result.timeline = timeline({ seconds: 20_000, vus: (s) => s, sold: 9, pace: 1, capacity: 9_000 });
  if (trend === undefined) throw new Error("the run this is made from has a trend");
  for (let index = 0; index < MANY; index++) {
    result.metrics[`http_req_duration{name:${index}${"<x>".repeat(300)}}`] = trend;
    result.environment[`fact ${index}`] = long;
  }
  return result;
}
