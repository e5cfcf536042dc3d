/** A believable run, second by second: what the fixtures of `results.ts` are made of. The same seed, the same run. */
import { seededRandom } from "../../base/random.ts";
import type { Random } from "../../base/random.ts";
import type { RunResult, TimelineRow } from "../../verdict/result.ts";

export interface TimelineOptions {
  seconds: number;
  /** Virtual users at a second of the run. */
  vus(second: number): number;
  /** Units that the sale gives out before it says "sold out". */
  sold: number;
  /** Requests a second that one virtual user manages. */
  pace: number;
  /** What one core can carry, requests a second. */
  capacity: number;
  unknowns?: number;
}

export function timeline(options: TimelineOptions): TimelineRow[] {
  const random = seededRandom("timeline");
  const rows: TimelineRow[] = [];
  let left = options.sold;
  for (let second = 0; second < options.seconds; second++) {
    const row = rowOf(options, second, random);
    row.outcomes.ok = Math.min(left, row.requests);
    left -= row.outcomes.ok;
    if (second % 7 === 5) row.outcomes.unknown = options.unknowns ?? 0;
    row.outcomes.rejected = row.requests - row.outcomes.ok - row.outcomes.unknown;
    row.failed = row.outcomes.unknown;
    rows.push(row);
  }
  return rows;
}

function rowOf(options: TimelineOptions, second: number, random: Random): TimelineRow {
  const vus = Math.round(options.vus(second + 0.5));
  const asked = vus * options.pace;
  const noise = 0.96 + random.next() * 0.08;
  const requests = Math.round(Math.min(asked, options.capacity) * noise);
  const load = Math.min(0.97, requests / options.capacity);
  const p50Ms = 0.6 + load * 2.2 + random.next() * 0.3 + Math.max(0, asked / options.capacity - 1);
  const p95Ms = p50Ms * (2.1 + random.next() * 0.5);
  const p99Ms = p95Ms * (1.5 + random.next() * 0.6);
  return {
    atMs: second * 1000,
    spanMs: 1000,
    vus,
    requests,
    failed: 0,
    iterations: requests,
    p50Ms: round(p50Ms),
    p95Ms: round(p95Ms),
    p99Ms: round(p99Ms),
    maxMs: round(p99Ms * (1.6 + random.next() * 2)),
    outcomes: { ok: 0, rejected: 0, failed: 0, unknown: 0 },
    cpuShare: round(0.08 + load * 0.62),
  };
}

/** Durations by share of requests, the way a lightly skewed service answers. */
export function distribution(medianMs: number, points = 120): RunResult["distribution"] {
  const stretched = (nines: number): number =>
    round(medianMs * Math.exp(0.55 * (nines - Math.log10(2)) + 0.05 * nines * nines));
  const rows = Array.from({ length: points }, (_, index) => {
    const nines = (index / points) * 5;
    return { durationMs: stretched(nines), share: 1 - 10 ** -nines };
  });
  return [...rows, { durationMs: stretched(5), share: 1 }];
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
