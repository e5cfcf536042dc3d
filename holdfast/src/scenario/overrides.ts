/**
 * What the command line may change of an executor, after its profile:
 *
 * | executor              | --vus                  | --duration         | --iterations | --rate            |
 * |-----------------------|------------------------|--------------------|--------------|-------------------|
 * | shared-iterations     | vus                    | maxDuration        | iterations   | -                 |
 * | per-vu-iterations     | vus                    | maxDuration        | iterations   | -                 |
 * | constant-vus          | vus                    | duration           | -            | -                 |
 * | ramping-vus           | the peak, all in scale | the sum, in scale  | -            | -                 |
 * | constant-arrival-rate | maxVus                 | duration           | -            | rate              |
 * | ramping-arrival-rate  | maxVus                 | the sum, in scale  | -            | the peak, in scale|
 * | externally-controlled | vus                    | duration           | -            | -                 |
 *
 * An override that some selected scenario cannot take is a problem: `--scenario` narrows the selection.
 */
import * as v from "valibot";
import { optionsSchema, problemsOf, rateSchema } from "../base/schema.ts";
import type { Duration, Rate } from "../base/units.ts";
import { lastingSpan, wholeNumber } from "./executor-shape.ts";
import type { ArrivalShape, ExecutorShape, VuShape } from "./executor-shape.ts";
import { ITERATIONS_MAX, RATE_PER_SECOND_MAX, VUS_MAX } from "./limits.ts";
import { isStaged, isVuShape, levelOf, peakOf } from "./profiles.ts";

/** As the command line hands them over. */
export interface Overrides {
  readonly vus?: number | undefined;
  readonly duration?: Duration | undefined;
  readonly iterations?: number | undefined;
  readonly rate?: Rate | undefined;
  /** Only these. */
  readonly scenarios?: readonly string[] | undefined;
}

/** Checked: the duration in nanoseconds, the rate per second. */
export interface CheckedOverrides {
  readonly vus?: number | undefined;
  readonly duration?: number | undefined;
  readonly iterations?: number | undefined;
  readonly rate?: number | undefined;
}

const overridesSchema = optionsSchema({
  "--vus": v.optional(wholeNumber(1, VUS_MAX)),
  "--duration": v.optional(lastingSpan),
  "--iterations": v.optional(wholeNumber(1, ITERATIONS_MAX)),
  "--rate": v.optional(
    v.pipe(
      rateSchema,
      v.minValue(Number.MIN_VALUE, "must be above 0"),
      v.maxValue(RATE_PER_SECOND_MAX, `must be at most ${RATE_PER_SECOND_MAX}/s`),
    ),
  ),
});

/** The checked overrides; adds to `problems` what is wrong with them. */
export function checkOverrides(overrides: Overrides, problems: string[]): CheckedOverrides {
  const result = v.safeParse(overridesSchema, {
    "--vus": overrides.vus,
    "--duration": overrides.duration,
    "--iterations": overrides.iterations,
    "--rate": overrides.rate,
  });
  if (!result.success) {
    problems.push(...problemsOf(result.issues));
    return {};
  }
  const checked = result.output;
  return {
    vus: checked["--vus"],
    duration: checked["--duration"],
    iterations: checked["--iterations"],
    rate: checked["--rate"],
  };
}

/** The executor with what the command line says; adds to `problems` what it cannot take. */
export function overridden(
  shape: ExecutorShape,
  overrides: CheckedOverrides,
  scenario: string,
  problems: string[],
): ExecutorShape {
  const takes: readonly string[] = takenBy(shape);
  for (const name of ["vus", "duration", "iterations", "rate"] as const) {
    if (overrides[name] === undefined || takes.includes(name)) continue;
    const options = takes.map((option) => `--${option}`).join(" and ");
    problems.push(
      `--${name} does not apply to scenarios.${scenario}: ${shape.kind} takes ${options}`,
    );
  }
  if (isVuShape(shape)) return overriddenVus(shape, overrides);
  if (isStaged(shape)) return overriddenArrivals(shape, overrides);
  const vus = overrides.vus ?? shape.vus;
  if (shape.kind === "externally-controlled") {
    const maxVus = Math.max(vus, shape.maxVus);
    return { ...shape, vus, maxVus, durationNs: overrides.duration ?? shape.durationNs };
  }
  const iterations = overrides.iterations ?? shape.iterations;
  return { ...shape, vus, iterations, maxDurationNs: overrides.duration ?? shape.maxDurationNs };
}

function takenBy(shape: ExecutorShape): readonly (keyof CheckedOverrides)[] {
  if (isVuShape(shape) || shape.kind === "externally-controlled") return ["vus", "duration"];
  if (isStaged(shape)) return ["vus", "duration", "rate"];
  return ["vus", "duration", "iterations"];
}

function overriddenVus(shape: VuShape, overrides: CheckedOverrides): VuShape {
  const peak = peakOf(shape);
  const scale = overrides.vus === undefined || peak === 0 ? 1 : overrides.vus / peak;
  return stretched(scaled(shape, scale), overrides.duration);
}

function overriddenArrivals(shape: ArrivalShape, overrides: CheckedOverrides): ArrivalShape {
  const peak = peakOf(shape);
  const scale = overrides.rate === undefined || peak === 0 ? 1 : overrides.rate / peak;
  const maxVus = overrides.vus ?? shape.maxVus;
  const preAllocatedVus = Math.min(shape.preAllocatedVus, maxVus);
  return { ...stretched(scaled(shape, scale), overrides.duration), maxVus, preAllocatedVus };
}

function scaled<S extends VuShape | ArrivalShape>(shape: S, scale: number): S {
  if (scale === 1) return shape;
  const stages = shape.stages.map((stage) => ({
    ...stage,
    target: levelOf(shape, stage.target * scale),
  }));
  return { ...shape, start: levelOf(shape, shape.start * scale), stages };
}

function stretched<S extends VuShape | ArrivalShape>(shape: S, durationNs?: number): S {
  if (durationNs === undefined) return shape;
  const sumNs = shape.stages.reduce((sum, stage) => sum + stage.durationNs, 0);
  const stages = shape.stages.map((stage) => ({
    ...stage,
    durationNs: (stage.durationNs * durationNs) / sumNs,
  }));
  return { ...shape, stages };
}
