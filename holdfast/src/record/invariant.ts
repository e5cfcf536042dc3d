/**
 * A statement about the whole history: plain data, so that a stored run can be judged again without the script that
 * wrote it. The author makes them with the functions of `scenario/invariants/`; `checker/` decides them by `kind`.
 */
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
}
