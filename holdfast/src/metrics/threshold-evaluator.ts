/**
 * Judges thresholds: while the run goes on, those that may end it and those over a sliding window; at the end, all.
 *
 *     over                judged                                         once crossed
 *     the whole run       at the end                                     -
 *     a phase of it       at the end, on the phase's samples             -
 *     either, may abort   at every tick after delayAbortEval,            stays crossed: the run was ended for it
 *                         but not before its phase
 *     a sliding window    at every tick once a whole window has passed;  stays crossed
 *                         a run shorter than that: once, at its end
 *
 * A threshold without a sample has the value null and is not ok: nothing was seen of what it speaks about, so it proves
 * nothing (the verdict is then unknown rather than failed). A counter is never without: it has counted 0.
 */
import { NS_PER_MS } from "../base/units.ts";
import { formatSelector } from "./selector.ts";
import type { MetricStore } from "./store.ts";
import { holds, valueOf } from "./threshold-expression.ts";
import type { ParsedThreshold } from "./threshold.ts";
import type { View } from "./view.ts";

export interface ThresholdResult {
  metric: string;
  expression: string;
  /** Where it was first crossed if it was judged as the run went, else at the end. Null when there was no sample. */
  value: number | null;
  ok: boolean;
  /** When it was first crossed, for those judged as the run goes. */
  crossedAtMs: number | null;
  aborted: boolean;
}

interface Judged {
  readonly threshold: ParsedThreshold;
  readonly view: View;
  /** At the last tick that had one. */
  value: number | null;
  crossed: { atNs: number; value: number } | undefined;
  aborted: boolean;
}

export class ThresholdEvaluator {
  readonly #judged: readonly Judged[];
  #ended = false;

  /** Make it before the first merge into the store: its views begin empty. */
  constructor(thresholds: readonly ParsedThreshold[], store: MetricStore) {
    this.#judged = thresholds.map((threshold) => ({
      threshold,
      view: store.view(threshold.selector, threshold.span),
      value: null,
      crossed: undefined,
      aborted: false,
    }));
  }

  /** After each merge; times since the load began. Says which threshold ends the run: one, and only once. */
  tick(nowNs: number): { abort: ThresholdResult | undefined } {
    let abort: ThresholdResult | undefined;
    for (const judged of this.#judged) {
      if (!isDue(judged.threshold, nowNs)) continue;
      const value = valueAt(judged, nowNs);
      if (value === null) continue;
      judged.value = value;
      if (holds(judged.threshold.expression, value)) continue;
      judged.crossed ??= { atNs: nowNs, value };
      if (!mayAbort(judged.threshold, nowNs) || this.#ended) continue;
      this.#ended = true;
      judged.aborted = true;
      abort = resultOf(judged, nowNs);
    }
    return { abort };
  }

  /** All of them, in the order they were written. */
  final(nowNs: number): ThresholdResult[] {
    return this.#judged.map((judged) => resultOf(judged, nowNs));
  }
}

/** Whether it is judged now, as the run goes. */
function isDue(threshold: ParsedThreshold, nowNs: number): boolean {
  const { span } = threshold;
  if (span.kind === "window") return nowNs >= span.lengthNs;
  if (span.kind === "phase" && nowNs < span.fromNs) return false;
  return mayAbort(threshold, nowNs);
}

function mayAbort({ abortOnFail, delayAbortEvalNs }: ParsedThreshold, nowNs: number): boolean {
  return abortOnFail && nowNs >= delayAbortEvalNs;
}

function valueAt({ threshold, view }: Judged, nowNs: number): number | null {
  return valueOf(threshold.expression, view.total(nowNs), view.elapsedNs(nowNs));
}

function resultOf(judged: Judged, nowNs: number): ThresholdResult {
  const { threshold, crossed, aborted } = judged;
  const value = crossed?.value ?? valueAt(judged, nowNs) ?? judged.value;
  const ok = crossed === undefined && value !== null && holds(threshold.expression, value);
  return {
    metric: formatSelector(threshold.selector),
    expression: threshold.text,
    value,
    ok,
    crossedAtMs: crossed === undefined ? null : crossed.atNs / NS_PER_MS,
    aborted,
  };
}
