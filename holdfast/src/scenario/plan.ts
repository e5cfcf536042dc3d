/**
 * The plan of a run: everything checked, every default filled in, every duration in nanoseconds, so that it can be
 * drawn before anything starts. Plain frozen data; each thread makes the same plan from the same test.
 */
import { problemsOf } from "../base/schema.ts";
import { got, ProblemsError } from "../base/errors.ts";
import { formatCount } from "../base/units.ts";
import type { HttpClientOptions } from "../protocol/http.ts";
import type { MetricDefinition, Tags } from "../record/metric.ts";
import type { ExecutorShape } from "./executor-shape.ts";
import { freezeDeep } from "./freeze.ts";
import { levelsOf } from "./levels.ts";
import type { Level } from "./levels.ts";
import type { LoadTest, ProfileName } from "./load-test.ts";
import { checkOverrides, overridden } from "./overrides.ts";
import type { Overrides } from "./overrides.ts";
import { isVuShape, isStaged, profiled } from "./profiles.ts";
import { checkTest, PROFILES } from "./test-schema.ts";
import type { CheckedScenario, CheckedTest } from "./test-schema.ts";

export interface PlanOptions {
  /** Default: the executors as the test states them. */
  readonly profile?: ProfileName | undefined;
  readonly overrides?: Overrides | undefined;
  /** Takes the place of the test's `system` or `target`. */
  readonly target?: string | undefined;
}

export interface TestPlan {
  readonly name: string;
  /** `own`: the executors as the test states them. */
  readonly profile: ProfileName | "own";
  /** The selected ones, in the test's order. */
  readonly scenarios: readonly ScenarioPlan[];
  /** All virtual users of the run, at most. Their ids are 1 to this. */
  readonly vusMax: number;
  /** When the last scenario's time is up, and when the last iteration's grace is. */
  readonly endNs: number;
  readonly lastNs: number;
  /** The parts of the run as a report shows them, by start. */
  readonly stages: readonly StagePlan[];
  /** The test's own metrics, in the order of their codes. */
  readonly metrics: readonly MetricDefinition[];
  /** Names of the data sources, in the order of their shared counters. */
  readonly sources: readonly string[];
  readonly tags: Tags;
  readonly http: HttpClientOptions;
}

export interface ScenarioPlan {
  readonly index: number;
  readonly name: string;
  readonly executor: ExecutorShape;
  /** Virtual users, or iterations per second, over the time since the scenario's start. */
  readonly levels: readonly Level[];
  readonly levelUnit: "VUs" | "iterations/s";
  /** In the run's time. From `endNs` no iteration starts; at `lastNs` running ones are cut off. */
  readonly startNs: number;
  readonly endNs: number;
  readonly lastNs: number;
  readonly thinkTime: { readonly minNs: number; readonly maxNs: number } | undefined;
  readonly vusMax: number;
  /** The scenario's virtual users have the ids from here on. */
  readonly firstVuId: number;
  /** The run's tags, the scenario's own, and `scenario`. */
  readonly tags: Tags;
  /** The test's options with the scenario's laid over them. */
  readonly http: HttpClientOptions;
}

interface StagePlan {
  /** `crowd: 0 → 50 VUs`. */
  readonly name: string;
  readonly scenario: string;
  /** The higher of the levels at both ends. */
  readonly level: number;
  readonly fromNs: number;
  readonly toNs: number;
}

/** Throws a ProblemsError that lists everything that is wrong with the test and the options. */
export function planTest(test: LoadTest, options: PlanOptions = {}): TestPlan {
  const problems = [...problemsOfWhole(test, options)];
  const overrides = checkOverrides(options.overrides ?? {}, problems);
  const result = checkTest(test);
  if ("issues" in result) {
    throw new ProblemsError("the load test", [...problemsOf(result.issues), ...problems]);
  }
  const { checked } = result;
  const selected = selectedNames(checked, options);
  const executors = selected.map((name) => {
    const own = chosenExecutor(checked, name, options.profile);
    return overridden(own, overrides, name, problems);
  });
  if (problems.length > 0) throw new ProblemsError("the load test", problems);
  return freezeDeep(planOf(test, checked, selected, executors, options.profile));
}

function planOf(
  test: LoadTest,
  checked: CheckedTest,
  selected: readonly string[],
  executors: readonly ExecutorShape[],
  profile: ProfileName | undefined,
): TestPlan {
  let firstVuId = 1;
  const scenarios = selected.map((name, index) => {
    const executor = executors[index] as ExecutorShape;
    const scenario = checked.scenarios[name] as CheckedScenario;
    const plan = scenarioPlan(test, scenario, { name, index, executor, firstVuId });
    firstVuId += plan.vusMax;
    return plan;
  });
  return {
    name: checked.name,
    profile: profile ?? "own",
    scenarios,
    vusMax: firstVuId - 1,
    endNs: Math.max(...scenarios.map((scenario) => scenario.endNs)),
    lastNs: Math.max(...scenarios.map((scenario) => scenario.lastNs)),
    stages: scenarios.flatMap(stagesOf).sort((a, b) => a.fromNs - b.fromNs),
    metrics: Object.entries(test.metrics ?? {}).map(([name, metric]) => ({ ...metric, name })),
    sources: Object.keys(test.data ?? {}),
    tags: test.tags ?? {},
    http: test.http ?? {},
  };
}

