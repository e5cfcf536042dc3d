/**
 * One test, seven shapes. A profile stretches a scenario's own peak (its highest number of virtual users, or its
 * highest rate) over a shape of its own; a test may say better for each scenario and profile. A scenario that is
 * counted in iterations or controlled from outside has no shape over time and keeps its executor, but for `smoke`.
 */
import { durationNs } from "../base/units.ts";
import type { Duration } from "../base/units.ts";
import type { ArrivalShape, ExecutorShape, Stage, VuShape } from "./executor-shape.ts";
import type { ProfileName } from "./load-test.ts";

/** Duration, and the level at its end as a multiple of the scenario's own peak. */
type Step = readonly [duration: Duration, factor: number];

const SMOKE_LEVEL_MAX = 5;
const SMOKE_ITERATIONS_MAX = 10;

const STEPS: Record<Exclude<ProfileName, "smoke">, readonly Step[]> = {
  /** The expected load: up, a minute at the peak, down. */
  load: [
    ["10s", 1],
    ["1m", 1],
    ["10s", 0],
  ],
  /** Beyond the expected load, in four steps up to twice the peak. */
  stress: [
    ...plateau(0.5, "10s", "30s"),
    ...plateau(1, "10s", "30s"),
    ...plateau(1.5, "10s", "30s"),
    ...plateau(2, "10s", "30s"),
    ["10s", 0],
  ],
  /** Ten times the peak within a second, and back: does it recover? */
  spike: [
    ...plateau(1, "5s", "5s"),
    ...plateau(10, "1s", "10s"),
    ...plateau(1, "1s", "10s"),
    ["5s", 0],
  ],
  /** Half an hour at the peak: leaks, and connections that are never given back. */
  soak: [
    ["30s", 1],
    ["30m", 1],
    ["30s", 0],
  ],
  /** Doubling from an eighth of the peak to four times: where does the throughput stop growing? */
  scalability: [
    ...plateau(0.125, "2s", "20s"),
    ...plateau(0.25, "2s", "20s"),
    ...plateau(0.5, "2s", "20s"),
    ...plateau(1, "2s", "20s"),
    ...plateau(2, "2s", "20s"),
    ...plateau(4, "2s", "20s"),
    ["5s", 0],
  ],
  /** Up to twenty times the peak, a peak a minute, until a threshold with `abortOnFail` ends it. */
  breakpoint: [["20m", 20]],
};

/** The executor of `own`'s scenario under a profile that the test says nothing of. */
export function profiled(own: ExecutorShape, profile: ProfileName): ExecutorShape {
  if (profile === "smoke") return smoke(own);
  if (!isStaged(own)) return own;
  const steps = STEPS[profile];
  const peak = peakOf(own);
  const stages = steps.map(([duration, factor]) => ({
    durationNs: durationNs(duration),
    target: levelOf(own, peak * factor),
  }));
  if (isVuShape(own)) {
    const gracefulRampDownNs = own.kind === "ramping-vus" ? own.gracefulRampDownNs : 30e9;
    return { kind: "ramping-vus", start: 0, stages, gracefulRampDownNs };
  }
  const most = Math.max(1, ...steps.map(([, factor]) => factor));
  return {
    ...own,
    kind: "ramping-arrival-rate",
    start: 0,
    stages,
    maxVus: Math.ceil(own.maxVus * most),
  };
}

/** Does it work at all: at most 5 virtual users, or 5 iterations per second, for 5 seconds. */
function smoke(own: ExecutorShape): ExecutorShape {
  if (own.kind === "externally-controlled") {
    return { ...own, vus: Math.min(own.vus, SMOKE_LEVEL_MAX), durationNs: durationNs("5s") };
  }
  if (!isStaged(own)) {
    const vus = Math.min(own.vus, SMOKE_LEVEL_MAX);
    return { ...own, vus, iterations: Math.min(own.iterations, SMOKE_ITERATIONS_MAX) };
  }
  const start = levelOf(own, Math.min(peakOf(own), SMOKE_LEVEL_MAX));
  const stages: readonly Stage[] = [{ durationNs: durationNs("5s"), target: start }];
  return isVuShape(own)
    ? { kind: "constant-vus", start, stages, gracefulRampDownNs: 0 }
    : { ...own, kind: "constant-arrival-rate", start, stages };
}

/** The highest level a staged executor reaches. */
export function peakOf(shape: VuShape | ArrivalShape): number {
  return Math.max(shape.start, ...shape.stages.map((stage) => stage.target));
}

export function isStaged(shape: ExecutorShape): shape is VuShape | ArrivalShape {
  return "stages" in shape;
}

export function isVuShape(shape: ExecutorShape): shape is VuShape {
  return shape.kind === "constant-vus" || shape.kind === "ramping-vus";
}

/** Virtual users are whole, and a level that is meant to be above 0 stays so. */
export function levelOf(shape: ExecutorShape, level: number): number {
  if (!isVuShape(shape) || level === 0) return level;
  return Math.max(1, Math.round(level));
}

function plateau(factor: number, ramp: Duration, hold: Duration): readonly Step[] {
  return [
    [ramp, factor],
    [hold, factor],
  ];
}
