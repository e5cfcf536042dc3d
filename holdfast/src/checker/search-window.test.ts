import { expect, test } from "vitest";
import { seededRandom } from "../base/random.ts";
import { keyValue } from "./models/key-value.ts";
import { register } from "./models/register.ts";
import type { Step } from "./model.ts";
import type { Placeable } from "./search.ts";
import { search } from "./search.ts";
import { refuteNear } from "./search-window.ts";
import { existsOrder } from "./testing/brute-force.ts";

const HISTORIES = Number(process.env["HOLDFAST_CAMPAIGN_HISTORIES"] ?? 8_000);
const SEED = process.env["HOLDFAST_SEED"] ?? "holdfast";
const bounds = { wordsMax: 200_000, stop: (): boolean => false };

function placeable(step: Partial<Step>, invokeNs: number, returnNs: number): Placeable {
  const whole = { f: "read", input: undefined, output: undefined, outcome: "ok" as const, ...step };
  return { step: whole, invokeNs, returnNs };
}

/** Two texts that are the same, so that only a search can tell, and 12 appends at once, which have 12! orders. */
const crowd = [
  ...["a", "a"].map((input) => placeable({ f: "put", input }, 0, 5)),
  ...Array.from({ length: 12 }, (_, i) => placeable({ f: "append", input: `${i},` }, 10, 20)),
];

test("a text that nobody could have made is refuted although 12! texts are possible before it", () => {
  const puts = ["a", "b"].map((input, i) =>
    placeable({ f: "put", input }, 30 + 10 * i, 35 + 10 * i),
  );
  const operations = [...crowd, ...puts, placeable({ f: "get", output: "a" }, 50, 60)];
  expect(search(keyValue, "", operations, bounds).kind).toBe("undecided");
  expect(refuteNear(keyValue, operations, 16, bounds)).toMatchObject({ kind: "none", stuck: 16 });
});

test("what was put or read within the stretch is what the text was then", () => {
  const put = placeable({ f: "put", input: "x" }, 30, 35);
  const [first, second] = ["x", "y"].map((output, i) =>
    placeable({ f: "get", output }, 40 + 10 * i, 45 + 10 * i),
  ) as [Placeable, Placeable];
  expect(refuteNear(keyValue, [...crowd, put, first], 15, bounds)).toBeUndefined();
  expect(refuteNear(keyValue, [first, second], 1, bounds)).toMatchObject({ stuck: 1 });
  expect(refuteNear(keyValue, [...crowd, first, second], 15, bounds)).toMatchObject({ stuck: 15 });
});

test("no more is spent on a stretch than on the whole", () => {
  const gets = ["x", "y"].map((output, i) =>
    placeable({ f: "get", output }, 40 + 10 * i, 45 + 10 * i),
  );
  const within = (wordsMax: number): unknown =>
    refuteNear(keyValue, [...crowd, ...gets], 15, { ...bounds, wordsMax })?.kind;
  expect([within(4), within(4_000)]).toEqual([undefined, "none"]);
});

test("one that may have been made long before is not", () => {
  const append = placeable({ f: "append", input: "y" }, 30, 35);
  const longer = [...crowd, append, placeable({ f: "get", output: "xy" }, 50, 60)];
  expect(refuteNear(keyValue, longer, 15, bounds)).toBeUndefined();
  const operations = [...crowd, placeable({ f: "get", output: "whatever" }, 50, 60)];
  expect(refuteNear(keyValue, operations, 14, bounds)).toBeUndefined();
  expect(refuteNear(keyValue, operations, -1, bounds)).toBeUndefined();
});

test(`over ${HISTORIES} random registers of seed ${SEED} nothing is refuted that has an order`, () => {
  const random = seededRandom(`${SEED}/windows`);
  const seen = { refuted: 0, fine: 0 };
  for (let i = 0; i < HISTORIES; i++) {
    const operations = Array.from({ length: random.integer(2, 6) }, () => {
      const invokeNs = random.integer(0, 15);
      const outcome = random.pick(["ok", "ok", "ok", "unknown"] as const);
      const value = random.integer(0, 2);
      const step: Partial<Step> =
        random.next() < 0.5
          ? { f: "write", input: value, outcome }
          : { output: outcome === "ok" ? value : undefined, outcome };
      return placeable(
        step,
        invokeNs,
        outcome === "ok" ? invokeNs + random.integer(0, 4) : Infinity,
      );
    }).filter(({ step }) => !register.silent(step));
    const stuck = operations.findIndex(({ returnNs }) => returnNs < Infinity);
    if (stuck < 0 || refuteNear(register, operations, stuck, bounds) === undefined) {
      seen.fine += 1;
      continue;
    }
    seen.refuted += 1;
    const explained = existsOrder<number>(
      0,
      operations.map(({ step, invokeNs, returnNs }) => ({
        invokeNs,
        returnNs,
        optional: step.outcome === "unknown",
        next: (state) => {
          if (step.f === "write") return [step.input as number];
          return step.output === state ? [state] : [];
        },
      })),
    );
    expect(explained, JSON.stringify(operations)).toBe(false);
  }
  expect(Math.min(seen.refuted, seen.fine)).toBeGreaterThan(HISTORIES / 25);
});
