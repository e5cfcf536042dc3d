/**
 * A sequential object: what one client alone would see. A concurrent history is right if some order of its operations,
 * true to real time, is a run of the model (linearizability, Herlihy and Wing 1990).
 */
import type { Value } from "../record/value.ts";

/** An operation as a model sees it. */
export interface Step {
  readonly f: string;
  readonly input: Value | undefined;
  /** The answer; undefined when none is known, and then any answer fits. */
  readonly output: Value | undefined;
  /** `rejected` is a definite no, and evidence where the model says so; `unknown` may have happened at any time. */
  readonly outcome: "ok" | "rejected" | "unknown";
}

export interface Model {
  /** What is wrong with an operation: `f must be …`, `value must be …`; undefined when nothing is. */
  problem(step: Step): string | undefined;
  /** The object before its first operation. Throws a RangeError that says what `initial` must be. */
  initial(initial: Value | undefined): State;
  /** True for a step that changes nothing and says nothing, and is left out. */
  silent(step: Step): boolean;
  /** True for a step that changes nothing, whatever the state: it only says something about it. */
  reads(step: Step): boolean;
  /** The one object before the step with which it can happen; undefined when there are several. */
  requires?(step: Step): State | undefined;
  /** The one object before the step with which it cannot happen; undefined when there is none. */
  avoids?(step: Step): State | undefined;
  /** The object after the step, whatever it was before; undefined when that depends on it. */
  settles?(step: Step): State | undefined;
  /** Lets a search see early that it is in a dead end. */
  readonly ahead?: Ahead;
  /** The object after the step, or undefined when the step cannot happen in this state. */
  next(state: State, step: Step): State | undefined;
}

/** What a step that is still to come says about the way to it. */
export interface Ahead {
  /** True for a step that does not fit every state. */
  tells(step: Step): boolean;
  /**
   * True when the step cannot happen any more, whichever order the steps before it take: all of `must`, and any of
   * `may`. False when in doubt.
   */
  neverFits(state: State, step: Step, must: readonly Step[], may: readonly Step[]): boolean;
}

/** Immutable, and equal if and only if identical: objects are kept as JSON with sorted members. */
export type State = string | number;

/** `f must be read or write`, for a model's `problem`. */
export function unknownOperation(known: readonly string[]): string {
  return `f must be ${known.slice(0, -1).join(", ")}${known.length > 1 ? " or " : ""}${known.at(-1)}`;
}
