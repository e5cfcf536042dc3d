import { describe, expect, test } from "vitest";
import { seededRandom } from "../base/random.ts";
import { counter } from "./models/counter.ts";
import { casRegister, register } from "./models/register.ts";
import type { Model, State, Step } from "./model.ts";
import type { Placeable } from "./search.ts";
import { search, stopAfter } from "./search.ts";

const bounds = { wordsMax: 10_000_000, stop: (): boolean => false };

function placeable(step: Partial<Step>, invokeNs: number, returnNs: number): Placeable {
  const whole = { f: "read", input: undefined, output: undefined, outcome: "ok" as const, ...step };
  return { step: whole, invokeNs, returnNs };
}

/** Counts how often the model is asked. */
function counting(model: Model): { model: Model; asked: () => number } {
  let count = 0;
  const next = (state: State, step: Step): State | undefined => {
    count += 1;
    return model.next(state, step);
  };
  return { model: { ...model, next }, asked: () => count };
}

/** A register's true history: `width` processes at a time, reads answered as they should be. */
function longHistory(operations: number, width: number): Placeable[] {
  const random = seededRandom("long");
  let value = 0;
  return Array.from({ length: operations }, (_, i) => {
    const atNs = i * 10;
    const [invokeNs, returnNs] = [
      atNs - random.integer(0, width * 10),
      atNs + random.integer(0, 9),
    ];
    if (random.next() < 0.5) {
      value = random.integer(0, 3);
      return placeable({ f: "write", input: value }, invokeNs, returnNs);
    }
    return placeable({ output: value }, invokeNs, returnNs);
  });
}

describe("the search for an order", () => {
  test("goes through 5,000 operations with a few steps each, and remembers a few words of each", () => {
    const { model, asked } = counting(register);
    const operations = longHistory(5_000, 3);
    const found = search(model, register.initial(0), operations, { ...bounds, wordsMax: 400_000 });
    expect(found).toEqual({ kind: "found" });
    expect(asked()).toBeLessThan(100_000);
  });

  test("does not depend on the order in which operations are given", () => {
    const operations = longHistory(300, 4);
    const random = seededRandom("shuffled");
    const shuffled = operations
      .map((operation) => ({ operation, place: random.next() }))
      .sort((a, b) => a.place - b.place)
      .map(({ operation }) => operation);
    expect(search(register, register.initial(0), shuffled, bounds).kind).toBe("found");
    const spoiled = [...shuffled, placeable({ output: 9 }, 100, 200)];
    expect(search(register, register.initial(0), spoiled, bounds)).toMatchObject({ stuck: 300 });
  });

  test("names the operation that could not be placed, and how many could", () => {
    const operations = [
      placeable({ f: "write", input: 1 }, 0, 10),
      placeable({ f: "write", input: 2 }, 20, 30),
      placeable({ output: 1 }, 40, 50),
    ];
    expect(search(register, register.initial(0), operations, bounds)).toEqual({
      kind: "none",
      stuck: 2,
      placed: 1,
    });
  });

  /** 14 different even adds at once, and an odd sum of about half of them: nearly every subset must be tried. */
  const hard = [
    ...Array.from({ length: 14 }, (_, i) => placeable({ f: "add", input: 1_000 + 2 * i }, 0, 100)),
    placeable({ output: 7_091 }, 0, 100),
  ];

  test("gives up when its memory is full, or when it is told to stop", () => {
    expect(search(counter, 0, hard, { ...bounds, wordsMax: 1_000 }).kind).toBe("undecided");
    let asked = 0;
    const stop = (): boolean => (asked += 1) > 3;
    expect(search(counter, 0, hard, { ...bounds, stop }).kind).toBe("undecided");
  });

  test("tries no configuration twice: 2^14 sets of 14 adds, not 14! orders", () => {
    const { model, asked } = counting(counter);
    expect(search(model, 0, hard, bounds).kind).toBe("none");
    expect(asked()).toBeLessThan(2 ** 14 * 16);
  });

  test("places unknown operations that do the same in their order only: 30 of them in 31 ways", () => {
    const unknown = Array.from({ length: 30 }, (_, i) =>
      placeable({ f: "add", input: 1, outcome: "unknown" }, i, Infinity),
    );
    const { model, asked } = counting(counter);
    const read = (output: number): Placeable => placeable({ output }, 100, 110);
    expect(search(model, 0, [...unknown, read(30)], bounds).kind).toBe("found");
    expect(search(model, 0, [...unknown, read(31)], bounds).kind).toBe("none");
    expect(asked()).toBeLessThan(5_000);
  });

  test("tries operations that do the same in one order only, known or unknown: 13 ways for 12 of them", () => {
    const { ahead: _, ...blind } = counter;
    const read = placeable({ output: 13 }, 0, 200);
    const few = { ...bounds, wordsMax: 2_000 };
    const known = Array.from({ length: 12 }, (_one, i) =>
      placeable({ f: "add", input: 1 }, 0, 100 + i),
    );
    expect(search(blind, 0, [...known, read], few).kind).toBe("none");
    const unknown = Array.from({ length: 12 }, (_one, i) =>
      placeable({ f: "add", input: 1, outcome: "unknown" }, i, Infinity),
    );
    expect(search(blind, 0, [...unknown, read], few).kind).toBe("none");
  });

  test("leaves out unknown writes that nothing needs: 60 of them, among 200 reads and writes of others", () => {
    const lost = Array.from({ length: 60 }, (_, i) =>
      placeable({ f: "write", input: 1_000 + i, outcome: "unknown" }, i, Infinity),
    );
    const { model, asked } = counting(casRegister);
    const stale = [
      placeable({ f: "write", input: 900 }, 30_000, 30_010),
      placeable({ output: 3 }, 30_020, 30_030),
    ];
    const operations = [...lost, ...longHistory(200, 3), ...stale];
    expect(search(model, model.initial(0), operations, bounds).kind).toBe("none");
    expect(asked()).toBeLessThan(5_000);
  });

  test("says at once that nobody wrote what was read, and keeps an unknown write that a refused cas needs", () => {
    const { model, asked } = counting(casRegister);
    const unwritten = [...longHistory(500, 3), placeable({ output: 77 }, 4_000, 4_010)];
    expect(search(model, model.initial(0), unwritten, bounds)).toEqual({
      kind: "none",
      stuck: 500,
      placed: 0,
    });
    expect(asked()).toBe(0);
    const refused = placeable({ f: "cas", input: [0, 1], outcome: "rejected" }, 10, 20);
    expect(search(model, model.initial(0), [refused], bounds).kind).toBe("none");
    const perhaps = placeable({ f: "write", input: 9, outcome: "unknown" }, 0, Infinity);
    expect(search(model, model.initial(0), [perhaps, refused], bounds).kind).toBe("found");
  });

  test("lets an operation without a return be placed late or never", () => {
    const late = placeable({ f: "write", input: 7, outcome: "unknown" }, 0, Infinity);
    const reads = [placeable({ output: 0 }, 10, 20), placeable({ output: 7 }, 30, 40)];
    expect(search(register, register.initial(0), [late, ...reads], bounds).kind).toBe("found");
    expect(search(register, register.initial(0), [late], bounds).kind).toBe("found");
  });
});

test("a search that is told to stop at the third question goes on at the second", () => {
  const stop = stopAfter(2, () => false);
  expect([stop(), stop(), stop(), stop()]).toEqual([false, false, true, true]);
  expect(stopAfter(2, () => true)()).toBe(true);
});
