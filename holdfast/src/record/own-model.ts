/**
 * A sequential object in the author's own words: what one client alone would see. It is code, so it is not stored with a
 * run: whoever judges the run again loads it from the script.
 */
import type { Value } from "./value.ts";

/** An operation as a model sees it. */
export interface ModelOperation {
  /** As the invariant calls it: `linearizable({ take: takeUnit }, …)` calls it "take". */
  readonly name: string;
  readonly value: Value | undefined;
  /** The answer; undefined when none is known, and then any answer fits. */
  readonly result: Value | undefined;
  /** `unknown` asks for the state if it took effect: it may also never have. */
  readonly outcome: "ok" | "rejected" | "unknown";
}

export interface OwnModel {
  readonly name: string;
  /** The object before its first operation, any JSON value. */
  readonly init: Value;
  /** The object after the operation, or undefined where it cannot have happened so. Must be pure. */
  readonly step: (state: Value, operation: ModelOperation) => Value | undefined;
  /** True for what never changes the state: judging is much quicker for it. */
  readonly reads?: ((operation: ModelOperation) => boolean) | undefined;
}
