/** From the objects of a history and a model to one finding. */
import { formatCount } from "../base/units.ts";
import type { History } from "../history/history.ts";
import type { Value } from "../record/value.ts";
import { activityOf, overlapOf } from "./activity.ts";
import { consideredOf } from "./considered.ts";
import type { Finding } from "./finding.ts";
import { WITNESSES_MAX } from "./finding.ts";
import { SEARCH_WORDS_FIRST, SEARCH_WORDS_MAX } from "./limits.ts";
import type { Breach, ObjectModel } from "./object-model.ts";
import type { Placeable } from "./search.ts";
import { clearer } from "./weaken.ts";
import { witnessOf } from "./witness.ts";
import { at, counted, of } from "./wording.ts";

/** One object's operations that have an effect or are evidence, in order of invocation. */
export interface ObjectRows {
  readonly key: string;
  readonly rows: number[];
  readonly operations: Placeable[];
}

/** What is said of a history without an operation: nothing was wrong in it, and nothing was right. */
export const NOTHING_TO_JUDGE = "the history holds no operation, so there is nothing to judge";

export interface Decision {
  readonly broken: readonly { readonly object: ObjectRows; readonly breach: Breach }[];
  readonly undecided: readonly ObjectRows[];
}

/** First with little effort for each object: one that is certainly broken decides, and spares the hard ones. */
export function decide(
  model: ObjectModel,
  objects: readonly ObjectRows[],
  initial: Value | undefined,
  stop: () => boolean,
): Decision {
  const first = decideWithin(model, objects, initial, stop, SEARCH_WORDS_FIRST);
  if (first.broken.length > 0) return first;
  return decideWithin(model, first.undecided, initial, stop, SEARCH_WORDS_MAX);
}

function decideWithin(
  model: ObjectModel,
  objects: readonly ObjectRows[],
  initial: Value | undefined,
  stop: () => boolean,
  searchWordsMax: number,
): Decision {
  const broken: { object: ObjectRows; breach: Breach }[] = [];
  const undecided: ObjectRows[] = [];
  for (const object of objects) {
    const { operations } = object;
    const breach = model.check({ operations, initial, stop, searchWordsMax });
    if (breach === "undecided") undecided.push(object);
    else if (breach !== undefined) broken.push({ object, breach });
  }
  return { broken, undecided };
}

/** The first that is broken is the one that is shown: its proof is made as short as can be. */
export function withClearProof(
  decision: Decision,
  model: ObjectModel,
  initial: Value | undefined,
  stop: () => boolean,
): Decision {
  const [first, ...others] = decision.broken;
  if (first === undefined) return decision;
  const { operations } = first.object;
  const breach = clearer(model, { operations, initial, stop }, first.breach);
  return { ...decision, broken: [{ ...first, breach }, ...others] };
}

export function findingOf(
  model: string,
  history: History,
  objects: readonly ObjectRows[],
  { broken, undecided }: Decision,
): Finding {
  const { operations, unknown } = activityOf(history, history.groups);
  const finding: Finding = {
    name: model,
    kind: model,
    verdict: "pass",
    sentence:
      `${counted(operations, "operation")} on ${counted(objects.length, "object")} ` +
      `fit the model ${model}`,
    checked: {
      operations,
      keys: objects.length,
      unknownOutcomes: unknown,
      overlapMax: overlapMaxOf(history, objects),
    },
    witnesses: [],
    count: broken.length,
    key: null,
  };
  const [first] = broken;
  if (first !== undefined) return { ...finding, ...failed(history, first, broken.length - 1) };
  if (history.size === 0) return { ...finding, verdict: "unknown", sentence: NOTHING_TO_JUDGE };
  const [hard] = undecided;
  if (hard === undefined) return finding;
  const which = hard.key === "" ? "" : ` (first: ${hard.key})`;
  return {
    ...finding,
    verdict: "unknown",
    sentence:
      `${formatCount(undecided.length)} of ${counted(objects.length, "object")} could not be ` +
      `decided within the bounds of the search${which}`,
  };
}

function failed(
  history: History,
  { object, breach }: Decision["broken"][number],
  others: number,
): Partial<Finding> {
  const { index, returnNs } = history.columns;
  const rows = [...new Set(breach.places)]
    .filter((place) => place >= 0)
    .slice(0, WITNESSES_MAX)
    .map((place) => object.rows[place] as number);
  const endNs = Math.max(...rows.map((row) => returnNs[row] as number));
  const more = others > 0 ? `; also on ${counted(others, "other object")}` : "";
  return {
    verdict: "fail",
    sentence: `${of(object.key)}${breach.why}, at ${at(endNs)}${more}`,
    witnesses: rows
      .toSorted((a, b) => (index[a] as number) - (index[b] as number))
      .map((row) => witnessOf(history, row)),
    key: object.key,
    considered: consideredOf(history, object.key, rows, () => true),
  };
}

function overlapMaxOf(history: History, objects: readonly ObjectRows[]): number {
  let most = 0;
  for (const { rows } of objects) {
    const overlap = overlapOf(history.columns, rows.length, (place) => rows[place] as number);
    most = Math.max(most, overlap);
  }
  return most;
}
