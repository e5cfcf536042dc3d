/** The counter, by bounds where they tell, by search otherwise. */
import { Level } from "../level.ts";
import type { Breach, ObjectHistory, ObjectModel } from "../object-model.ts";
import { searched } from "../object-model.ts";
import { counter } from "./counter.ts";
import { boundedFirst, levelBreach } from "./level-bounds.ts";

export const boundedCounter: ObjectModel = boundedFirst(searched(counter), breachOf);

function breachOf({ operations, initial }: ObjectHistory): Breach | undefined {
  const level = new Level(Number.NEGATIVE_INFINITY);
  level.begin((initial ?? 0) as number);
  for (const [place, { step, invokeNs, returnNs }] of operations.entries()) {
    if (counter.silent(step)) continue;
    if (step.f === "add") level.change(place, step.input as number, invokeNs, returnNs);
    else level.read(place, step.output as number, invokeNs, returnNs);
  }
  return levelBreach(level, operations);
}
