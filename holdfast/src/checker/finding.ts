/**
 * What a checker says of one invariant. An alarm is a proof, and carries it: one sentence and a handful of operations.
 * A checker that throws, runs out of time or sees too little says `unknown`, never `pass`.
 */
import type { Phase } from "../record/operation.ts";
import type { Outcome } from "../record/outcome.ts";
import type { Value } from "../record/value.ts";

export type Verdict = "pass" | "fail" | "unknown";

/** More operations than this do not make a proof clearer. */
export const WITNESSES_MAX = 5;

export interface Finding {
  name: string;
  kind: string;
  verdict: Verdict;
  /** For a fail: what broke, with the ids and the moment. For a pass: what held over how much. For unknown: what is missing. */
  sentence: string;
  checked: { operations: number; keys: number; unknownOutcomes: number; overlapMax: number };
  /** At most WITNESSES_MAX operations that prove the sentence. */
  witnesses: Witness[];
  /** How many violations there were in all; the witnesses show the first. */
  count: number;
  /** The key that the witnesses are about. */
  key: string | null;
  /** Of a violation; absent in results from before it was told. */
  considered?: Considered;
}

/** Operations of unknown outcome, sent before the proof was complete, none of which explains the violation. */
export interface Considered {
  /** Without those among the witnesses. */
  count: number;
  /** Null when they are of several names. */
  name: string | null;
  /** The first few of them; an operation without an id by its number. */
  ids: string[];
}

/** What a checker says of a history, or of a part of it: without a violation also what its sentence is made of. */
export interface Judged extends Finding {
  /** Over how much the invariant held. */
  held?: string;
  /** What a pass needs and did not take place here, another part may have; in the order of their weight. */
  unmet?: readonly string[];
  /** Why it is unknown whatever the other parts hold. */
  doubt?: string | undefined;
}

export interface Witness {
  index: number;
  name: string;
  phase: Phase;
  process: number;
  key: string;
  id: string | null;
  value: Value;
  result: Value;
  /** ms since the run started. */
  invokedMs: number;
  /** Null when it never returned. */
  returnedMs: number | null;
  outcome: Outcome;
  rule: string;
  status: number;
  /** Joined to it for the report; absent where nobody was to keep it. */
  raw?: RawText | RawNotKept;
}

/** What was said, without secrets. */
export interface RawText {
  request: string;
  answer: string;
}

export interface RawNotKept {
  /** Why there is none. */
  notKept: string;
}
