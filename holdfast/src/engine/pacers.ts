/**
 * Pacers: pure functions from the time that has passed and the work that has started to the time to wait. No clock
 * inside, so a schedule can be tested by a table, and a late generator simply gets negative waits until it has caught
 * up.
 */
import { NS_PER_S } from "../base/units.ts";
import type { Level } from "../scenario/levels.ts";

/**
 * How long to wait before the next start; 0 or less when it is due or overdue by so much: `elapsedNs + wait` is the
 * moment it was meant for. `"done"` when all have started. Both arguments count from the scenario's start.
 */
export type Pacer = (elapsedNs: number, started: number) => number | "done";

/** A thread's share of a sequence: `first`, `first + step`, `first + 2 * step`, … */
export interface Share {
  readonly first: number;
  readonly step: number;
}

/** The whole of it. */
export const WHOLE: Share = { first: 0, step: 1 };

/**
 * Arrivals along levels in iterations per second. Arrival `k` (0, 1, 2, …) is due when the integral of the rate reaches
 * `k`; the first at once. All arrivals whose integral lies below the whole one take place, so rate × duration of them.
 */
export function arrivalPacer(levels: readonly Level[], share: Share = WHOLE): Pacer {
  const parts = partsOf(levels);
  const total = arrivalsOf(levels);
  return (elapsedNs, started) => {
    const arrival = share.first + started * share.step;
    return arrival >= total ? "done" : dueNs(parts, arrival) - elapsedNs;
  };
}

/** How many arrivals the levels hold in all. */
export function arrivalsOf(levels: readonly Level[]): number {
  let sum = 0;
  for (const level of levels) sum += arrivalsIn(level, level.toNs - level.fromNs);
  return Math.ceil(sum - slack(sum));
}

/** 0.1/s over 30 s are 3 arrivals, though as a sum of floating point numbers they are a hair more. */
function slack(arrivals: number): number {
  return 1e-9 * Math.max(1, arrivals);
}

interface Part extends Level {
  /** Arrivals before it. */
  readonly before: number;
  /** By how much the rate (per ns) changes each ns. */
  readonly slope: number;
  readonly fromPerNs: number;
}

function partsOf(levels: readonly Level[]): Part[] {
  let before = 0;
  return levels.map((level) => {
    const spanNs = level.toNs - level.fromNs;
    const fromPerNs = level.from / NS_PER_S;
    const slope = (level.to - level.from) / NS_PER_S / spanNs;
    const part = { ...level, before, slope, fromPerNs };
    before += arrivalsIn(level, spanNs);
    return part;
  });
}

/** The trapezium under the line. */
function arrivalsIn(level: Level, spanNs: number): number {
  return ((level.from + level.to) / 2 / NS_PER_S) * spanNs;
}

function dueNs(parts: readonly Part[], arrival: number): number {
  const part = partAt(parts, arrival);
  const missing = Math.max(0, arrival - part.before);
  return Math.min(part.toNs, part.fromNs + timeFor(part, missing));
}

/**
 * Solves `rate · t + slope · t² / 2 = missing` for t. The usual root subtracts two near numbers when the slope is
 * small; this form of it does not, and holds for a slope of 0 as well.
 */
function timeFor(part: Part, missing: number): number {
  if (missing === 0) return 0;
  const { fromPerNs, slope } = part;
  const root = Math.sqrt(Math.max(0, fromPerNs * fromPerNs + 2 * slope * missing));
  return (2 * missing) / (fromPerNs + root);
}

/** The last part that starts at or before the arrival, and has a rate at all. */
function partAt(parts: readonly Part[], arrival: number): Part {
  let low = 0;
  let high = parts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((parts[middle] as Part).before <= arrival + slack(arrival)) low = middle;
    else high = middle - 1;
  }
  return parts[low] as Part;
}
