/**
 * An executor as the engine takes it: checked, durations in nanoseconds, defaults filled in. Constant and ramping
 * executors are one shape: a start, and stages that lead from there. The level between two stages is a straight line.
 */
import * as v from "valibot";
import { DURATION_EXPECTED, optionsSchema, rateSchema } from "../base/schema.ts";
import { parseDuration } from "../base/units.ts";
import {
  DURATION_NS_MAX,
  ITERATIONS_MAX,
  QUEUE_DEFAULT,
  QUEUE_MAX,
  RATE_PER_SECOND_MAX,
  STAGES_MAX,
  VUS_MAX,
} from "./limits.ts";

export type ExecutorShape = IterationShape | VuShape | ArrivalShape | ControlledShape;

export interface IterationShape {
  readonly kind: "shared-iterations" | "per-vu-iterations";
  readonly vus: number;
  /** In all, or for each virtual user. */
  readonly iterations: number;
  readonly maxDurationNs: number;
}

export interface VuShape extends StagedShape {
  readonly kind: "constant-vus" | "ramping-vus";
  readonly gracefulRampDownNs: number;
}

/** Levels are iterations per second. */
export interface ArrivalShape extends StagedShape {
  readonly kind: "constant-arrival-rate" | "ramping-arrival-rate";
  readonly preAllocatedVus: number;
  readonly maxVus: number;
  readonly whenBusy: "queue" | "drop";
  readonly queueMax: number;
  readonly pacing: "precise" | "economy" | "auto";
}

export interface ControlledShape {
  readonly kind: "externally-controlled";
  readonly vus: number;
  readonly maxVus: number;
  readonly durationNs: number;
}

interface StagedShape {
  readonly start: number;
  readonly stages: readonly Stage[];
}

export interface Stage {
  readonly durationNs: number;
  readonly target: number;
}

/** A whole number in a closed range; `least` is 0 or more. */
export function wholeNumber(least: number, most: number): v.GenericSchema<unknown, number> {
  return v.custom<number>(
    (value) => Number.isInteger(value) && (value as number) >= least && (value as number) <= most,
    ({ input }) =>
      Number.isInteger(input) && (input as number) > most
        ? `must be at most ${most.toLocaleString("en-US")}`
        : `must be a whole number of at least ${least}`,
  );
}

const vus = wholeNumber(1, VUS_MAX);
const iterations = wholeNumber(1, ITERATIONS_MAX);

/** A duration within bounds, in nanoseconds. */
function spanSchema(leastNs: number): v.GenericSchema<unknown, number> {
  return v.pipe(
    v.unknown(),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const ns = parseDuration(dataset.value);
      if (ns === undefined) addIssue({ message: DURATION_EXPECTED });
      else if (ns < leastNs) addIssue({ message: "must be longer than 0" });
      else if (ns > DURATION_NS_MAX) addIssue({ message: "must be at most 40 days" });
      else return ns;
      return NEVER;
    }),
  );
}

/** 0 is a duration, too. */
export const span: v.GenericSchema<unknown, number> = spanSchema(0);
export const lastingSpan: v.GenericSchema<unknown, number> = spanSchema(1);

const anyRate = v.pipe(
  rateSchema,
  v.maxValue(RATE_PER_SECOND_MAX, `must be at most ${RATE_PER_SECOND_MAX}/s`),
);
const someRate = v.pipe(anyRate, v.minValue(Number.MIN_VALUE, "must be above 0"));

const stages = <S extends v.GenericSchema<unknown, number>>(target: S) =>
  v.pipe(
    v.array(
      v.pipe(
        optionsSchema({ duration: span, target }),
        v.transform((stage) => ({ durationNs: stage.duration, target: stage.target })),
      ),
      'must be a list of stages such as [{ duration: "10s", target: 50 }]',
    ),
    v.maxLength(STAGES_MAX, `must have at most ${STAGES_MAX} stages`),
    v.check(
      (list) => list.some((stage) => stage.durationNs > 0),
      "must have a stage that lasts longer than 0",
    ),
  );

const iterationSchema = (kind: IterationShape["kind"]): v.GenericSchema<unknown, ExecutorShape> =>
  v.pipe(
    optionsSchema({
      kind: v.literal(kind),
      vus,
      iterations,
      maxDuration: v.optional(lastingSpan, "10m"),
    }),
    v.transform(({ maxDuration, ...rest }): ExecutorShape => ({
      ...rest,
      maxDurationNs: maxDuration,
    })),
  );

