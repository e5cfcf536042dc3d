/**
 * A part of the numbers that somebody keeps an eye on while the run goes: the samples that a selector means, over the
 * whole run, a phase of it, or a sliding window. Views are asked for before the run, so that nothing has to be kept on
 * the chance that somebody might ask later.
 *
 * Numbers arrive in ticks. A tick belongs to the time in its middle, so the edges of phases and windows are as sharp as
 * a tick is long. A window forgets in WINDOW_SLOTS steps:
 *
 *     |slot|slot|slot|slot|now      a window of 4 slots: whole ones, and the one being filled
 */
import type { MetricDefinition, Tags } from "../record/metric.ts";
import type { Drained } from "./cells.ts";
import { WINDOW_SLOTS } from "./limits.ts";
import { carriesAll, type Selector } from "./selector.ts";
import { type AnyTotal, mergeTotals, totalOf } from "./totals.ts";

/** Times since the run started; a phase is `[fromNs, toNs)`. */
export type Span =
  | { readonly kind: "run" }
  | { readonly kind: "phase"; readonly fromNs: number; readonly toNs: number }
  | { readonly kind: "window"; readonly lengthNs: number };

export class View {
  readonly selector: Selector;
  readonly metric: MetricDefinition;
  readonly span: Span;
  /** One for a run or phase; a window's slots lie at `slot number % length`. */
  readonly #parts: { slot: number; total: AnyTotal }[] = [];
  /** By series: whether the selector means it. */
  readonly #means: (boolean | undefined)[] = [];

  constructor(selector: Selector, metric: MetricDefinition, span: Span) {
    this.selector = selector;
    this.metric = metric;
    this.span = span;
  }

  /** Takes in what was counted around `atNs` in one series. */
  absorb(series: number, tags: Tags, drained: Drained, atNs: number): void {
    if (!this.#covers(atNs)) return;
    const means = (this.#means[series] ??= carriesAll(tags, this.selector.tags));
    if (means) this.#part(atNs).absorb(drained);
  }

  /** What the view shows at this time: to be read, not kept. */
  total(nowNs: number): AnyTotal {
    if (this.span.kind !== "window") return this.#part(0);
    const total = totalOf(this.metric);
    const oldest = this.#slotOf(nowNs) - WINDOW_SLOTS;
    for (const part of this.#parts) {
      if (part !== undefined && part.slot >= oldest) mergeTotals(total, part.total);
    }
    return total;
  }

  /** How much time the view spans at this time: what a rate per second is taken over. */
  elapsedNs(nowNs: number): number {
    const { span } = this;
    if (span.kind === "run") return nowNs;
    if (span.kind === "window") return Math.min(nowNs, span.lengthNs);
    return Math.max(0, Math.min(nowNs, span.toNs) - span.fromNs);
  }

  #covers(atNs: number): boolean {
    const { span } = this;
    if (span.kind !== "phase") return true;
    // A gauge still has the value that it was given before the phase began.
    return atNs < span.toNs && (atNs >= span.fromNs || this.metric.type === "gauge");
  }

  #part(atNs: number): AnyTotal {
    const slot = this.#slotOf(atNs);
    const at = slot % (WINDOW_SLOTS + 1);
    const part = (this.#parts[at] ??= { slot, total: totalOf(this.metric) });
    if (part.slot !== slot) {
      part.slot = slot;
      part.total.clear();
    }
    return part.total;
  }

  #slotOf(atNs: number): number {
    const { span, metric } = this;
    if (span.kind !== "window" || metric.type === "gauge") return 0;
    return Math.floor((atNs * WINDOW_SLOTS) / span.lengthNs);
  }
}
