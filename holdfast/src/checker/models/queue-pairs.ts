/**
 * Which enqueue a dequeue took from, where the same value is enqueued more than once. Of two that do the same, the one
 * that was called and returned first may as well be held to have come first: in any order in which it did not, the two
 * can change places. So the first enqueue of a value goes with its first dequeue, the second with its second, …; only
 * where one lies within another, or where outcomes are unknown, is that a guess.
 */
import type { Value } from "../../record/value.ts";
import type { ObjectHistory } from "../object-model.ts";
import type { Placeable } from "../search.ts";
import { valueText } from "../value-text.ts";

export interface Paired {
  readonly history: ObjectHistory;
  /** True when a breach at these places does not rest on a guess. */
  readonly proves: (places: readonly number[]) => boolean;
}

/** In which order operations that lie within one another are taken, when that is a guess. */
export type Guess = "called first" | "returned first";

/** The history with each value made one of its own; undefined where that would need more than a guess. */
export function paired(history: ObjectHistory, guess: Guess): Paired | undefined {
  const { operations, initial } = history;
  const start = (initial ?? []) as readonly Value[];
  const groups = new Map<string, { enqueues: number[]; dequeues: number[] }>();
  const groupOf = (value: Value): { enqueues: number[]; dequeues: number[] } => {
    const text = valueText(value);
    let group = groups.get(text);
    if (group === undefined) groups.set(text, (group = { enqueues: [], dequeues: [] }));
    return group;
  };
  let unknownDequeues = false;
  for (const [place, { step }] of operations.entries()) {
    const { f, input, output, outcome } = step;
    if (f === "enqueue") {
      if (outcome !== "rejected") groupOf(input ?? null).enqueues.push(place);
    } else if (outcome === "unknown") unknownDequeues = true;
    else if (outcome === "ok" && output === undefined) return undefined;
    else if (outcome === "ok" && output !== null) groupOf(output as Value).dequeues.push(place);
  }
  const numbers = new Map<number, number>();
  const guessed = new Set<number>();
  const before = new Map<string, number>();
  const first = start.map((value) => {
    const text = valueText(value);
    const number = before.get(text) ?? 0;
    before.set(text, number + 1);
    return name(value, number);
  });
  for (const [text, { enqueues, dequeues }] of groups) {
    const there = before.get(text) ?? 0;
    const many = enqueues.length + there > 1;
    const unknown = enqueues.some((place) => !isFinite(operations[place]?.returnNs ?? 0));
    const nested = [inOrder(operations, enqueues, guess), inOrder(operations, dequeues, guess)];
    if (many && (unknown || nested.includes(true))) {
      for (const place of [...enqueues, ...dequeues]) guessed.add(place);
    }
    for (const [i, place] of enqueues.entries()) numbers.set(place, there + i);
    for (const [i, place] of dequeues.entries()) numbers.set(place, i);
  }
  const named = (value: Value | undefined, place: number): Value =>
    name(value ?? null, numbers.get(place) as number);
  const told = operations.map((operation, place): Placeable => {
    if (!numbers.has(place)) return operation;
    const { step } = operation;
    const made =
      step.f === "enqueue"
        ? { ...step, input: named(step.input, place) }
        : { ...step, output: named(step.output, place) };
    return { ...operation, step: made };
  });
  const proves = (places: readonly number[]): boolean => {
    if (unknownDequeues) return false;
    // An empty queue is empty of all values.
    const about = places.filter((place) => place >= 0);
    return about.every((place) => numbers.has(place))
      ? !about.some((place) => guessed.has(place))
      : guessed.size === 0;
  };
  return { history: { ...history, operations: told, initial: first }, proves };
}

/** As it is told: `5 (no. 2)`. */
function name(value: Value, number: number): string {
  return `${valueText(value)} (no. ${number + 1})`;
}

/** Sorts the places; true when one operation lies within another. */
function inOrder(operations: readonly Placeable[], places: number[], guess: Guess): boolean {
  const time = (place: number): Placeable => operations[place] as Placeable;
  const byCall = (a: number, b: number): number => time(a).invokeNs - time(b).invokeNs;
  const byReturn = (a: number, b: number): number =>
    time(a).returnNs === time(b).returnNs ? 0 : time(a).returnNs - time(b).returnNs;
  places.sort((a, b) =>
    guess === "called first" ? byCall(a, b) || byReturn(a, b) : byReturn(a, b) || byCall(a, b),
  );
  return places.some((place, i) => {
    const next = places[i + 1];
    return next !== undefined && (byCall(place, next) > 0 || byReturn(place, next) > 0);
  });
}
