/**
 * Judges a history that was recorded by anything (JSON Lines) against a model, object by object: the history is right
 * if and only if each object's operations can be put in an order that is true to real time and a run of the model.
 */
import { got, HoldfastError, ProblemsError } from "../base/errors.ts";
import type { History } from "../history/history.ts";
import { parseJsonLines } from "../history/json-lines.ts";
import type { Value } from "../record/value.ts";
import type { Finding } from "./finding.ts";
import { BAD_OPERATIONS_SHOWN_MAX } from "./limits.ts";
import type { Step } from "./model.ts";
import { auction } from "./models/auction.ts";
import { boundedBank } from "./models/bounded-bank.ts";
import { boundedCounter } from "./models/bounded-counter.ts";
import { fallingStock } from "./models/falling-stock.ts";
import { fifoQueue } from "./models/fifo-queue.ts";
import { growOnlySet } from "./models/grow-only-set.ts";
import { keyValueStore } from "./models/key-value.ts";
import { casRegister, plainRegister } from "./models/register.ts";
import { unique } from "./models/unique.ts";
import { decide, findingOf, withClearProof } from "./model-finding.ts";
import { checkTransactions } from "./transactions/check-transactions.ts";
import type { ObjectRows } from "./model-finding.ts";
import type { ObjectModel } from "./object-model.ts";
import { searched } from "./object-model.ts";

/** By the name that `--model` takes. */
export const MODELS: Readonly<Record<string, ObjectModel>> = {
  register: plainRegister,
  "cas-register": searched(casRegister),
  kv: keyValueStore,
  "fifo-queue": fifoQueue,
  set: growOnlySet,
  stock: fallingStock,
  counter: boundedCounter,
  bank: boundedBank,
  auction,
  unique,
};

/** Not an object but a database: its transactions span objects, so `transactions/` decides. */
const LIST_APPEND = "list-append";

export interface CheckFileOptions {
  model: string;
  /** The value of every object before its first operation. */
  initial?: unknown;
  /** For the model list-append: how isolated its transactions must be. Default: serializable. */
  isolation?: string | undefined;
  /** Judges only this object. */
  key?: string | undefined;
  /** Names the text in errors. */
  file?: string | undefined;
  /** Asked now and then: true ends the check as `unknown`. */
  stop?: (() => boolean) | undefined;
}

/** Throws a HoldfastError that lists all that is wrong with the model's name, `initial` or the lines. */
export function checkFile(text: string, options: CheckFileOptions): Finding {
  const { file = "history" } = options;
  if (options.model === LIST_APPEND) return checkTransactions(text, options);
  const model = Object.hasOwn(MODELS, options.model) ? MODELS[options.model] : undefined;
  if (model === undefined) {
    const names = [...Object.keys(MODELS), LIST_APPEND].join(", ");
    throw new HoldfastError(`--model must be one of ${names}, got ${got(options.model)}`, {
      code: "HF_MODEL",
    });
  }
  const initial = options.initial as Value | undefined;
  const problem = model.initialProblem(initial);
  if (problem !== undefined) {
    throw new HoldfastError(`--initial ${problem}, got ${got(initial)}`, {
      code: "HF_MODEL_INITIAL",
    });
  }
  const history = parseJsonLines(text, file);
  const objects = objectsOf(history, model, options.key, file);
  const stop = options.stop ?? ((): boolean => false);
  const decision = decide(model, objects, initial, stop);
  const told = withClearProof(decision, model, initial, stop);
  return findingOf(options.model, history, objects, told);
}

/** Every operation with an effect or evidence, by key. Throws a ProblemsError about those the model does not know. */
function objectsOf(
  history: History,
  model: ObjectModel,
  only: string | undefined,
  file: string,
): ObjectRows[] {
  const objects = new Map<string, ObjectRows>();
  const problems: string[] = [];
  const rows = [...history.columns.index.keys()].sort(
    (a, b) => (history.columns.index[a] as number) - (history.columns.index[b] as number),
  );
  for (const row of rows) {
    const { key, name, value, result, outcome, invokeNs, returnNs, index } = history.operation(row);
    if (outcome === "failed" || (only !== undefined && key !== only)) continue;
    const step: Step = {
      f: name,
      input: value,
      output: outcome === "unknown" ? undefined : result,
      outcome,
    };
    const problem = model.problem(step);
    if (problem !== undefined) problems.push(`operation ${index} (${name}): ${problem}`);
    let object = objects.get(key);
    if (object === undefined) objects.set(key, (object = { key, rows: [], operations: [] }));
    const endNs = outcome === "unknown" ? Number.POSITIVE_INFINITY : returnNs;
    object.rows.push(row);
    object.operations.push({ step, invokeNs, returnNs: endNs });
  }
  if (problems.length > 0) {
    const shown = problems.slice(0, BAD_OPERATIONS_SHOWN_MAX);
    if (problems.length > shown.length) shown.push(`and ${problems.length - shown.length} more`);
    throw new ProblemsError(file, shown);
  }
  return [...objects.values()];
}
