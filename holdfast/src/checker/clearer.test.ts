/** How much a proof is made shorter, and at what cost, with models that count. */
import { expect, test } from "vitest";
import { WEAKENED_MAX, WEAKENING_OPERATIONS_MAX } from "./limits.ts";
import type { Breach, ObjectModel } from "./object-model.ts";
import type { Placeable } from "./search.ts";
import { certainOf, clearer } from "./weaken.ts";

const BLUNT: Breach = { places: [1, 0], why: "whatever", blunt: "whole" };

/** All at once, so that none is too late for another. */
function operations(count: number): Placeable[] {
  return Array.from({ length: count }, (_, i) => ({
    step: { f: "write", input: i, output: undefined, outcome: "ok" },
    invokeNs: 0,
    returnNs: 5 + i,
  }));
}

/** Broken as long as these operations, by what they write, are certain. */
function brokenBy(inputs: readonly number[]): { model: ObjectModel; asked: () => number } {
  let count = 0;
  const model: ObjectModel = {
    problem: () => undefined,
    initialProblem: () => undefined,
    check: ({ operations: all }) => {
      count += 1;
      const certain = new Set(
        all.filter(({ returnNs }) => returnNs < Infinity).map(({ step }) => step.input),
      );
      return inputs.every((input) => certain.has(input)) ? BLUNT : undefined;
    },
  };
  return { model, asked: () => count };
}

function cleared(count: number, inputs: readonly number[], breach: Breach = BLUNT): Breach {
  const { model } = brokenBy(inputs);
  const object = { operations: operations(count), initial: undefined, stop: () => false };
  return clearer(model, object, breach);
}

test("the operation that was stuck is named where the proof needs it, else the last that it needs", () => {
  expect(cleared(9, [1, 4]).places).toEqual([1, 4]);
  expect(cleared(9, [0, 4]).places).toEqual([4, 0]);
  expect(cleared(9, [0, 4], { ...BLUNT, places: [] }).places).toEqual([4, 0]);
});

test("what is short enough, or needs all, stays as it is", () => {
  const sharp: Breach = { places: [3], why: "a reason" };
  expect(cleared(9, [3], sharp)).toBe(sharp);
  expect(cleared(3, [0, 1, 2])).toBe(BLUNT);
});

test("a stretch stays as it is where the whole would need more than five operations", () => {
  const stretch: Breach = { ...BLUNT, blunt: "stretch" };
  expect(cleared(9, [0, 1, 2, 3, 4, 5], stretch)).toBe(stretch);
  expect(cleared(9, [0, 1, 2, 3, 4], stretch).places).toHaveLength(5);
  expect(cleared(9, [0, 1, 2, 3, 4, 5]).places).toHaveLength(6);
});

test(`of more than ${WEAKENED_MAX} operations none is tried`, () => {
  expect(cleared(WEAKENED_MAX + 1, [1])).toBe(BLUNT);
  expect(cleared(WEAKENED_MAX, [1])).not.toBe(BLUNT);
});

test("the effort ends when so many operations were decided, or when it is told to", () => {
  const { model, asked } = brokenBy([...operations(3_000).keys()]);
  const object = { operations: operations(3_000), initial: undefined, stop: (): boolean => false };
  expect(certainOf(model, object)).toHaveLength(3_000);
  expect(asked()).toBe(WEAKENING_OPERATIONS_MAX / 3_000);
  const stopped = brokenBy([1]);
  expect(certainOf(stopped.model, { ...object, stop: () => true })).toHaveLength(3_000);
  expect(stopped.asked()).toBe(0);
});
