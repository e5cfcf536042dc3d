/**
 * What a checker is: a pure function from a history and an invariant to what broke and what held. It says nothing about
 * verdicts; `judge.ts` turns its words into a finding, and does so alike for all kinds.
 */
import type { History, OperationGroup } from "../history/history.ts";
import type { Invariant } from "../record/invariant.ts";
import type { OwnModel } from "../record/own-model.ts";
import type { RequestTable } from "./invariants/requests.ts";

export interface Checker {
  /**
   * True when an operation that took place and is missing from the history could make the checker raise an alarm. With
   * records lost, such a checker can only say `unknown`.
   */
  readonly needsEveryOperation: boolean;
  /** True when it claims something about a race: without two operations at once on one key nothing was shown. */
  readonly needsOverlap: boolean;
  /** True when it claims that nothing succeeds: else a history without a success shows nothing. */
  readonly passesWithoutSuccess?: boolean;
  check(question: Question): Judgement;
}

export interface Question {
  readonly history: History;
  readonly invariant: Invariant;
  /** The keys of the invariant's operation that are to be judged. */
  readonly groups: readonly OperationGroup[];
  /** The one key that is judged; undefined for all. */
  readonly key: string | undefined;
  /** To be loaded with one group at a time. */
  readonly requests: RequestTable;
  /** The author's own model of this invariant; throws an error that says where it is when it is not at hand. */
  readonly ownModel: () => OwnModel;
  /** Asked between keys, and in long searches: true ends the check as `unknown`. */
  readonly stop: () => boolean;
}

export interface Judgement {
  /** At most one per key. */
  readonly violations: readonly Violation[];
  /** Over how much the invariant held: `100 sold of 100, 23,411 refused`. */
  readonly held: string;
  /** What a pass would have needed to be known, and is not. A violation stays one without it. */
  readonly missing?: string | undefined;
  /**
   * What a pass would have needed to take place, and did not: the same words for every history, because another part of
   * a large one may have it.
   */
  readonly unmet?: readonly string[];
}

/** What broke on one key. */
export interface Violation {
  readonly key: string;
  /** When it was certain: the earliest one is shown. */
  readonly atNs: number;
  readonly sentence: string;
  /** The operations that prove the sentence, the most telling first. */
  readonly rows: readonly number[];
  /** How often it happened on this key. */
  readonly count: number;
}

/** Thrown by a checker that was told to stop. */
export class Stopped extends Error {
  constructor() {
    super("the time for judging was over");
    this.name = "Stopped";
  }
}

/** Throws Stopped when the time is over. */
export function proceed(question: Question): void {
  if (question.stop()) throw new Stopped();
}
