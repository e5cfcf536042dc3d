/**
 * Models whose object is a level (`level.ts`), or several: first held against its bounds, which are quick, sound, and
 * name the operations that matter; only what passes them needs a search.
 */
import { formatCount } from "../../base/units.ts";
import { WITNESSES_MAX } from "../finding.ts";
import type { Level, Misfit } from "../level.ts";
import type { Breach, ObjectHistory, ObjectModel } from "../object-model.ts";
import { describe } from "../object-model.ts";
import type { Placeable } from "../search.ts";

/** `bySearch`, after a look at what the bounds say. */
export function boundedFirst(
  bySearch: ObjectModel,
  breachOf: (object: ObjectHistory) => Breach | undefined,
): ObjectModel {
  return { ...bySearch, check: (object) => breachOf(object) ?? bySearch.check(object) };
}

/** What the bounds of a level say against it, once it is filled; its rows are places in `operations`. */
export function levelBreach(
  level: Level,
  operations: readonly Placeable[],
  account = "",
): Breach | undefined {
  level.settle();
  const whose = account === "" ? "" : ` of ${account}`;
  const overdraft = level.overdraft();
  if (overdraft !== undefined) {
    const { amounts, rows } = level.changes;
    const sum = (places: readonly number[]): number =>
      Math.abs(places.reduce((units, place) => units + (amounts[place] as number), 0));
    const risen = sum(level.risesBy(overdraft.atNs));
    return {
      places: overdraft.falls.toReversed().map((place) => rows[place] as number),
      why:
        `${formatCount(sum(overdraft.falls))}${whose} are taken of ${formatCount(level.start)}` +
        `${risen > 0 ? ` and at most ${formatCount(risen)} more` : ""} by then`,
    };
  }
  const refusal = level.wrongRefusal();
  if (refusal !== undefined) {
    const row = level.refusals.rows[refusal.place] as number;
    const was = `although ${formatCount(refusal.lowest)} or more${whose} was there all the time`;
    return breachAt(level, operations, row, was);
  }
  const reading = level.wrongReading();
  if (reading === undefined) return undefined;
  const row = level.readings.rows[reading.place] as number;
  return breachAt(
    level,
    operations,
    row,
    `but ${account === "" ? "it" : account} ${boundsOf(reading)}`,
  );
}

function breachAt(
  level: Level,
  operations: readonly Placeable[],
  row: number,
  why: string,
): Breach {
  const { step, returnNs } = operations[row] as Placeable;
  return {
    places: [row, ...level.latestRows(returnNs, WITNESSES_MAX - 1)],
    why: `${describe(step)}, ${why}`,
  };
}

function boundsOf({ lowest, highest }: Misfit): string {
  if (lowest >= highest) return `can only have been ${formatCount(highest)} then`;
  return `was never below ${formatCount(lowest)} nor above ${formatCount(highest)} then`;
}
