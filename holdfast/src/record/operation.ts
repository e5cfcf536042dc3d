/**
 * One thing a process did to the system, with its interval: from before the first byte was handed to the socket until
 * after the last byte of the answer was parsed. The history is a set of these; every invariant is a statement about it.
 */
import type { DeclaredStatuses, Outcome } from "./outcome.ts";
import type { Value } from "./value.ts";

/** A kind of operation, declared once in a test and named by its invariants. Frozen. */
export interface OperationDefinition {
  readonly name: string;
  readonly statuses: DeclaredStatuses;
  /**
   * Reads the system's own word for what happened (an order id, a balance) from a successful or rejected answer.
   * Called only while the answer's body is at hand; throwing makes the value unknown, not the run.
   */
  readonly result?: ((answer: never) => Value | undefined) | undefined;
}

/** What a request is about to do: `order.on("phone", { id: key })`. */
export interface OperationStart {
  readonly definition: OperationDefinition;
  /** The object acted upon: checkers judge each key alone. `""` when there is only one. */
  readonly key: string;
  /** The request's own identity: an idempotency key, a client message id. Repeats of one request share it. */
  readonly id?: string | undefined;
  /** What was asked for: an amount, a bid, a text. */
  readonly value?: Value | undefined;
}

/** When in a run an operation took place: `audit` are the reads after the load has drained. */
export type Phase = "setup" | "load" | "audit";

/** In the order of their codes in a stored history. */
export const PHASES: readonly Phase[] = ["setup", "load", "audit"];

/** An operation as read back from a history. */
export interface Operation {
  /** Dense, in order of invocation. */
  readonly index: number;
  readonly name: string;
  readonly phase: Phase;
  readonly process: number;
  readonly key: string;
  readonly id: string | undefined;
  readonly value: Value | undefined;
  /** What the system answered, as the definition's `result` read it. */
  readonly result: Value | undefined;
  readonly invokeNs: number;
  /**
   * When the client knew, or gave up. For an `unknown` outcome a checker must read it as infinite: the effect may
   * still come later.
   */
  readonly returnNs: number;
  readonly outcome: Outcome;
  /** Code in OUTCOME_RULES. */
  readonly rule: number;
  /** The HTTP status, 0 where there was none. */
  readonly status: number;
}
