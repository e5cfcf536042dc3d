/** The timeline in fewer rows: neighbours are merged, so that nothing is skipped, least of all the worst second. */
import { OUTCOMES } from "../record/outcome.ts";
import type { SocketNumbers, TimelineRow } from "../verdict/result.ts";

/** At most `rowsMax` rows: counts are added up, of percentiles and levels the highest is kept. */
export function mergedRows(rows: readonly TimelineRow[], rowsMax: number): TimelineRow[] {
  const size = Math.ceil(rows.length / rowsMax);
  if (size <= 1) return [...rows];
  const merged: TimelineRow[] = [];
  for (let from = 0; from < rows.length; from += size) {
    merged.push(rows.slice(from, from + size).reduce(merge));
  }
  return merged;
}

function merge(a: TimelineRow, b: TimelineRow): TimelineRow {
  const outcomes = { ...a.outcomes };
  for (const outcome of OUTCOMES) outcomes[outcome] += b.outcomes[outcome];
  return {
    atMs: a.atMs,
    spanMs: b.atMs + b.spanMs - a.atMs,
    vus: Math.max(a.vus, b.vus),
    requests: a.requests + b.requests,
    failed: a.failed + b.failed,
    iterations: a.iterations + b.iterations,
    p50Ms: highest(a.p50Ms, b.p50Ms),
    p95Ms: highest(a.p95Ms, b.p95Ms),
    p99Ms: highest(a.p99Ms, b.p99Ms),
    maxMs: highest(a.maxMs, b.maxMs),
    outcomes,
    cpuShare: Math.max(a.cpuShare, b.cpuShare),
    ...mergedSockets(a.sockets, b.sockets),
  };
}

function mergedSockets(
  a: SocketNumbers | undefined,
  b: SocketNumbers | undefined,
): { sockets?: SocketNumbers } {
  if (a === undefined || b === undefined) {
    const one = a ?? b;
    return one === undefined ? {} : { sockets: one };
  }
  return {
    sockets: {
      sent: a.sent + b.sent,
      received: a.received + b.received,
      opened: a.opened + b.opened,
      failed: a.failed + b.failed,
      p50Ms: highest(a.p50Ms, b.p50Ms),
      p99Ms: highest(a.p99Ms, b.p99Ms),
    },
  };
}

function highest(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.max(a, b);
}
