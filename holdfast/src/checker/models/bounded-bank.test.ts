import { expect, test } from "vitest";
import type { Value } from "../../record/value.ts";
import type { Placeable } from "../search.ts";
import { boundedBank } from "./bounded-bank.ts";

/** One after the other: amounts that go from a to b, and balances that are read. */
function found(...steps: readonly (number | Value)[]): unknown {
  const operations = steps.map((step, i): Placeable => {
    const moves = typeof step === "number";
    return {
      step: {
        f: moves ? "transfer" : "read",
        input: moves ? { from: "a", to: "b", amount: step } : undefined,
        output: moves ? undefined : step,
        outcome: "ok",
      },
      invokeNs: 10 * i,
      returnNs: 10 * i + 5,
    };
  });
  const initial = { a: 1, b: 0 };
  const breach = boundedBank.check({ operations, initial, stop: () => false, searchWordsMax: 1e6 });
  return typeof breach === "object" ? (breach.blunt ?? "by bounds") : breach;
}

test("whole amounts are held against bounds, fractions and what was read of them are searched", () => {
  expect(found(1, 1)).toBe("by bounds");
  expect(found(0.75, 0.75)).toBe("whole");
  expect(found(0.75, 0.25)).toBeUndefined();
  expect(found(1, { a: 1, b: 0 })).toBe("by bounds");
  expect(found(1, { a: 0.5, b: 0.5 })).toBe("whole");
  expect(found({ a: 1, b: 1 })).toBe("by bounds");
  expect(found({ a: 1.5, b: 0.5 })).toBe("whole");
});
