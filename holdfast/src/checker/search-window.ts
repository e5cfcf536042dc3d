/**
 * A second look at a history that was too large to search: only a stretch of it, from any state. What was over before the
 * stretch is forgotten, what reaches into it may have happened in it or not, what only ends after it, too:
 *
 *     forgotten |--|        |---------|  optional
 *                       [   |--| |----|  |--|   ]  must have an order by themselves, from some state
 *                                            |------|  optional
 *
 * Whatever order the whole has, its part from the beginning of the stretch on is one of these: so if the stretch has
 * none, the whole has none. The reverse is not true.
 */
import type { Model, State, Step } from "./model.ts";
import { WINDOWS, WINDOW_WORDS_MAX } from "./limits.ts";
import type { Placeable, SearchBounds, SearchResult } from "./search.ts";
import { search } from "./search.ts";

/** No model's state: any state at all. */
const ANY = "\u0000any";

/**
 * Looks at stretches that end where the search got stuck, from short to long. Gives "none" only as a proof, with places
 * in `operations`; undefined otherwise.
 */
export function refuteNear(
  model: Model,
  operations: readonly Placeable[],
  stuck: number,
  bounds: SearchBounds,
): (SearchResult & { kind: "none" }) | undefined {
  if (model.settles === undefined || stuck < 0) return undefined;
  const returns = operations
    .map(({ returnNs }) => returnNs)
    .filter(isFinite)
    .sort((a, b) => a - b);
  const end = returns.indexOf((operations[stuck] as Placeable).returnNs);
  const loose = loosened(model, model.settles.bind(model));
  for (const size of WINDOWS) {
    // The stretch begins right behind this instant.
    const fromNs = returns[end - size] ?? Number.NEGATIVE_INFINITY;
    const toNs = returns[Math.min(returns.length - 1, end + 1)] as number;
    const places: number[] = [];
    const stretch: Placeable[] = [];
    for (const [place, { step, invokeNs, returnNs }] of operations.entries()) {
      if (returnNs <= fromNs || invokeNs > toNs) continue;
      const inside = invokeNs > fromNs && returnNs <= toNs;
      places.push(place);
      stretch.push({ step, invokeNs, returnNs: inside ? returnNs : Number.POSITIVE_INFINITY });
    }
    const wordsMax = Math.min(bounds.wordsMax, WINDOW_WORDS_MAX);
    const result = search(loose, ANY, stretch, { ...bounds, wordsMax });
    if (result.kind === "none") return { ...result, stuck: places[result.stuck] as number };
  }
  return undefined;
}

/** The model from any state: what does not settle it leaves it open, and everything may happen. */
function loosened(model: Model, settles: (step: Step) => State | undefined): Model {
  return {
    problem: (step) => model.problem(step),
    initial: (initial) => model.initial(initial),
    silent: (step) => model.silent(step),
    reads: (step) => model.reads(step),
    next: (state, step) => (state === ANY ? (settles(step) ?? ANY) : model.next(state, step)),
  };
}
