import { expect, test } from "vitest";
import type { Value } from "../../record/value.ts";
import { historyOf } from "../../history/history.ts";
import type { Attempt } from "../testing/attempt.ts";
import { attempt } from "../testing/attempt.ts";
import { transactionsOf } from "./from-history.ts";

const ASKED: Value = [
  ["append", "x", 1],
  ["r", "x", null],
];
const ANSWERED: Value = [
  ["append", "x", 1],
  ["r", "x", [1]],
];

function read(more: Partial<Attempt>): { micros: unknown; unreadable: number } {
  const { outcome = "ok" } = more;
  const history = historyOf([attempt("tx", outcome, 0, 5, { value: ASKED, ...more })]);
  const { transactions, unreadable } = transactionsOf(history, [0]);
  return { micros: transactions[0]?.micros, unreadable };
}

test("a transaction is what was answered; without an answer, or with one in words, what was asked for", () => {
  const [append, saw] = [
    { f: "append", key: "x", value: 1 },
    { f: "r", key: "x", list: [1] },
  ];
  const asked = { micros: [append, { f: "r", key: "x", list: undefined }], unreadable: 0 };
  expect(read({ result: ANSWERED })).toEqual({ micros: [append, saw], unreadable: 0 });
  expect(read({ result: undefined })).toEqual(asked);
  expect(read({ result: null })).toEqual(asked);
  expect(read({ result: "committed" })).toEqual(asked);
  expect(read({ result: ANSWERED, outcome: "unknown" })).toEqual(asked);
  expect(read({ result: 5 })).toEqual({ micros: undefined, unreadable: 1 });
  expect(read({ value: "x" })).toEqual({ micros: undefined, unreadable: 1 });
});
