import { expect, test } from "vitest";
import { operation } from "../operation.ts";
import { conserves, noDoubleSpend, settledOnce } from "./money.ts";

const debit = operation("debit");
const credit = operation("credit");
const payout = operation("payout");

test("no double spend speaks of one operation, and names the others in its options", () => {
  expect(noDoubleSpend(debit, { opening: 100 })).toEqual({
    kind: "no-double-spend",
    name: "no double spend",
    operation: "debit",
    options: { opening: 100 },
  });
  const balance = operation("balance");
  const opening = { w1: 5 };
  expect(noDoubleSpend([debit, payout], { credit: [credit], balance, opening }).options).toEqual({
    opening: { w1: 5 },
    debits: ["payout"],
    credits: ["credit"],
    balance: "balance",
  });
  expect(noDoubleSpend(debit, { credit, opening: 0, name: "wallets" })).toMatchObject({
    name: "wallets",
    options: { credits: ["credit"] },
  });
});

test("conservation and settlement name what they read", () => {
  const snapshot = operation("books");
  expect(conserves(debit, { snapshot, total: 10, negative: true })).toMatchObject({
    kind: "conserves",
    operation: "debit",
    options: { snapshot: "books", total: 10, negative: true },
  });
  expect(settledOnce(debit, { release: payout, refund: credit, always: true })).toMatchObject({
    kind: "settled-once",
    operation: "debit",
    options: { release: "payout", refund: "credit", always: true },
  });
});
