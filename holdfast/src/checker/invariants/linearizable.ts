/**
 * Linearizable: per key, some order of the operations, true to real time, is a run of a model (Herlihy and Wing 1990).
 * The models are those of `holdfast check --model`, or the author's own. Exact; a key whose search would take more than
 * the limits allow is undecided, and then the verdict is `unknown`.
 */
import type { OperationGroup } from "../../history/history.ts";
import type { Invariant } from "../../record/invariant.ts";
import { overlapOf } from "../activity.ts";
import { MODELS } from "../check-file.ts";
import type { Checker, Judgement, Question, Violation } from "../checker.ts";
import { SEARCH_POLLS_MAX } from "../limits.ts";
import type { Step } from "../model.ts";
import { decide } from "../model-finding.ts";
import type { Decision, ObjectRows } from "../model-finding.ts";
import { ownModel } from "../models/own.ts";
import type { ObjectModel } from "../object-model.ts";
import { searched } from "../object-model.ts";
import { stopAfter } from "../search.ts";
import { clearer } from "../weaken.ts";
import { counted, joined, of, shortened } from "../wording.ts";

export const linearizable: Checker = {
  needsEveryOperation: true,
  // Over all operations of a key, not the first one's alone: told below.
  needsOverlap: false,
  check,
};

/** The rows of a key, with the model's word for each. */
interface Named {
  readonly word: string;
  readonly group: OperationGroup;
}

function check(question: Question): Judgement {
  const { invariant, history } = question;
  const { initial } = invariant.options;
  const objectModel = modelFor(question);
  const problem = objectModel.initialProblem(initial);
  if (problem !== undefined) throw new Error(`initial ${problem}`);
  const objects: ObjectRows[] = [];
  const strange: string[] = [];
  let overlapMax = 0;
  for (const [key, groups] of namedGroups(question)) {
    const object = objectOf(question, key, groups);
    const wrong = object.operations.map(({ step }) => objectModel.problem(step)).find(Boolean);
    if (wrong !== undefined) strange.push(`${of(key)}${wrong}`);
    else objects.push(object);
    const { rows } = object;
    const overlap = overlapOf(history.columns, rows.length, (place) => rows[place] as number);
    overlapMax = Math.max(overlapMax, overlap);
  }
  const stop = stopAfter(SEARCH_POLLS_MAX, () => question.stop());
  const { broken, undecided } = decide(objectModel, objects, initial, stop);
  const violations = broken.map((one) => violationOf(question, one));
  const shown = violations.reduce(
    (first, { atNs }, i) => (atNs < (violations[first] as Violation).atNs ? i : first),
    0,
  );
  const earliest = broken[shown];
  if (earliest !== undefined) {
    const { object, breach } = earliest;
    const { operations } = object;
    const clear = clearer(objectModel, { operations, initial, stop }, breach);
    const { atNs } = violations[shown] as Violation;
    violations[shown] = { ...violationOf(question, { object, breach: clear }), atNs };
  }
  const total = objects.reduce((sum, { rows }) => sum + rows.length, 0);
  const held =
    `${counted(total, "operation")} on ${counted(objects.length, "key")} fit the model ` +
    `${modelName(invariant)}, up to ${overlapMax} at once on a key`;
  const [hard] = undecided;
  const missing = joined(
    [
      strange.length > 0 &&
        `${counted(strange.length, "key")} with operations that the model does not know (${strange[0]})`,
      hard !== undefined &&
        `${counted(undecided.length, "key")} could not be decided within the bounds of the search ` +
          `(first: ${shortened(hard.key)})`,
    ],
    "; ",
  );
  const raced = overlapMax >= 2;
  const unmet = raced ? [] : ["no two operations ever overlapped on one key, so nothing raced"];
  return { violations, held, missing: missing === "" ? undefined : missing, unmet };
}

function violationOf(
  { history }: Question,
  { object, breach }: Decision["broken"][number],
): Violation {
  const rows = breach.places
    .filter((place) => place >= 0)
    .map((place) => object.rows[place] as number);
  return {
    key: object.key,
    atNs: Math.max(...rows.map((row) => history.columns.returnNs[row] as number)),
    sentence: `${of(object.key)}${breach.why}`,
    rows,
    count: 1,
  };
}

function modelFor({ invariant, ownModel: loadOwn }: Question): ObjectModel {
  if (invariant.options["own"] === true) {
    // What an author's model makes of an outcome it was not told is the author's own affair.
    return { ...searched(ownModel(loadOwn())), weakened: (step) => step };
  }
  const name = modelName(invariant);
  const known = Object.hasOwn(MODELS, name) ? MODELS[name] : undefined;
  if (known === undefined) throw new Error(`nobody here knows the model "${name}"`);
  return known;
}

function modelName({ options }: Invariant): string {
  return typeof options["model"] === "string" ? options["model"] : "";
}

/** By key, in the order in which keys first occur. */
function namedGroups({ history, invariant, key }: Question): Map<string, Named[]> {
  const words = Object.entries(invariant.options["operations"] as Record<string, string>);
  const byKey = new Map<string, Named[]>();
  for (const group of history.groups) {
    if (key !== undefined && group.key !== key) continue;
    for (const [word, name] of words) {
      if (name !== group.name) continue;
      const groups = byKey.get(group.key) ?? [];
      groups.push({ word, group });
      byKey.set(group.key, groups);
    }
  }
  return byKey;
}

/** All that had an effect or is evidence, in order of invocation. */
function objectOf({ history }: Question, key: string, groups: readonly Named[]): ObjectRows {
  const wordOf = new Map<number, string>();
  for (const { word, group } of groups) {
    for (let row = group.from; row < group.to; row++) wordOf.set(row, word);
  }
  const { index } = history.columns;
  const inOrder = [...wordOf.keys()].sort((a, b) => (index[a] as number) - (index[b] as number));
  const object: ObjectRows = { key, rows: [], operations: [] };
  for (const row of inOrder) {
    const { value, result, outcome, invokeNs, returnNs } = history.operation(row);
    if (outcome === "failed") continue;
    const unknown = outcome === "unknown";
    const step: Step = {
      f: wordOf.get(row) as string,
      input: value,
      output: unknown ? undefined : result,
      outcome,
    };
    object.rows.push(row);
    object.operations.push({ step, invokeNs, returnNs: unknown ? Infinity : returnNs });
  }
  return object;
}
