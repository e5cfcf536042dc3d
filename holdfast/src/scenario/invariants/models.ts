/** The rules that fit any object: one that behaves as if there were one copy, and transactions that do not mix. */
import type { Invariant } from "../../record/invariant.ts";
import type { IsolationLevel } from "../../record/isolation.ts";
import type { OperationDefinition } from "../../record/operation.ts";
import type { ModelOperation, OwnModel } from "../../record/own-model.ts";
import type { Value } from "../../record/value.ts";
import { statement } from "./statement.ts";

/** What `holdfast check --model` knows, but for list-append, which is `serializable`. */
export type ModelName =
  | "register"
  | "cas-register"
  | "kv"
  | "fifo-queue"
  | "set"
  | "stock"
  | "counter"
  | "bank"
  | "auction"
  | "unique";

export interface LinearizableOptions {
  /** A name, or a model of your own: `defineModel({ init, step })`. */
  model: ModelName | OwnModel;
  /** The object before its first operation, in the model's terms. Default: the model's own. */
  initial?: Value;
  name?: string;
}

/**
 * Per key, some order of the operations, true to real time, is a run of the model: as if one client after another had
 * acted on one copy. `operations` by the model's word for each: `{ read: readPrice, write: setPrice }`. Keys are decided
 * exactly and quickly where values tell what happened, else by search with bounded effort, beyond which they are
 * `unknown`.
 */
export function linearizable(
  operations: Readonly<Record<string, OperationDefinition>>,
  options: LinearizableOptions,
): Invariant {
  const { model, ...rest } = options;
  const [first] = Object.values(operations);
  if (first === undefined) {
    throw new TypeError("linearizable: operations must name at least one, got none");
  }
  const own = typeof model === "string" ? undefined : model;
  const name = own?.name ?? (model as ModelName);
  const names = Object.entries(operations).map(([word, { name: called }]) => [word, called]);
  const plain = statement("linearizable", `linearizable as ${name}`, first, {
    ...rest,
    model: name,
    own: own === undefined ? undefined : true,
    operations: Object.fromEntries(names) as Record<string, string>,
  });
  return own === undefined ? plain : Object.freeze({ ...plain, model: own });
}

/** A model of your own; `step` is pure, takes any JSON value as state, and gives undefined for what cannot happen. */
export function defineModel<State>(model: {
  /** As findings call it. Default: "own model". */
  name?: string;
  /** Any JSON value; so is what `step` gives. */
  init: State;
  step: (state: State, operation: ModelOperation) => State | undefined;
  /** True for what never changes the state: judging is much quicker for it. */
  reads?: (operation: ModelOperation) => boolean;
}): OwnModel {
  const { name = "own model", init, step, reads } = model;
  // States are handed to `step` as they were given by it, so that its own type of them holds.
  return Object.freeze({ name, init: init as Value, step: step as OwnModel["step"], reads });
}

/**
 * The transactions on lists are isolated as the level says (default: serializable), over all keys. The operation's value
 * is what was asked for and its result what came of it, both as `[["append", "x", 3], ["r", "y", [1, 2]]]`; each element
 * is appended to a list once in the whole run.
 */
export function serializable(
  transaction: OperationDefinition,
  options: { isolation?: IsolationLevel; name?: string } = {},
): Invariant {
  const { isolation = "serializable" } = options;
  return statement("serializable", `transactions are ${isolation}`, transaction, {
    ...options,
    isolation,
  });
}
