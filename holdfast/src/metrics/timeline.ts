/**
 * The run second by second, for the charts: a row a second, and when there are too many, neighbours are merged and a
 * row spans twice as long. Rows keep their histograms, so that merged rows have true quantiles.
 */
import { NS_PER_MS, NS_PER_S } from "../base/units.ts";
import type { Outcome } from "../record/outcome.ts";
import type { Drained } from "./cells.ts";
import { Trend } from "./cells.ts";
import { TIMELINE_ROWS_MAX } from "./limits.ts";
import { SocketCounts, type SocketNumbers } from "./socket-counts.ts";

export interface TimelineRow {
  atMs: number;
  /** Span of this row; 1,000 unless rows were merged. */
  spanMs: number;
  vus: number;
  requests: number;
  failed: number;
  iterations: number;
  p50Ms: number | null;
  p95Ms: number | null;
  p99Ms: number | null;
  maxMs: number | null;
  /** Per operation outcome over all operations, for the rules that hold while it runs. */
  outcomes: Record<Outcome, number>;
  cpuShare: number;
  /** Absent where no socket did anything. */
  sockets?: SocketNumbers;
}

interface Row {
  vus: number;
  requests: number;
  failed: number;
  iterations: number;
  cpuShare: number;
  readonly outcomes: Record<Outcome, number>;
  readonly durations: Trend;
  /** Undefined until there is one. */
  sockets: SocketCounts | undefined;
  /** As it was last shown; undefined when it has changed since. The live view asks several times a second. */
  shown: TimelineRow | undefined;
}

type Addable = "requests" | "failed" | "iterations";

export class Timeline {
  #rows: Row[] = [];
  #spanNs = NS_PER_S;

  add(atNs: number, column: Addable, count: number): void {
    this.#row(atNs)[column] += count;
  }

  addDurations(atNs: number, drained: Drained): void {
    this.#row(atNs).durations.absorb(drained);
  }

  addSockets(atNs: number, metric: string, drained: Drained): void {
    (this.#row(atNs).sockets ??= new SocketCounts()).absorb(metric, drained);
  }

  addOutcomes(atNs: number, counts: Readonly<Partial<Record<Outcome, number>>>): void {
    addCounts(this.#row(atNs).outcomes, counts);
  }

  /** A row shows what was said last in its time, or before it; of merged rows the larger. */
  setVus(atNs: number, vus: number): void {
    this.#row(atNs);
    // Outcomes, or a tick of another thread, may have begun later rows already: they took over what was true before.
    for (let i = this.#indexOf(atNs); i < this.#rows.length; i++) {
      const row = this.#rows[i] as Row;
      row.vus = vus;
      row.shown = undefined;
    }
  }

  /** The highest in the row's time. */
  setCpuShare(atNs: number, share: number): void {
    const row = this.#row(atNs);
    row.cpuShare = Math.max(row.cpuShare, share);
  }

  rows(): TimelineRow[] {
    const spanMs = this.#spanNs / NS_PER_MS;
    return this.#rows.map((row, i) => (row.shown ??= show(row, i * spanMs, spanMs)));
  }

  #row(atNs: number): Row {
    while (this.#indexOf(atNs) >= TIMELINE_ROWS_MAX) this.#halve();
    const index = this.#indexOf(atNs);
    // A second in which nothing arrived still has its row: silence is a fact. Virtual users do not vanish in it.
    while (this.#rows.length <= index) this.#rows.push(emptyRow(this.#rows.at(-1)?.vus ?? 0));
    const row = this.#rows[index] as Row;
    row.shown = undefined;
    return row;
  }

  #indexOf(atNs: number): number {
    return Math.max(0, Math.floor(atNs / this.#spanNs));
  }

  #halve(): void {
    const merged: Row[] = [];
    for (let i = 0; i < this.#rows.length; i += 2) {
      const row = this.#rows[i] as Row;
      const next = this.#rows[i + 1];
      if (next !== undefined) mergeRow(row, next);
      row.shown = undefined;
      merged.push(row);
    }
    this.#rows = merged;
    this.#spanNs *= 2;
  }
}

function emptyRow(vus: number): Row {
  const outcomes = { ok: 0, rejected: 0, failed: 0, unknown: 0 };
  const durations = new Trend();
  const counts = { requests: 0, failed: 0, iterations: 0 };
  return { vus, ...counts, cpuShare: 0, outcomes, durations, sockets: undefined, shown: undefined };
}

function show(row: Row, atMs: number, spanMs: number): TimelineRow {
  const { vus, requests, failed, iterations, cpuShare } = row;
  const { histogram } = row.durations;
  const quantile = (share: number): number | null =>
    histogram.count === 0 ? null : histogram.quantile(share);
  return {
    atMs,
    spanMs,
    vus,
    requests,
    failed,
    iterations,
    p50Ms: quantile(0.5),
    p95Ms: quantile(0.95),
    p99Ms: quantile(0.99),
    maxMs: quantile(1),
    outcomes: { ...row.outcomes },
    cpuShare,
    ...(row.sockets === undefined ? {} : { sockets: row.sockets.numbers() }),
  };
}

function mergeRow(row: Row, next: Row): void {
  row.vus = Math.max(row.vus, next.vus);
  row.cpuShare = Math.max(row.cpuShare, next.cpuShare);
  row.requests += next.requests;
  row.failed += next.failed;
  row.iterations += next.iterations;
  addCounts(row.outcomes, next.outcomes);
  row.durations.merge(next.durations);
  if (row.sockets === undefined) row.sockets = next.sockets;
  else if (next.sockets !== undefined) row.sockets.merge(next.sockets);
}

function addCounts(
  into: Record<Outcome, number>,
  counts: Readonly<Partial<Record<Outcome, number>>>,
): void {
  for (const [outcome, count] of Object.entries(counts)) into[outcome as Outcome] += count;
}
