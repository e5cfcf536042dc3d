import { describe, expect, test } from "vitest";
import type { HistoryFacts } from "../../history/history.ts";
import type { Invariant } from "../../record/invariant.ts";
import { judge } from "../judge.ts";
import { exampleHistory } from "../testing/example-history.ts";

const OPTIONS = { opening: 100, credits: ["credit"], balance: "balance" };

function verdictOf(
  lines: string,
  options: Invariant["options"] = OPTIONS,
  facts: Partial<HistoryFacts> = {},
): string {
  const invariant = { kind: "no-double-spend", name: "n", operation: "debit", options };
  const [finding] = judge(exampleHistory(lines, facts), [invariant]);
  const ids = finding?.witnesses.map(({ id }) => id).join(" ");
  return `${finding?.verdict}: ${finding?.sentence}${ids === "" ? "" : ` [${ids}]`}`;
}

describe("no double spend", () => {
  const twice = `
    debit w17 A 101..118 ok - x80
    debit w17 B 103..121 ok - x80`;

  test("fails when 100 are spent as 80 and 80, and shows both", () => {
    expect(verdictOf(`${twice}\ncredit w17 C 122..140 ok - x100`)).toBe(
      "fail: w17: opened with 100, no credit was sent by 0.121 s, yet 2 debits took place: " +
        "A (80, 0.101 to 0.118 s), B (80, 0.103 to 0.121 s); 160 > 100 [A B]",
    );
  });

  test("passes when a credit that may have come in time was sent by then, whatever became of it", () => {
    const held = "2 acknowledged debits of 160 on 1 account, never more than there was";
    expect(verdictOf(`${twice}\ncredit w17 C 121..140 ok - x60`)).toBe(`pass: ${held}`);
    expect(verdictOf(`${twice}\ncredit w17 C 121..140 unknown - x60`)).toBe(
      `pass: ${held}, 1 unknown outcome considered`,
    );
    expect(verdictOf(`${twice}\ncredit w17 C 121..140 ok - x59`)).toMatch(
      /^fail: w17: opened with 100, 1 credit of 59 had been sent by 0.121 s, .*; 160 > 100 \+ 59 \[A B C\]$/,
    );
    expect(verdictOf(`${twice}\ncredit w17 C 121..140 failed - x60`)).toMatch(/^fail/);
  });

  test("names as few of 4 debits as prove it, the largest", () => {
    const four = `
      debit w 1 0..10 ok - x10
      debit w 2 0..20 ok - x70
      debit w 3 0..30 ok - x10
      debit w 4 5..40 ok - x31`;
    expect(verdictOf(four)).toMatch(/yet 2 debits took place: 2 .*, 4 .*; 101 > 100 \[2 4\]$/);
  });

  test("counts retries of one debit once, and a timeout that the ledger has", () => {
    const retried = `
      debit w A 0..10 unknown - x80
      debit w A 5..15 ok - x80
      debit w B 20..30 unknown - x80`;
    expect(verdictOf(retried)).toBe(
      "pass: 1 acknowledged debit of 80 on 1 account, never more than there was, " +
        "1 unknown outcome considered",
    );
    expect(verdictOf(`${retried}\naudit debit w A e1\naudit debit w B e2`)).toMatch(
      /^fail: w: opened with 100, no credit was sent by 1000.000 s, yet 2 debits took place/,
    );
  });

  test("fails when a refusal was a lie, and passes when the unknown may explain it", () => {
    const refused = `
      debit w A 0..10 ok - x60
      debit w D 5..15 unknown - x10
      debit w B 20..30 rejected`;
    expect(verdictOf(`${refused} x30`)).toBe(
      "fail: w: debit B of 30 was refused (0.020 to 0.030 s) while 30 or more was there " +
        "all the time [A D B]",
    );
    expect(verdictOf(`${refused} x31`)).toBe(
      "pass: 1 acknowledged debit of 60 on 1 account, never more than there was, " +
        "1 refusal possible, 1 unknown outcome considered",
    );
    expect(verdictOf(`${refused} insufficient x30`)).toMatch(/^fail/);
    expect(verdictOf(`${refused} frozen x30`)).toMatch(/^pass/);
  });

  test("fails when nothing at all was refused as too much", () => {
    const emptied = "debit w A 0..10 ok - x100\ndebit w B 5..30 rejected - x0";
    expect(verdictOf(emptied)).toMatch(/^fail: w: debit B of 0 was refused/);
  });

  test("believes a refusal that repeats what the first attempt was told", () => {
    const repeated = `
      debit w A 0..10 ok - x60
      debit w B 10..20 unknown - x50
      credit w C 30..40 ok - x50
      debit w B 50..60 rejected - x50`;
    expect(verdictOf(repeated)).toMatch(/^pass/);
    expect(verdictOf(repeated.replace("w B 10..20", "w D 10..20"))).toMatch(/^pass/);
    expect(verdictOf(repeated.replace("x60", "x40"))).toMatch(/^pass/);
    expect(verdictOf(repeated.replace("w B 10..20 unknown", "w D 10..20 failed"))).toMatch(
      /^fail: w: debit B of 50 was refused/,
    );
  });

  test("holds balances against what they can have been", () => {
    const spent = `
      debit w A 0..10 ok - x60
      debit w D 5..15 unknown - x10`;
    expect(verdictOf(`${spent}\naudit balance w db 40`)).toMatch(/^pass: .* 1 balance possible/);
    expect(verdictOf(`${spent}\naudit balance w db 30`)).toMatch(/^pass/);
    expect(verdictOf(`${spent}\naudit balance w db 35`)).toMatch(/^pass/);
    expect(verdictOf(`${spent}\naudit balance w db 41`)).toBe(
      "fail: w: the balance read was 41 (at 1000.000 s), but it was never below 30 nor above 40 " +
        "then: opened with 100 [A D db]",
    );
    expect(verdictOf("debit w A 0..10 ok - x60\naudit balance w db -1")).toMatch(
      /but it was 40 then/,
    );
  });

  test("fails when the ledger has a debit twice, or not at all", () => {
    const spent = `
      debit w A 0..10 ok - x60
      debit w B 5..15 ok - x10
      audit debit w A e1`;
    expect(verdictOf(`${spent}\naudit debit w B e2`)).toMatch(/^pass/);
    expect(verdictOf(`${spent}\naudit debit w B e2\naudit debit w B e3`)).toBe(
      "fail: w: debit B of 10 has 2 entries in the ledger [B B B]",
    );
    expect(verdictOf(spent)).toBe(
      "fail: w: debit B of 10 was acknowledged (0.005 to 0.015 s) and has no entry in the ledger [B]",
    );
    expect(verdictOf(spent, OPTIONS, { auditComplete: false })).toMatch(/^pass/);
  });

  test("adds up several ways out of one account", () => {
    const ways = `
      debit w A 0..10 ok - x60
      debit w C 0..10 ok - x1
      payout w B 5..15 ok - x40`;
    expect(verdictOf(ways)).toMatch(/^pass/);
    expect(verdictOf(ways, { ...OPTIONS, debits: ["payout"] })).toMatch(/101 > 100/);
  });

  test("is unknown without an opening balance, a race, an acknowledgement, or with fractions", () => {
    expect(verdictOf(twice, { opening: { w1: 100 } })).toBe(
      "unknown: no opening balance is stated for w17 (seen: no acknowledged debits of 0 on " +
        "1 account, never more than there was)",
    );
    expect(verdictOf("debit w A 0..10 ok - x60")).toMatch(/^unknown: no two of "debit" ever/);
    expect(verdictOf("debit w A 0..10 unknown - x60")).toMatch(/^unknown: no debit was ack/);
    expect(verdictOf("")).toBe(
      "unknown: no debit took place (seen: no acknowledged debits of 0 on no accounts, never " +
        "more than there was)",
    );
    expect(verdictOf("debit w A 0..10 ok - x1.5")).toBe(
      "unknown: it could not be decided: a quantity must be a whole number from 0 up, got 1.5",
    );
  });

  test("is unknown when records are lost, which may have been credits", () => {
    expect(verdictOf(twice, OPTIONS, { lostRecords: 2 })).toMatch(
      /^unknown: w17: .*; but 2 records of the history are lost, which could explain it/,
    );
  });
});