const constantVus = v.pipe(
  optionsSchema({ kind: v.literal("constant-vus"), vus, duration: lastingSpan }),
  v.transform((options): ExecutorShape => ({
    kind: options.kind,
    start: options.vus,
    stages: [{ durationNs: options.duration, target: options.vus }],
    gracefulRampDownNs: 0,
  })),
);

const rampingVus = v.pipe(
  optionsSchema({
    kind: v.literal("ramping-vus"),
    startVus: v.optional(wholeNumber(0, VUS_MAX), 0),
    stages: stages(wholeNumber(0, VUS_MAX)),
    gracefulRampDown: v.optional(span, "30s"),
  }),
  v.transform((options): ExecutorShape => ({
    kind: options.kind,
    start: options.startVus,
    stages: options.stages,
    gracefulRampDownNs: options.gracefulRampDown,
  })),
);

const arrivalEntries = {
  preAllocatedVus: vus,
  maxVus: v.optional(vus),
  whenBusy: v.optional(v.picklist(["queue", "drop"]), "queue"),
  queueMax: v.optional(wholeNumber(1, QUEUE_MAX), QUEUE_DEFAULT),
  pacing: v.optional(v.picklist(["precise", "economy"])),
};

interface ArrivalInput {
  preAllocatedVus: number;
  maxVus?: number | undefined;
  whenBusy: "queue" | "drop";
  queueMax: number;
  pacing?: "precise" | "economy" | undefined;
}

function arrivalRest(options: ArrivalInput): Omit<ArrivalShape, "kind" | keyof StagedShape> {
  return {
    preAllocatedVus: options.preAllocatedVus,
    maxVus: options.maxVus ?? options.preAllocatedVus,
    whenBusy: options.whenBusy,
    queueMax: options.queueMax,
    pacing: options.pacing ?? "auto",
  };
}

const constantArrivalRate = v.pipe(
  optionsSchema({
    kind: v.literal("constant-arrival-rate"),
    rate: someRate,
    duration: lastingSpan,
    ...arrivalEntries,
  }),
  v.transform((options): ExecutorShape => ({
    kind: options.kind,
    start: options.rate,
    stages: [{ durationNs: options.duration, target: options.rate }],
    ...arrivalRest(options),
  })),
);

const rampingArrivalRate = v.pipe(
  optionsSchema({
    kind: v.literal("ramping-arrival-rate"),
    startRate: v.optional(anyRate, 0),
    stages: stages(anyRate),
    ...arrivalEntries,
  }),
  v.transform((options): ExecutorShape => ({
    kind: options.kind,
    start: options.startRate,
    stages: options.stages,
    ...arrivalRest(options),
  })),
);

const externallyControlled = v.pipe(
  optionsSchema({
    kind: v.literal("externally-controlled"),
    vus: wholeNumber(0, VUS_MAX),
    maxVus: vus,
    duration: lastingSpan,
  }),
  v.transform(({ duration, ...rest }): ExecutorShape => ({ ...rest, durationNs: duration })),
);

const BY_KIND: Record<ExecutorShape["kind"], v.GenericSchema<unknown, ExecutorShape>> = {
  "shared-iterations": iterationSchema("shared-iterations"),
  "per-vu-iterations": iterationSchema("per-vu-iterations"),
  "constant-vus": constantVus,
  "ramping-vus": rampingVus,
  "constant-arrival-rate": constantArrivalRate,
  "ramping-arrival-rate": rampingArrivalRate,
  "externally-controlled": externallyControlled,
};

const noExecutor = v.custom<never>(() => false, "must be made by a function such as rampingVus()");

/** One of the executors of `executors.ts`, as the author wrote it. */
export const executorSchema: v.GenericSchema<unknown, ExecutorShape> = v.pipe(
  v.lazy((input) => {
    const kind = (input as { kind?: unknown } | null | undefined)?.kind;
    const known = typeof kind === "string" && Object.hasOwn(BY_KIND, kind);
    return known ? BY_KIND[kind as ExecutorShape["kind"]] : noExecutor;
  }),
  v.rawCheck(({ dataset, addIssue }) => {
    const shape = dataset.value as ExecutorShape;
    if (!dataset.typed || !("maxVus" in shape)) return;
    const name = "vus" in shape ? "vus" : "preAllocatedVus";
    const least = "vus" in shape ? shape.vus : shape.preAllocatedVus;
    if (shape.maxVus >= least) return;
    const message = `must be at least ${name} (${least})`;
    addIssue({ message, input: shape.maxVus, path: [keyOf(shape, "maxVus")] });
  }),
);

function keyOf(input: object, key: string): v.UnknownPathItem {
  return { type: "unknown", origin: "value", input, key, value: undefined };
}
