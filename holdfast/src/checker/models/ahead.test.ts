/** What a search may give up: just what no order of the steps before could make. */
import { describe, expect, test } from "vitest";
import type { Ahead, Model, State, Step } from "../model.ts";
import { bank } from "./bank.ts";
import { counter } from "./counter.ts";
import { keyValue } from "./key-value.ts";
import { stock } from "./stock.ts";

function step(f: string, input: Step["input"], more: Partial<Step> = {}): Step {
  return { f, input, output: undefined, outcome: "ok", ...more };
}

/** Those of the numbers of which one can still be read. */
function readable(
  { ahead }: Model,
  state: State,
  must: readonly Step[],
  may: readonly Step[],
): number[] {
  return Array.from({ length: 20 }, (_, i) => i - 5).filter(
    (output) => !(ahead as Ahead).neverFits(state, step("read", undefined, { output }), must, may),
  );
}

describe("still possible", () => {
  test("for a counter is what must be added, with what may be", () => {
    const add = (units: number): Step => step("add", units);
    expect(readable(counter, 2, [], [])).toEqual([2]);
    expect(readable(counter, 2, [add(3), add(-1)], [])).toEqual([4]);
    expect(readable(counter, 2, [add(3)], [add(1), add(-2)])).toEqual([3, 4, 5, 6]);
    expect(readable(counter, 2, [step("read", undefined, { output: 9 })], [add(0)])).toEqual([2]);
    expect(counter.ahead?.tells(step("add", 1))).toBe(false);
    expect(counter.ahead?.tells(step("read", undefined))).toBe(true);
  });

  test("for a stock is what must be taken and given, with what may be", () => {
    const [give, take] = [step("give", 3), step("take", 2)];
    const refused = step("take", 1, { outcome: "rejected" });
    const read = step("read", undefined, { output: 1 });
    expect(readable(stock, 4, [give, refused, read], [])).toEqual([7]);
    expect(readable(stock, 4, [take], [give, refused, read])).toEqual([2, 3, 4, 5]);
    expect(readable(stock, 4, [give], [take, step("give", 0)])).toEqual([5, 6, 7]);
    expect(readable(stock, 4, [step("take", undefined)], [])).toEqual([3]);
    expect([give, take, refused, read].map((one) => stock.ahead?.tells(one))).toEqual([
      false,
      true,
      true,
      true,
    ]);
  });

  test("for a stock is a take of what may be there, and a refusal of more than must be", () => {
    const never = (units: number, outcome: Step["outcome"]): boolean =>
      (stock.ahead as Ahead).neverFits(
        4,
        step("take", units, { outcome }),
        [step("take", 1)],
        [step("give", 2), step("take", 1)],
      );
    expect([4, 5, 6].map((units) => never(units, "ok"))).toEqual([false, false, true]);
    expect([1, 2, 3].map((units) => never(units, "rejected"))).toEqual([true, true, false]);
  });

  test("for a bank is what each account must and may have, to the cent", () => {
    const state = bank.initial({ a: 5, b: 5 });
    const move = (from: string, to: string, amount: number): Step =>
      step("transfer", { from, to, amount });
    const may = [move("a", "b", 2), move("b", "a", 0.5)];
    const never = (one: Step, must: readonly Step[] = []): boolean =>
      (bank.ahead as Ahead).neverFits(state, one, must, may);
    const reads = (a: number, b: number): Step => step("read", undefined, { output: { a, b } });
    expect(never(reads(3, 7))).toBe(false);
    expect(never(reads(5.5, 4.5))).toBe(false);
    expect(never(reads(2.99, 7))).toBe(true);
    expect(never(reads(3, 7.01))).toBe(true);
    expect(never(reads(5.51, 5))).toBe(true);
    expect(never(reads(4, 6), [move("a", "b", 3)])).toBe(true);
    expect(never(reads(1, 9), [move("a", "b", 3)])).toBe(false);
    expect(never(step("read", undefined, { output: { a: 5, b: 5, c: 1 } }))).toBe(true);
    const refused = (amount: number): Step => ({ ...move("a", "b", amount), outcome: "rejected" });
    expect([2.99, 3].map((amount) => never(refused(amount)))).toEqual([true, false]);
    expect(never(reads(5, 5), [refused(3), reads(1, 1)])).toBe(false);
    expect(never(reads(2, 8), [move("a", "a", 3)])).toBe(true);
  });

  test("for a bank is anything as long as nobody has read it", () => {
    const read = step("read", undefined, { output: { a: 1 } });
    const ahead = bank.ahead as Ahead;
    expect(ahead.neverFits(bank.initial(undefined), read, [], [])).toBe(false);
    expect(ahead.neverFits(bank.initial({}), read, [], [])).toBe(true);
  });

  test("for a text is what can be put and added to", () => {
    const [put, append] = [step("put", "ab"), step("append", "c")];
    const never = (output: string, ...before: Step[]): boolean =>
      (keyValue.ahead as Ahead).neverFits("x", step("get", undefined, { output }), [], before);
    expect(["x", "xcc", "ab", "abc"].map((text) => never(text, put, append))).toEqual(
      Array.from({ length: 4 }, () => false),
    );
    expect(["", "c", "abx", "xab"].map((text) => never(text, put, append))).toEqual(
      Array.from({ length: 4 }, () => true),
    );
    expect(never("cx", append)).toBe(true);
    expect(never("got", step("get", undefined, { output: "got" }))).toBe(true);
  });
});
