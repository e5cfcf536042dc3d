import { expect, test } from "vitest";
import type { Model, Step } from "./model.ts";
import { IMPOSSIBLE, Transitions } from "./search-states.ts";

/** States are numbers; a step adds its input, and 9 is never reached. */
function asked(keptMax?: number): { transitions: Transitions; steps: string[] } {
  const steps: string[] = [];
  const model: Model = {
    problem: () => undefined,
    initial: () => 0,
    silent: () => false,
    reads: () => false,
    next: (state, { input }) => {
      steps.push(`${String(state)}+${input as number}`);
      const sum = (state as number) + (input as number);
      return sum === 9 ? undefined : sum;
    },
  };
  return { transitions: new Transitions(model, 3, keptMax), steps };
}

function adding(input: number): Step {
  return { f: "add", input, output: undefined, outcome: "ok" };
}

test("a transition is computed once, beyond those that are kept each time anew", () => {
  const { transitions, steps } = asked(2);
  const start = transitions.numberOf(0);
  const [one, two, nine] = [1, 2, 9].map((units) => transitions.kindOf(adding(units)));
  for (let times = 0; times < 2; times++) {
    for (const [kind, sum] of [
      [one, 1],
      [nine, undefined],
      [two, 2],
    ] as const) {
      const next = transitions.next(start, kind as number);
      expect(next === IMPOSSIBLE ? undefined : transitions.stateOf(next)).toBe(sum);
    }
  }
  expect(steps).toEqual(["0+1", "0+9", "0+2", "0+2"]);
});

test("what is kept is counted: every state, and every transition", () => {
  const { transitions } = asked(1);
  const start = transitions.numberOf(0);
  const [one, two] = [1, 2].map((units) => transitions.kindOf(adding(units)));
  const grown = [one, two, two].map((kind) => {
    const before = transitions.words;
    transitions.next(start, kind as number);
    return transitions.words - before;
  });
  const entry = transitions.words - grown.reduce((sum, words) => sum + words, 0);
  expect(grown).toEqual([2 * entry, entry, 0]);
});
