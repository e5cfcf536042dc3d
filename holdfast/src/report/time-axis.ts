/**
 * One time axis for the operations of a proof. A proof may hold two orders within a millisecond and the audit that
 * found them half a minute later; on one linear scale the first two would be a dot. So the axis is cut where nothing
 * of the proof was in flight for long, and each piece between cuts has a linear scale of its own.
 *
 *     |----[====]---[==]---|  //  |--[===]--|        places run from 0 (left) to 1 (right)
 *          piece 1                   piece 2
 *
 * - Places never run backwards: an earlier instant is never right of a later one.
 * - Every interval lies whole inside one piece.
 */
import type { Witness } from "../checker/finding.ts";

export interface TimeAxis {
  pieces: AxisPiece[];
  ticks: AxisTick[];
  /** Place of an instant, 0 to 1; what lies outside goes to the nearest edge. */
  place(ms: number): number;
}

interface AxisPiece {
  fromMs: number;
  toMs: number;
  from: number;
  to: number;
}

interface AxisTick {
  atMs: number;
  place: number;
  label: string;
}

/** A silence is cut out when it lasts this many times as long as the longest stretch of action. */
const SILENCE_FACTOR = 3;
const CUT_WIDTH = 0.05;
const PIECE_WIDTH_MIN = 0.2;
/** Room left and right of the action in a piece, as a share of its length. */
const MARGIN = 0.08;
const SPAN_MS_MIN = 0.05;
/** Right of the last piece when a bar is open-ended: such a bar runs to the right edge. */
const OPEN_WIDTH = 0.12;
const TICK_DISTANCE_MIN = 0.17;

/** `within` wants at least one witness. */
export function timeAxis(witnesses: readonly Witness[]): TimeAxis {
  const open = witnesses.some(isOpenEnded);
  const stretches = cutSilences(busyStretches(witnesses));
  const pieces = layOut(stretches, open ? 1 - OPEN_WIDTH : 1);
  return {
    pieces,
    ticks: pieces.flatMap(ticksOf).filter(farFromTheOneBefore()),
    place: (ms) => placeOf(pieces, ms),
  };
}

/** True when the effect may come at any later time, whatever the client did meanwhile. */
export function isOpenEnded(witness: Witness): boolean {
  return witness.outcome === "unknown" || witness.returnedMs === null;
}

/** When all of them were in flight together; undefined when there is no such instant, or only one operation. */
export function allAtOnce(
  witnesses: readonly Witness[],
): { fromMs: number; toMs: number } | undefined {
  if (witnesses.length < 2) return undefined;
  const fromMs = Math.max(...witnesses.map((w) => w.invokedMs));
  const toMs = Math.min(...witnesses.map((w) => w.returnedMs ?? Number.POSITIVE_INFINITY));
  return toMs > fromMs && Number.isFinite(toMs) ? { fromMs, toMs } : undefined;
}

interface Stretch {
  fromMs: number;
  toMs: number;
}

/** The union of all intervals, in order. */
function busyStretches(witnesses: readonly Witness[]): Stretch[] {
  const sorted = witnesses
    .map((w) => ({ fromMs: w.invokedMs, toMs: Math.max(w.returnedMs ?? w.invokedMs, w.invokedMs) }))
    .sort((a, b) => a.fromMs - b.fromMs);
  const busy: Stretch[] = [];
  for (const next of sorted) {
    const last = busy.at(-1);
    if (last !== undefined && next.fromMs <= last.toMs) last.toMs = Math.max(last.toMs, next.toMs);
    else busy.push({ ...next });
  }
  return busy;
}

function cutSilences(busy: readonly Stretch[]): Stretch[] {
  const longest = Math.max(SPAN_MS_MIN, ...busy.map((one) => one.toMs - one.fromMs));
  const pieces: Stretch[] = [];
  for (const next of busy) {
    const last = pieces.at(-1);
    if (last !== undefined && next.fromMs - last.toMs <= SILENCE_FACTOR * longest) {
      last.toMs = next.toMs;
    } else {
      pieces.push({ ...next });
    }
  }
  return pieces;
}

/** Widths in proportion to the lengths, but none so narrow that nothing can be seen in it. */
function layOut(stretches: readonly Stretch[], width: number): AxisPiece[] {
  const padded = stretches.map(({ fromMs, toMs }) => {
    const margin = Math.max(SPAN_MS_MIN, toMs - fromMs) * MARGIN;
    return { fromMs: Math.max(0, fromMs - margin), toMs: toMs + margin };
  });
  const room = width - CUT_WIDTH * (padded.length - 1);
  const least = Math.min(PIECE_WIDTH_MIN, room / padded.length);
  const total = padded.reduce((sum, one) => sum + one.toMs - one.fromMs, 0);
  const spare = room - least * padded.length;
  let from = 0;
  return padded.map((one) => {
    const share = total === 0 ? 1 / padded.length : (one.toMs - one.fromMs) / total;
    const to = from + least + spare * share;
    const piece = { ...one, from, to };
    from = to + CUT_WIDTH;
    return piece;
  });
}

function placeOf(pieces: readonly AxisPiece[], ms: number): number {
  let before = 0;
  for (const piece of pieces) {
    if (ms < piece.fromMs) return before;
    if (ms <= piece.toMs) {
      const share = (ms - piece.fromMs) / (piece.toMs - piece.fromMs || 1);
      return piece.from + share * (piece.to - piece.from);
    }
    before = piece.to;
  }
  return before;
}

function ticksOf(piece: AxisPiece): AxisTick[] {
  const span = piece.toMs - piece.fromMs;
  const step = niceStep(
    span / Math.max(1, Math.floor((piece.to - piece.from) / TICK_DISTANCE_MIN)),
  );
  const ticks: AxisTick[] = [];
  for (let n = Math.ceil(piece.fromMs / step); n * step <= piece.toMs; n++) {
    const atMs = n * step;
    const place = piece.from + ((atMs - piece.fromMs) / span) * (piece.to - piece.from);
    ticks.push({ atMs, place, label: tickLabel(atMs, step) });
  }
  return ticks;
}

function farFromTheOneBefore(): (tick: AxisTick) => boolean {
  let last = Number.NEGATIVE_INFINITY;
  return (tick) => {
    if (tick.place - last < TICK_DISTANCE_MIN) return false;
    last = tick.place;
    return true;
  };
}

/** 1, 2 or 5 times a power of ten, at least `about`. */
export function niceStep(about: number): number {
  const power = 10 ** Math.floor(Math.log10(about));
  const factor = [1, 2, 5, 10].find((one) => one * power >= about * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/** As many decimals as it takes to tell one tick from the next. */
function tickLabel(atMs: number, stepMs: number): string {
  if (atMs < 1000) return `${atMs.toFixed(decimalsOf(stepMs))} ms`;
  return `${(atMs / 1000).toFixed(decimalsOf(stepMs / 1000))} s`;
}

function decimalsOf(step: number): number {
  return Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
}
