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
import { WEAKENED_MAX, WEAKENING_WORDS_MAX, WEAKENINGS_MAX } from "./limits.ts";
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
  if (certain.length === operations.length || certain.length === 0) return breach;
  // A stretch by itself says more than many operations of the whole.
  if (breach.blunt === "stretch" && certain.length > WITNESSES_MAX) return breach;
  const [stuck] = breach.places;
  const named =
    stuck !== undefined && certain.includes(stuck) ? stuck : lastOf(operations, certain);
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
  const weakened = new Set<number>();
  for (const [place, { returnNs }] of operations.entries()) {
    if (!isFinite(returnNs)) weakened.add(place);
  }
  let tries = WEAKENINGS_MAX;
  const stillBroken = (more: readonly number[]): boolean => {
    tries -= 1;
    const all = new Set([...weakened, ...more]);
    const verdict = model.check({
      operations: operations.map((one, place) => (all.has(place) ? weak(model, one) : one)),
      initial,
      stop,
      searchWordsMax: WEAKENING_WORDS_MAX,
    });
    return verdict !== undefined && verdict !== "undecided";
  };
  const certain = (): number[] => [...operations.keys()].filter((place) => !weakened.has(place));
  for (let size = Math.ceil(certain().length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let again = true; again;) {
      again = false;
      const left = certain();
      // From the end: what came after the trouble has the least to do with it.
      for (let end = left.length; end > 0; end -= size) {
        const chunk = left.slice(Math.max(0, end - size), end);
        if (tries <= 0 || stop()) return certain();
        if (!stillBroken(chunk)) continue;
        for (const place of chunk) weakened.add(place);
        again = size === 1;
      }
    }
  }
  return certain();
}

function weak(model: ObjectModel, { step, invokeNs }: Placeable): Placeable {
  const weakened = model.weakened === undefined ? unknown(step) : model.weakened(step);
  return { step: weakened, invokeNs, returnNs: Number.POSITIVE_INFINITY };
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
