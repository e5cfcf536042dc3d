/** What a log of arrival times says about the schedule that made them. Pure. */
import { NS_PER_S, NS_PER_US } from "../../holdfast/src/base/units.ts";
import { quantile } from "./spread.ts";

export interface ScheduleFigures {
  /** Of the even grid that fits best. */
  ratePerSecond: number;
  /** Behind the grid on which the most punctual 1 % lie: a client that is always equally late is on time here. */
  lateUs: { p50: number; p90: number; p99: number };
  /** Share of the gaps between arrivals that are half to one and a half times an even gap. */
  evenGapShare: number;
  /** Least and most arrivals in any 10 ms. */
  per10Ms: { min: number; max: number };
}

/** Connecting and compiling are over by then. */
const SKIP_START_NS = 500_000_000;
const SKIP_END_NS = 100_000_000;
const SLICE_NS = 10_000_000;
const PUNCTUAL_SHARE = 0.01;

/** `arrivalsNs` in order; throws when fewer than a hundred are left without the first half second and the end. */
export function scheduleFigures(arrivalsNs: ArrayLike<number>): ScheduleFigures {
  const first = arrivalsNs[0] ?? 0;
  const last = arrivalsNs[arrivalsNs.length - 1] ?? 0;
  const steady = Float64Array.from(arrivalsNs).filter(
    (at) => at >= first + SKIP_START_NS && at <= last - SKIP_END_NS,
  );
  if (steady.length < 100) throw new Error(`only ${steady.length} steady arrivals`);
  const { startNs, gapNs } = fitGrid(steady);
  const residuals = steady.map((at, index) => at - startNs - index * gapNs).sort();
  const punctual = quantile(residuals, PUNCTUAL_SHARE);
  const late = (share: number): number => (quantile(residuals, share) - punctual) / NS_PER_US;
  return {
    ratePerSecond: NS_PER_S / gapNs,
    lateUs: { p50: late(0.5), p90: late(0.9), p99: late(0.99) },
    evenGapShare: evenGapShare(steady, gapNs),
    per10Ms: countsPerSlice(steady),
  };
}

/** Least squares over (index, time). */
function fitGrid(times: Float64Array): { startNs: number; gapNs: number } {
  const count = times.length;
  const middle = (count - 1) / 2;
  const origin = times[0] ?? 0;
  let sum = 0;
  let weighted = 0;
  for (const [index, at] of times.entries()) {
    sum += at - origin;
    weighted += (at - origin) * (index - middle);
  }
  const gapNs = weighted / ((count * (count * count - 1)) / 12);
  return { startNs: origin + sum / count - gapNs * middle, gapNs };
}

function evenGapShare(times: Float64Array, gapNs: number): number {
  let even = 0;
  for (let index = 1; index < times.length; index++) {
    const gap = (times[index] ?? 0) - (times[index - 1] ?? 0);
    if (gap >= gapNs * 0.5 && gap <= gapNs * 1.5) even += 1;
  }
  return even / (times.length - 1);
}

function countsPerSlice(times: Float64Array): { min: number; max: number } {
  const origin = times[0] ?? 0;
  const slices = Math.floor(((times.at(-1) ?? 0) - origin) / SLICE_NS);
  const counts = new Uint32Array(slices);
  for (const at of times) {
    const slice = Math.floor((at - origin) / SLICE_NS);
    if (slice < slices) counts[slice] = (counts[slice] ?? 0) + 1;
  }
  return { min: Math.min(...counts), max: Math.max(...counts) };
}

/**
 * The latency below which `share` of all requests lie when the server stands still for `freezeNs` and is otherwise
 * quick: each arrival in that time waits until its end, so the longest waits are freezeNs, less one gap each.
 */
export function truthUnderFreezeNs(
  freezeNs: number,
  ratePerSecond: number,
  total: number,
  share: number,
): number {
  const longer = total - Math.ceil(share * total - 1e-9);
  return Math.max(0, freezeNs - (longer * NS_PER_S) / ratePerSecond);
}
