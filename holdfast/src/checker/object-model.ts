/** What `holdfast check FILE --model` decides: one object's history by itself. */
import { textOf } from "../history/history.ts";
import type { Value } from "../record/value.ts";
import { WEAKENING_WORDS_MAX } from "./limits.ts";
import type { Model, Step } from "./model.ts";
import type { Placeable } from "./search.ts";
import { search } from "./search.ts";
import { refuteNear } from "./search-window.ts";
import { shortened } from "./wording.ts";

export interface ObjectHistory {
  /** Those that may have had an effect or are evidence; infinite returns where the outcome is unknown. */
  readonly operations: readonly Placeable[];
  readonly initial: Value | undefined;
  readonly stop: () => boolean;
  /** Memory for a search, in words of 4 bytes. */
  readonly searchWordsMax: number;
}

/** Why a history is none of this object, with the operations that show it, by their places. */
export interface Breach {
  readonly places: readonly number[];
  readonly why: string;
  /**
   * Of a search, over the whole history or a stretch of it: it names all operations around, and the proof may need but a
   * few of them.
   */
  readonly blunt?: "whole" | "stretch";
}

export interface ObjectModel {
  /** What is wrong with an operation, as `value must be …`. */
  problem(step: Step): string | undefined;
  /** What is wrong with the value of `--initial`, as `must be …`. */
  initialProblem(initial: Value | undefined): string | undefined;
  /** Undefined when the history can be explained; "undecided" when that would take too long to know. */
  check(object: ObjectHistory): Breach | "undecided" | undefined;
  /**
   * The step as one that need not have happened: in whatever state the step itself is possible this one is, with the same
   * effect. Default: of unknown outcome.
   */
  weakened?(step: Step): Step;
}

/** Decides a model by search. */
export function searched(model: Model): ObjectModel {
  return {
    problem: (step) => model.problem(step),
    initialProblem: (initial) => {
      try {
        model.initial(initial);
        return undefined;
      } catch (error) {
        if (error instanceof RangeError) return error.message;
        throw error;
      }
    },
    check: ({ operations, initial, stop, searchWordsMax }) => {
      const places = [...operations.keys()].filter(
        (place) => !model.silent((operations[place] as Placeable).step),
      );
      const telling = places.map((place) => operations[place] as Placeable);
      const bounds = { wordsMax: searchWordsMax, stop };
      const whole = search(model, model.initial(initial), telling, bounds);
      if (whole.kind === "found") return undefined;
      // Of the many weaker histories that make a proof shorter, those that are hard are left alone.
      const hasRoom = searchWordsMax > WEAKENING_WORDS_MAX;
      if (whole.kind === "undecided" && !hasRoom) return "undecided";
      const result =
        whole.kind === "undecided" ? refuteNear(model, telling, whole.stuck, bounds) : whole;
      if (result === undefined) return "undecided";
      const { step } = telling[result.stuck] as Placeable;
      const beside = neighbours(telling, result.stuck);
      return {
        places: [result.stuck, ...beside].map((place) => places[place] as number),
        why:
          whole.kind === "none"
            ? `${describe(step)} has no place in any order of the operations ` +
              `(${result.placed} of ${telling.length} could be placed)`
            : `${describe(step)} has no place in any order of the operations around it, ` +
              "whatever came before them",
        blunt: whole.kind === "none" ? "whole" : "stretch",
      };
    },
  };
}

/** Those that began last before the operation returned: what it could have followed. */
function neighbours(operations: readonly Placeable[], stuck: number): number[] {
  const { returnNs } = operations[stuck] as Placeable;
  return [...operations.keys()]
    .filter((place) => place !== stuck && (operations[place] as Placeable).invokeNs <= returnNs)
    .sort((a, b) => (operations[b] as Placeable).invokeNs - (operations[a] as Placeable).invokeNs);
}

/** `read → 3`, `cas [1,2] rejected`, `write 5 (unknown)`. */
export function describe({ f, input, output, outcome }: Step): string {
  const [asking, answer] = [input, output].map((value) =>
    value === undefined ? undefined : textOf(value),
  );
  const asked = (input ?? null) === null ? "" : ` ${shortened(asking ?? "")}`;
  const told = answer !== asking ? answer : undefined;
  const answered = told === undefined ? "" : ` → ${shortened(told)}`;
  const ended = outcome === "rejected" ? " rejected" : outcome === "unknown" ? " (unknown)" : "";
  return `${f}${asked}${answered}${ended}`;
}
