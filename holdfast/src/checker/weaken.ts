/**
 * Makes the proof of a search short enough to read. To leave operations out would not do: without its write an honest
 * read becomes a lie. So they are weakened: an operation of known outcome becomes one that may have happened at any time
 * after its call, or never. That only ever allows more orders; a history that has none even then had none before.
 *
 *     before  |--write 1--|  |--write 2--|  |--read 3--|  |--write 4--|     no order
 *     after   |--- ? …       |--- ? …       |--read 3--|  |--- ? …          still none: the proof is one operation
 *
 * Halves are tried first, then quarters, down to single operations, so that what has nothing to do with it goes in a few
 * steps (Zeller's delta debugging, with weakening in the place of removal). The effort is bounded: what could not be
 * tried stays as it is, which makes the proof longer, never wrong.
 */
import { formatCount } from "../base/units.ts";
import type { Value } from "../record/value.ts";
import { WITNESSES_MAX } from "./finding.ts";
import { WEAKENED_MAX, WEAKENING_OPERATIONS_MAX, WEAKENING_WORDS_MAX } from "./limits.ts";
import type { Step } from "./model.ts";
import type { Breach, ObjectModel } from "./object-model.ts";
import { describe } from "./object-model.ts";
import type { Placeable } from "./search.ts";
import { counted } from "./wording.ts";

export interface Weakenable {
  readonly operations: readonly Placeable[];
  readonly initial: Value | undefined;
  readonly stop: () => boolean;
}

/** The same breach with as few operations as could be found, by their places; `breach` itself where it is short enough. */
export function clearer(model: ObjectModel, object: Weakenable, breach: Breach): Breach {
  const { operations } = object;
  if (breach.blunt === undefined || operations.length > WEAKENED_MAX) return breach;
  const certain = certainOf(model, object);
  if (certain.length === operations.length) return breach;
  // A stretch by itself says more than many operations of the whole.
  if (breach.blunt === "stretch" && certain.length > WITNESSES_MAX) return breach;
  const [stuck = -1] = breach.places;
  const named = certain.includes(stuck) ? stuck : lastOf(operations, certain);
  const others = operations.length - certain.length;
  const said = describe((operations[named] as Placeable).step);
  return {
    places: [named, ...certain.filter((place) => place !== named)],
    why: `${said} has no place in any order of ${whatIsLeft(certain.length, others)}`,
  };
}

/** The operations whose outcomes the proof needs, by their places; all others may have happened or not. */
export function certainOf(
  model: ObjectModel,
  { operations, initial, stop }: Weakenable,
): readonly number[] {
  const weak = operations.map((one) => weakened(model, one));
  const isCertain = operations.map(({ returnNs }) => isFinite(returnNs));
  let effort = WEAKENING_OPERATIONS_MAX;
  const stillBroken = (more: readonly number[]): boolean => {
    for (const place of more) isCertain[place] = false;
    const all = whatMatters(operations, weak, isCertain);
    effort -= all.length;
    const verdict = model.check({
      operations: all,
      initial,
      stop,
      searchWordsMax: WEAKENING_WORDS_MAX,
    });
    const broken = verdict !== undefined && verdict !== "undecided";
    if (!broken) for (const place of more) isCertain[place] = true;
    return broken;
  };
  const certain = (): number[] => [...operations.keys()].filter((place) => isCertain[place]);
  for (let size = Math.ceil(certain().length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let again = true; again;) {
      again = false;
      const left = certain();
      // From the end: what came after the trouble has the least to do with it.
      for (let end = left.length; end > 0; end -= size) {
        if (effort <= 0 || stop()) return certain();
        if (stillBroken(left.slice(Math.max(0, end - size), end))) again = size === 1;
      }
    }
  }
  return certain();
}

/** What may have happened or not, and was only called when all that is certain was over, explains nothing. */
function whatMatters(
  operations: readonly Placeable[],
  weak: readonly Placeable[],
  isCertain: readonly boolean[],
): Placeable[] {
  let overNs = Number.NEGATIVE_INFINITY;
  for (const [place, { returnNs }] of operations.entries()) {
    if (isCertain[place] === true) overNs = Math.max(overNs, returnNs);
  }
  const matters: Placeable[] = [];
  for (const [place, operation] of operations.entries()) {
    if (isCertain[place] === true) matters.push(operation);
    else if (operation.invokeNs <= overNs) matters.push(weak[place] as Placeable);
  }
  return matters;
}

function weakened(model: ObjectModel, { step, invokeNs }: Placeable): Placeable {
  const weak = model.weakened === undefined ? unknown(step) : model.weakened(step);
  return { step: weak, invokeNs, returnNs: Number.POSITIVE_INFINITY };
}

function unknown({ f, input }: Step): Step {
  return { f, input, output: undefined, outcome: "unknown" };
}

function lastOf(operations: readonly Placeable[], places: readonly number[]): number {
  const returnOf = (place: number): number => (operations[place] as Placeable).returnNs;
  return places.reduce((last, place) => (returnOf(place) > returnOf(last) ? place : last));
}

function whatIsLeft(certain: number, others: number): string {
  const which = certain === 1 ? "its own" : `these ${formatCount(certain)} operations`;
  return `${which}, and of ${counted(others, "operation")} that may or may not have happened`;
}