function scenarioPlan(
  test: LoadTest,
  scenario: CheckedScenario,
  place: { name: string; index: number; executor: ExecutorShape; firstVuId: number },
): ScenarioPlan {
  const { name, executor } = place;
  const levels = levelsOf(executor);
  const endNs = scenario.startTime + (levels.at(-1)?.toNs ?? 0);
  return {
    ...place,
    levels,
    levelUnit: isStaged(executor) && !isVuShape(executor) ? "iterations/s" : "VUs",
    startNs: scenario.startTime,
    endNs,
    lastNs: endNs + scenario.gracefulStop,
    thinkTime: scenario.thinkTime,
    vusMax: vusMaxOf(executor, levels),
    tags: { ...test.tags, ...scenario.tags, scenario: name },
    http: { ...test.http, ...test.scenarios[name]?.http },
  };
}

function vusMaxOf(executor: ExecutorShape, levels: readonly Level[]): number {
  if ("maxVus" in executor) return executor.maxVus;
  if ("vus" in executor) return executor.vus;
  return Math.max(...levels.map((level) => Math.max(level.from, level.to)));
}

function stagesOf(scenario: ScenarioPlan): StagePlan[] {
  const unit = scenario.levelUnit === "VUs" ? " VUs" : "/s";
  return scenario.levels.map((level) => {
    const [from, to] = [formatLevel(level.from), formatLevel(level.to)];
    const change = from === to ? to : `${from} → ${to}`;
    return {
      name: `${scenario.name}: ${change}${unit}`,
      scenario: scenario.name,
      level: Math.max(level.from, level.to),
      fromNs: scenario.startNs + level.fromNs,
      toNs: scenario.startNs + level.toNs,
    };
  });
}

function formatLevel(level: number): string {
  return Number.isInteger(level) || level >= 100 ? formatCount(level) : String(+level.toFixed(2));
}

function chosenExecutor(
  checked: CheckedTest,
  name: string,
  profile: ProfileName | undefined,
): ExecutorShape {
  const own = (checked.scenarios[name] as CheckedScenario).executor;
  if (profile === undefined) return own;
  return checked.profiles?.[profile]?.[name] ?? profiled(own, profile);
}

function selectedNames(checked: CheckedTest, options: PlanOptions): readonly string[] {
  const names = Object.keys(checked.scenarios);
  const wanted = options.overrides?.scenarios ?? [];
  return wanted.length === 0 ? names : names.filter((name) => wanted.includes(name));
}

/** What one option says against another. The test's shape is not checked yet: nothing is taken for granted. */
function* problemsOfWhole(test: LoadTest, options: PlanOptions): Generator<string> {
  const { system, target, scenarios, profiles, invariants } = test as Partial<LoadTest>;
  if (system !== undefined && target !== undefined) {
    yield "system and target cannot both be given: say which of them is to be loaded";
  }
  if (system === undefined && target === undefined && options.target === undefined) {
    yield 'system or target is missing: give a system, a target such as "https://…", or --target';
  }
  const names = Object.keys(scenarios ?? {});
  for (const wanted of options.overrides?.scenarios ?? []) {
    if (!names.includes(wanted))
      yield `--scenario must be one of ${names.join(", ")}, got ${got(wanted)}`;
  }
  const { profile } = options;
  if (profile !== undefined && !PROFILES.includes(profile)) {
    yield `--profile must be one of ${PROFILES.join(", ")}, got ${got(profile)}`;
  }
  for (const [name, executors] of Object.entries(profiles ?? {})) {
    for (const scenario of Object.keys(executors ?? {})) {
      if (!names.includes(scenario))
        yield `profiles.${name}.${scenario} is not a scenario of this test`;
    }
  }
  yield* repeatedNames(Array.isArray(invariants) ? invariants : []);
  yield* uselessThinkTimes(scenarios ?? {});
}

function* repeatedNames(invariants: readonly { readonly name?: unknown }[]): Generator<string> {
  const seen = new Set<unknown>();
  for (const [index, invariant] of invariants.entries()) {
    const name = invariant?.name;
    if (seen.has(name)) yield `invariants[${index}].name must be unique, got ${got(name)} again`;
    seen.add(name);
  }
}

function* uselessThinkTimes(scenarios: LoadTest["scenarios"]): Generator<string> {
  for (const [name, scenario] of Object.entries(scenarios)) {
    const kind = scenario?.executor?.kind;
    if (scenario?.thinkTime === undefined || !kind?.endsWith("-arrival-rate")) continue;
    yield `scenarios.${name}.thinkTime does not go with ${kind}: the rate alone says when iterations start`;
  }
}
