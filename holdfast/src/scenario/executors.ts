/** The executors' options: who acts, and when. k6's names and meanings; `engine/` carries them out. */
import type { Duration, Rate } from "../base/units.ts";
import { freezeDeep } from "./freeze.ts";

export type Executor =
  | SharedIterations
  | PerVuIterations
  | ConstantVus
  | RampingVus
  | ConstantArrivalRate
  | RampingArrivalRate
  | ExternallyControlled;

/** A number of iterations, shared by all virtual users: the fast ones do more. */
export interface SharedIterations {
  readonly kind: "shared-iterations";
  readonly vus: number;
  readonly iterations: number;
  /** Default 10m. */
  readonly maxDuration?: Duration;
}

export interface PerVuIterations {
  readonly kind: "per-vu-iterations";
  readonly vus: number;
  readonly iterations: number;
  /** Default 10m. */
  readonly maxDuration?: Duration;
}

export interface ConstantVus {
  readonly kind: "constant-vus";
  readonly vus: number;
  readonly duration: Duration;
}

export interface RampingVus {
  readonly kind: "ramping-vus";
  /** Default 0. */
  readonly startVus?: number;
  /** Linear from the stage before to `target`, over `duration`. */
  readonly stages: readonly VuStage[];
  /** How long a virtual user that the ramp takes away may finish its iteration. Default 30s. */
  readonly gracefulRampDown?: Duration;
}

export interface VuStage {
  readonly duration: Duration;
  readonly target: number;
}

/** An open model: iterations start on schedule, whether or not earlier ones have ended. */
export interface ConstantArrivalRate extends ArrivalOptions {
  readonly kind: "constant-arrival-rate";
  readonly rate: Rate;
  readonly duration: Duration;
}

export interface RampingArrivalRate extends ArrivalOptions {
  readonly kind: "ramping-arrival-rate";
  /** Default 0. */
  readonly startRate?: Rate;
  readonly stages: readonly RateStage[];
}

export interface RateStage {
  readonly duration: Duration;
  readonly target: Rate;
}

export interface ArrivalOptions {
  /** There from the beginning. Arrivals wait while a `vuSetup` is under way. */
  readonly preAllocatedVus: number;
  /** Default: preAllocatedVus. */
  readonly maxVus?: number;
  /**
   * What becomes of an arrival that finds every virtual user busy. `queue` (default): it waits, keeps its intended
   * start, and its latency counts from there. `drop`: counted in `dropped_iterations`, as k6 does.
   */
  readonly whenBusy?: "queue" | "drop";
  /** Arrivals that may wait; beyond, they are dropped and counted. Default 100,000. */
  readonly queueMax?: number;
  /** `precise` spins between arrivals, `economy` wakes once a millisecond. Default: precise when a core is to spare. */
  readonly pacing?: "precise" | "economy";
}

/** As many virtual users as `holdfast control RUN --vus N` says, while the run lasts. */
export interface ExternallyControlled {
  readonly kind: "externally-controlled";
  readonly vus: number;
  readonly maxVus: number;
  readonly duration: Duration;
}

type Options<E extends Executor> = Omit<E, "kind">;

export function sharedIterations(options: Options<SharedIterations>): SharedIterations {
  return freezeDeep({ kind: "shared-iterations", ...options });
}

export function perVuIterations(options: Options<PerVuIterations>): PerVuIterations {
  return freezeDeep({ kind: "per-vu-iterations", ...options });
}

export function constantVus(options: Options<ConstantVus>): ConstantVus {
  return freezeDeep({ kind: "constant-vus", ...options });
}

export function rampingVus(options: Options<RampingVus>): RampingVus {
  return freezeDeep({ kind: "ramping-vus", ...options });
}

export function constantArrivalRate(options: Options<ConstantArrivalRate>): ConstantArrivalRate {
  return freezeDeep({ kind: "constant-arrival-rate", ...options });
}

export function rampingArrivalRate(options: Options<RampingArrivalRate>): RampingArrivalRate {
  return freezeDeep({ kind: "ramping-arrival-rate", ...options });
}

export function externallyControlled(options: Options<ExternallyControlled>): ExternallyControlled {
  return freezeDeep({ kind: "externally-controlled", ...options });
}
