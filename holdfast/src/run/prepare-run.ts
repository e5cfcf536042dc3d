/** What can be known, and be wrong, before anything starts: options, plan, thresholds. */
import { ProblemsError } from "../base/errors.ts";
import { parseBreakdowns } from "../metrics/breakdown.ts";
import type { ParsedBreakdown } from "../metrics/breakdown.ts";
import { allMetrics } from "../metrics/registry.ts";
import { parseThresholds, withNoneDropped } from "../metrics/threshold.ts";
import type { GivenThresholds, ParsedThreshold } from "../metrics/threshold.ts";
import type { LoadTest, ProfileName } from "../scenario/load-test.ts";
import type { Overrides } from "../scenario/overrides.ts";
import { planTest } from "../scenario/plan.ts";
import type { PlanOptions, TestPlan } from "../scenario/plan.ts";
import type { Parts } from "../scenario/system.ts";
import type { LoadedTest } from "./import-script.ts";
import type { Volume } from "./terminal.ts";

export interface RunOptions {
  profile: ProfileName | undefined;
  overrides: Overrides;
  /** Instead of the test's own system or target. */
  target: string | undefined;
  parts: Parts | undefined;
  bug: string | undefined;
  threads: number;
  env: Readonly<Record<string, string>>;
  /** Drawn when undefined. */
  seed: string | undefined;
  /** Absolute path of the folder of all runs. */
  out: string;
  volume: Volume;
  keepHistory: boolean;
  /** Keeps the first requests and answers of each operation as they were; the test may say no, too. */
  keepRaw: boolean;
  /** Ends the load at the first certain violation; the test may ask for it, too. */
  stopOnViolation: boolean;
}

export interface PreparedRun {
  planOptions: PlanOptions;
  plan: TestPlan;
  thresholds: readonly ParsedThreshold[];
  breakdowns: readonly ParsedBreakdown[];
}

/** A test that has nothing wrong, and the options of its own. */
export interface PreparedTest {
  readonly loaded: LoadedTest;
  readonly options: RunOptions;
  readonly prepared: PreparedRun;
}

/** One run of it: all that is fixed before anything is opened. */
export interface PlannedRun extends PreparedTest {
  readonly startedAt: Date;
  readonly seed: string;
}

/** Throws a ProblemsError that lists everything that is wrong with the test or the options. */
export function prepareRun(test: LoadTest, options: RunOptions): PreparedRun {
  const { profile, overrides, target } = options;
  const planOptions: PlanOptions = { profile, overrides, target };
  const [plan, planProblems] = collect(() => planTest(test, planOptions));
  const [parsed, metricProblems] = collect(() => numbersOf(test, plan));
  const problems = [...planProblems, ...metricProblems];
  if (plan === undefined || parsed === undefined || problems.length > 0) {
    throw new ProblemsError("the load test", problems);
  }
  return { planOptions, plan, ...parsed };
}

export function keepsRaw({ loaded, options }: Pick<PreparedTest, "loaded" | "options">): boolean {
  return options.keepRaw && options.keepHistory && loaded.test.raw !== false;
}

/**
 * What the test asks of its metrics. Without a plan, what is wrong with the test's shape has been said: whatever cannot
 * be read is not complained of again.
 */
function numbersOf(
  test: LoadTest,
  plan: TestPlan | undefined,
): Pick<PreparedRun, "thresholds" | "breakdowns"> {
  try {
    const custom = Object.entries(test.metrics ?? {}).map(([name, rest]) => ({ ...rest, name }));
    const metrics = allMetrics(custom);
    const { thresholds, problems } = parseThresholds(askedOf(test, plan), metrics);
    const parsed = parseBreakdowns(test.breakdowns ?? [], metrics);
    const all = [...problems, ...parsed.problems];
    if (all.length > 0) throw new ProblemsError("the load test", all);
    return { thresholds, breakdowns: parsed.breakdowns };
  } catch (error) {
    if (plan !== undefined || error instanceof ProblemsError) throw error;
    return { thresholds: [], breakdowns: [] };
  }
}

/** Only arrivals can be dropped: of a test without them nothing is asked that it does not ask itself. */
function askedOf({ thresholds = {} }: LoadTest, plan: TestPlan | undefined): GivenThresholds {
  const hasArrivals = plan?.scenarios.some(({ levelUnit }) => levelUnit === "iterations/s");
  return hasArrivals === true ? withNoneDropped(thresholds) : thresholds;
}

/** What it makes, or the problems it throws. */
function collect<T>(make: () => T): [T | undefined, readonly string[]] {
  try {
    return [make(), []];
  } catch (error) {
    if (error instanceof ProblemsError) return [undefined, error.problems];
    throw error;
  }
}
