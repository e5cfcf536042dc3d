import { describe, expect, test } from "vitest";
import type { Value } from "../../record/value.ts";
import { MODELS } from "../check-file.ts";
import type { Breach } from "../object-model.ts";
import type { Placeable } from "../search.ts";

/** `take 3 5..9 rejected`, `read 5..9 7`; the search may not take a single word of memory. */
function breachOf(model: string, initial: Value | undefined, story: string): Breach | string {
  const operations = story.split(" | ").map((line): Placeable => {
    const [f = "", said = "", times = "", outcome = "ok"] = line.split(" ");
    const [invokeNs, returnNs] = times.split("..").map(Number) as [number, number];
    const value = JSON.parse(said) as Value;
    const read = f === "read";
    return {
      step: {
        f,
        input: read ? undefined : value,
        output: read ? value : undefined,
        outcome: outcome as "ok",
      },
      invokeNs,
      returnNs: outcome === "unknown" ? Infinity : returnNs,
    };
  });
  const bounds = { stop: () => false, searchWordsMax: 0 };
  return MODELS[model]?.check({ operations, initial, ...bounds }) ?? "fits";
}

describe("without a search", () => {
  test("a stock knows what was taken beyond what there was and what was given", () => {
    expect(breachOf("stock", 2, "take 2 0..5 | give 1 6..9 | take 2 4..8")).toEqual({
      places: [2, 0],
      why: "4 are taken of 2 and at most 1 more by then",
    });
  });

  test("a stock knows a refusal of what was there, and a reading of what was not", () => {
    const given = "give 3 0..5 | take 1 0..9 unknown";
    expect(breachOf("stock", 0, `${given} | take 2 6..9 rejected`)).toEqual({
      places: [2, 1, 0],
      why: "take 2 rejected, although 2 or more was there all the time",
    });
    expect(breachOf("stock", 0, `${given} | read 4 6..9`)).toEqual({
      places: [2, 1, 0],
      why: "read → 4, but it was never below 2 nor above 3 then",
    });
    expect(breachOf("stock", 0, `${given} | take 3 6..9 rejected`)).toBe("undecided");
  });

  test("a counter knows a reading that no choice of unknown adds reaches", () => {
    const adds = "add 2 0..5 unknown | add 3 0..5 unknown | add -1 0..5 unknown";
    expect(breachOf("counter", undefined, `${adds} | read 6 6..9`)).toMatchObject({
      why: "read → 6, but it was never below -1 nor above 5 then",
    });
    expect(breachOf("counter", 1, `${adds} | read -1 6..9`)).toMatchObject({
      places: [3, 2, 1, 0],
    });
  });

  test("a bank knows a total that is not kept, whatever the balances are", () => {
    expect(breachOf("bank", undefined, 'read {"a":2,"b":1} 0..1 | read {"a":2} 5..6')).toEqual({
      places: [1, 0],
      why: 'read → {"a":2} adds up to 2, not 3',
    });
    expect(breachOf("bank", { a: 2 }, 'read {"a":3} 0..1')).toMatchObject({ places: [0, 0] });
  });

  test("a bank knows what one account alone contradicts", () => {
    const moved = 'transfer {"from":"a","to":"b","amount":2} 0..5';
    const start = { a: 3, b: 0 };
    expect(breachOf("bank", start, `${moved} | read {"a":2,"b":1} 6..9`)).toEqual({
      places: [1, 0],
      why: 'read → {"a":2,"b":1}, but a can only have been 1 then',
    });
    expect(breachOf("bank", start, `${moved} | ${moved} | ${moved}`)).toMatchObject({
      why: "4 of a are taken of 3 by then",
    });
    const refused = 'transfer {"from":"b","to":"a","amount":2} 6..9 rejected';
    expect(breachOf("bank", start, `${moved} | ${refused}`)).toMatchObject({
      why: expect.stringContaining("although 2 or more of b was there all the time") as string,
    });
    const itself = 'transfer {"from":"a","to":"a","amount":2} 0..5';
    expect(breachOf("bank", start, `${itself} | ${itself}`)).toBe("undecided");
  });

  test("a bank of fractions is left to the search: sums of fractions prove nothing", () => {
    expect(breachOf("bank", { a: 0.3 }, 'read {"a":0.1,"b":0.2} 0..1')).toBe("undecided");
  });
});

test("10,000 operations with one wrong reading fail at once, by the bounds", () => {
  const operations = Array.from({ length: 10_000 }, (_, i): Placeable => {
    const read = i === 9_000;
    const step = { f: read ? "read" : "add", input: read ? undefined : 1 + (i % 5) } as const;
    const output = read ? 1 : undefined;
    return { step: { ...step, output, outcome: "ok" }, invokeNs: i * 10, returnNs: i * 10 + 300 };
  });
  const bounds = { stop: () => false, searchWordsMax: 0 };
  const breach = MODELS["counter"]?.check({ operations, initial: 0, ...bounds });
  expect(breach).toMatchObject({
    why: expect.stringMatching(/^read → 1, but it was never/) as string,
  });
});
