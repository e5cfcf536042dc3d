/** Stock by its quick checker where nothing is given back or read; otherwise by bounds where they tell, else by search. */
import { Level } from "../level.ts";
import type { Breach, ObjectHistory, ObjectModel } from "../object-model.ts";
import { describe, searched } from "../object-model.ts";
import type { Timed } from "../invariants/quantity-sweep.ts";
import { sweepQuantities } from "../invariants/quantity-sweep.ts";
import type { Placeable } from "../search.ts";
import { boundedFirst, levelBreach } from "./level-bounds.ts";
import { stock } from "./stock.ts";

const bySearch = boundedFirst(searched(stock), breachOf);

export const fallingStock: ObjectModel = {
  ...bySearch,
  check: (object) => {
    const falling = object.operations.every(({ step }) => step.f === "take" || stock.silent(step));
    return falling ? check(object) : bySearch.check(object);
  },
};

function breachOf({ operations, initial }: ObjectHistory): Breach | undefined {
  const level = new Level(0);
  level.begin(initial as number);
  for (const [place, { step, invokeNs, returnNs }] of operations.entries()) {
    if (stock.silent(step)) continue;
    const units = (step.input ?? 1) as number;
    if (step.f === "read") level.read(place, step.output as number, invokeNs, returnNs);
    else if (step.f === "give") level.change(place, units, invokeNs, returnNs);
    else if (step.outcome === "rejected") level.refused(place, units, invokeNs, returnNs);
    else level.change(place, -units, invokeNs, returnNs);
  }
  return levelBreach(level, operations);
}

function check({ operations, initial }: ObjectHistory): Breach | "undecided" | undefined {
  const units = initial as number;
  const takes = [...operations.entries()].filter(([, { step }]) => step.f === "take");
  const of = (outcome: string): [number, Placeable][] =>
    takes.filter(([, { step }]) => step.outcome === outcome);
  const begun = ([, { invokeNs, step }]: [number, Placeable]): Timed => ({
    atNs: invokeNs,
    quantity: (step.input ?? 1) as number,
  });
  const ended = ([, { returnNs, step }]: [number, Placeable]): Timed => ({
    atNs: returnNs,
    quantity: (step.input ?? 1) as number,
  });
  const sold = of("ok").sort(([, a], [, b]) => a.returnNs - b.returnNs);
  let taken = 0;
  for (const [i, [, { step }]] of sold.entries()) {
    taken += (step.input ?? 1) as number;
    if (taken <= units) continue;
    const places = sold
      .slice(0, i + 1)
      .reverse()
      .map(([place]) => place);
    return { places, why: `${taken} units are taken of ${units} by then` };
  }
  const rejected = of("rejected");
  const { unexplained, exact } = sweepQuantities(
    units,
    sold.map(begun),
    of("unknown").map(begun),
    rejected.map(ended),
  );
  if (unexplained === undefined) return exact ? undefined : "undecided";
  const [place, { step }] = rejected[unexplained] as [number, Placeable];
  return {
    places: [place],
    why: `${describe(step)} although enough was left, however the rest went`,
  };
}
