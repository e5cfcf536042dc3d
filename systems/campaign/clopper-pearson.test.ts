import { describe, expect, test } from "vitest";
import { clopperPearson } from "./clopper-pearson.ts";

describe("the interval of Clopper and Pearson", () => {
  test.each([
    // Where all or none succeed the ends have a closed form: (alpha/2)^(1/n) and 1 - (alpha/2)^(1/n).
    [30, 30, 0.025 ** (1 / 30), 1],
    [0, 300, 0, 1 - 0.025 ** (1 / 300)],
    // The usual textbook value.
    [4, 20, 0.0573, 0.4366],
    [29, 30, 0.8278, 0.9992],
  ])("of %i in %i is %f to %f", (successes, trials, low, high) => {
    const interval = clopperPearson(successes, trials);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });

  test("is the mirror image for failures", () => {
    const { low, high } = clopperPearson(7, 25);
    const mirrored = clopperPearson(18, 25);
    expect(mirrored.low).toBeCloseTo(1 - high, 10);
    expect(mirrored.high).toBeCloseTo(1 - low, 10);
  });
});
