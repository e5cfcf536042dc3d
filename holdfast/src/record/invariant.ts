/**
 * A statement about the whole history: plain data, so that a stored run can be judged again without the script that
 * wrote it. The author makes them with the functions of `scenario/invariants/`; `checker/` decides them by `kind`.
 */
import type { OwnModel } from "./own-model.ts";
import type { Value } from "./value.ts";

export interface Invariant {
  /** Which checker decides it: `no-oversell`. */
  readonly kind: string;
  /** As the report prints it: `no oversell`. Unique within a test. */
  readonly name: string;
  /** Name of the operation it speaks of. */
  readonly operation: string;
  /** What the checker needs besides the history. */
  readonly options: { readonly [name: string]: Value };
  /** The author's own model, where it names one. Code: it is not stored with a run, but found again in the script. */
  readonly model?: OwnModel | undefined;
}
