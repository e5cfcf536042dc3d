/** What a model refuses before it judges: operations and starts that it cannot know. */
import { describe, expect, test } from "vitest";
import type { Value } from "../../record/value.ts";
import { MODELS } from "../check-file.ts";
import type { Step } from "../model.ts";

type Case = readonly [
  f: string,
  input: Value | undefined,
  output?: Value | undefined,
  outcome?: Step["outcome"],
];

const GOOD: Record<string, readonly Case[]> = {
  register: [
    ["write", 1],
    ["write", null],
    ["read", undefined, 5],
    ["read", undefined],
  ],
  "cas-register": [
    ["cas", [1, 2]],
    ["write", "x"],
    ["read", undefined, null],
  ],
  kv: [
    ["put", ""],
    ["append", "x"],
    ["get", undefined, "x"],
    ["get", undefined],
    ["get", undefined, 5, "unknown"],
  ],
  "fifo-queue": [
    ["enqueue", 1],
    ["enqueue", "x"],
    ["dequeue", undefined, null],
  ],
  set: [
    ["add", null],
    ["read", undefined, []],
    ["read", undefined],
    ["read", undefined, 5, "unknown"],
  ],
  stock: [
    ["take", undefined],
    ["take", 0],
    ["give", 3],
    ["read", undefined, -1],
    ["read", undefined],
    ["read", undefined, 1.5, "rejected"],
  ],
  counter: [
    ["add", -3],
    ["read", undefined, 3],
    ["read", undefined],
    ["read", undefined, 1.5, "unknown"],
  ],
  bank: [
    ["transfer", { from: "a", to: "b", amount: 0 }],
    ["transfer", { from: 1, to: 2, amount: 1.5 }],
    ["read", undefined, { a: 1, b: 0.5 }],
    ["read", undefined],
    ["read", undefined, 5, "unknown"],
  ],
  auction: [
    ["bid", 5],
    ["bid", 5, undefined, "rejected"],
    ["bid", 5, 7, "rejected"],
    ["bid", 5, "fine"],
    ["read", undefined, 5],
    ["read", undefined],
    ["read", undefined, "x", "unknown"],
  ],
  unique: [
    ["create", undefined, "x"],
    ["create", undefined, undefined, "unknown"],
  ],
};

const BAD: Record<string, readonly Case[]> = {
  register: [["cas", [1, 2]]],
  "cas-register": [
    ["swap", [1, 2]],
    ["cas", "ab"],
    ["cas", [1]],
    ["cas", [1, 2, 3]],
    ["cas", undefined],
  ],
  kv: [
    ["set", "x"],
    ["put", 5],
    ["append", undefined],
    ["get", undefined, 5],
  ],
  "fifo-queue": [
    ["push", 1],
    ["enqueue", null],
    ["enqueue", undefined],
  ],
  set: [
    ["remove", 1],
    ["read", undefined, 5],
    ["read", undefined, null],
  ],
  stock: [
    ["buy", 1],
    ["take", -1],
    ["take", 1.5],
    ["give", "1"],
    ["read", undefined, 1.5],
  ],
  counter: [
    ["increment", 1],
    ["add", undefined],
    ["add", 1.5],
    ["read", undefined, "3"],
  ],
  bank: [
    ["deposit", 1],
    ["transfer", undefined],
    ["transfer", null],
    ["transfer", 7],
    ["transfer", [1, 2, 3]],
    ["transfer", { to: "b", amount: 1 }],
    ["transfer", { from: "a", amount: 1 }],
    ["transfer", { from: "a", to: "b", amount: "1" }],
    ["transfer", { from: "a", to: "b", amount: -1 }],
    ["read", undefined, null],
    ["read", undefined, 5],
    ["read", undefined, [1]],
    ["read", undefined, { a: "1" }],
  ],
  auction: [
    ["offer", 5],
    ["bid", "5"],
    ["bid", 5, "x", "rejected"],
    ["read", undefined, "x"],
  ],
  unique: [
    ["make", undefined, "x"],
    ["create", undefined],
    ["create", undefined, null],
  ],
};

const STARTS: Record<string, { readonly good: readonly Value[]; readonly bad: readonly Value[] }> =
  {
    kv: { good: ["", "x", null], bad: [5, []] },
    "fifo-queue": { good: [[], [1, "x"], null], bad: [5, "x", {}] },
    set: { good: [[], [1], null], bad: [5, "x", {}] },
    stock: { good: [0, 5], bad: [-1, 1.5, "5", null] },
    counter: { good: [-5, 5, null], bad: [1.5, "5"] },
    bank: { good: [{}, { a: 1 }, null], bad: [5, [1], { a: "1" }] },
    auction: { good: [-1, 5, null], bad: ["5", []] },
  };

function problemOf(name: string, [f, input, output, outcome = "ok"]: Case): string | undefined {
  return MODELS[name]?.problem({ f, input, output, outcome });
}

describe("a model", () => {
  test.each(Object.keys(MODELS))(
    "%s takes what it knows, and says what is wrong with all else",
    (name) => {
      expect(GOOD[name]?.filter((one) => problemOf(name, one) !== undefined)).toEqual([]);
      expect(BAD[name]?.filter((one) => !/must/.test(problemOf(name, one) ?? ""))).toEqual([]);
    },
  );

  test.each(Object.keys(STARTS))("%s takes a start that it can have, and no other", (name) => {
    const problem = (start: Value): string | undefined => MODELS[name]?.initialProblem(start);
    expect(STARTS[name]?.good.filter((start) => problem(start) !== undefined)).toEqual([]);
    expect(STARTS[name]?.bad.filter((start) => !/must/.test(problem(start) ?? ""))).toEqual([]);
  });
});
