import { describe, expect, test } from "vitest";
import type { Invariant } from "../../record/invariant.ts";
import { operation } from "../../scenario/operation.ts";
import { honestSoldOut, noOversell, stockAgrees } from "../../scenario/invariants/stock.ts";
import { judge } from "../judge.ts";
import { exampleHistory } from "../testing/example-history.ts";

const [order, restock, cancel, confirm, reads] = [
  operation("order"),
  operation("restock"),
  operation("cancel"),
  operation("confirm"),
  operation("left"),
];

function verdictOf(lines: string, invariant: Invariant): string {
  const [finding] = judge(exampleHistory(lines), [invariant]);
  const ids = finding?.witnesses.map(({ id }) => id).join(" ");
  return `${finding?.verdict}: ${finding?.sentence}${ids === "" ? "" : ` [${ids}]`}`;
}

describe("no oversell of stock that comes back", () => {
  const three = `
    order phone k1 0..10 ok o-1
    order phone k2 1..11 ok o-2
    order phone k3 30..40 ok o-3`;
  const invariant = noOversell(order, { stock: 2, restock, cancel });

  test("passes when a 3rd of 2 is sold after 1 was given back, and fails when that was too late", () => {
    expect(verdictOf(`${three}\ncancel phone k1 20..25 ok`, invariant)).toBe(
      "pass: 3 sold of 2, 1 restocked or given back",
    );
    expect(verdictOf(`${three}\ncancel phone k1 40..45 unknown`, invariant)).toMatch(/^pass/);
    expect(verdictOf(`${three}\ncancel phone k1 41..45 ok`, invariant)).toBe(
      "fail: phone: 2 units by 0.040 s, yet 3 orders by then; the 3rd to complete is o-3 [k1 k2 k3]",
    );
    expect(verdictOf(three, invariant)).toMatch(/^fail/);
    for (const [trustedUntilNs, verdict] of [
      [39_000_000, "unknown"],
      [40_000_000, "fail"],
    ]) {
      const cut = { finished: false, trustedUntilNs: trustedUntilNs as number };
      expect(judge(exampleHistory(three, cut), [invariant])[0]?.verdict).toBe(verdict);
    }
  });

  test("counts restocks by their quantity", () => {
    expect(verdictOf(`${three}\nrestock phone r1 20..25 ok - x5`, invariant)).toMatch(/^pass/);
    const many = `${three}\nrestock phone r1 20..25 ok - x5\norder phone k4 50..60 ok o-4 x5`;
    expect(verdictOf(many, invariant)).toBe(
      "fail: phone: 2 units and at most 5 more by 0.060 s, yet 8 sold in 4 orders by then; " +
        "the 4th to complete is o-4 [k1 k2 r1 k3 k4]",
    );
  });

  test("takes a cancel of what nobody sold, and a restock that only the audit knows, as possible", () => {
    expect(verdictOf(`${three}\ncancel phone k9 20..25 ok`, invariant)).toMatch(/^pass/);
    expect(verdictOf(`${three}\naudit restock phone r9 - x5`, invariant)).toMatch(/^pass/);
  });

  test("gives a hold back only between its earliest and its latest expiry, and never when confirmed", () => {
    const held = noOversell(order, { stock: 2, hold: { ttl: ["20ms", "25ms"], confirm } });
    expect(verdictOf(three, held)).toMatch(/^pass: 3 sold of 2, 3 restocked or given back/);
    expect(verdictOf(three.replace("30..40", "12..19"), held)).toMatch(/^fail/);
    expect(verdictOf(three.replace("30..40", "12..20"), held)).toMatch(/^pass/);
    expect(verdictOf(`${three}\nconfirm phone k1 12..15 ok`, held)).toMatch(/^pass/);
    const both = `${three}\nconfirm phone k1 12..15 ok\nconfirm phone k2 12..15 `;
    expect(verdictOf(`${both}ok`, held)).toMatch(/^fail/);
    expect(verdictOf(`${both}unknown`, held)).toMatch(/^pass/);
  });
});

describe("sold out where stock comes back", () => {
  const invariant = honestSoldOut(order, { stock: 2, restock, cancel });
  const gone = `
    order phone k1 0..10 ok o-1
    order phone k2 1..11 ok o-2
    order phone k3 12..18 rejected`;

  test("is believed before a cancel, and after it when the unit was sold again", () => {
    const held = '1 refusal of "order", none while there must have been enough';
    expect(verdictOf(gone, invariant)).toBe(`pass: ${held}`);
    expect(verdictOf(`${gone}\ncancel phone k1 12..13 ok`, invariant)).toBe(`pass: ${held}`);
    const late = gone.replace("12..18", "14..18");
    expect(verdictOf(`${late}\ncancel phone k1 12..13 ok`, invariant)).toBe(
      "fail: phone: refused as sold out at 0.018 s (k3) while 1 or more of 2 units were left " +
        "all the time from 0.014 s on [k1 k2 k1 k3]",
    );
    const again = `${late}\ncancel phone k1 12..13 ok\norder phone k4 13..19 `;
    expect(verdictOf(`${again}ok o-4`, invariant)).toMatch(/^pass/);
    expect(verdictOf(`${again}unknown`, invariant)).toMatch(/^pass/);
  });

  test("is a lie that only all refusals together show, and the search finds", () => {
    const torn = `
      order phone k1 0..10 ok o-1
      order phone k2 20..40 ok o-2
      order phone k3 12..15 rejected
      order phone k4 18..40 unknown
      restock phone r 25..30 ok
      order phone k5 21..24 rejected x2
      order phone k6 31..50 rejected x3`;
    expect(verdictOf(torn.replace("k3 12..15", "k3 18..40"), invariant)).toMatch(/^pass/);
    expect(verdictOf(torn, invariant)).toMatch(/^fail: phone: .* or more of 2 units were left/);
    const pair = `
      order phone k1 0..40 ok o-1
      order phone k2 0..40 ok o-2
      cancel phone k1 0..40 ok
      order phone k3 0..10 rejected
      cancel phone k2 41..45 ok
      order phone k4 46..50 ok o-4 x2
      order phone k5 20..30 rejected`;
    expect(verdictOf(pair, invariant)).toMatch(/^pass/);
    const three = `
      order phone k1 0..10 ok o-1 x2
      restock phone r1 20..40 ok
      order phone k2 20..22 rejected x1
      order phone k3 23..25 ok o-3
      order phone k4 26..28 rejected
      restock phone r2 45..46 ok
      order phone k5 20..40 unknown x1
      order phone k6 50..60 ok o-6`;
    expect(verdictOf(three, invariant)).toMatch(/^pass/);
    const pinned = `
      order phone k1 0..10 unknown
      order phone k2 20..22 rejected x2
      order phone k3 30..32 ok o-3 x2`;
    expect(verdictOf(pinned, invariant)).toBe(
      "fail: phone: of 2 units, no order of 2 changes explains the refusal k2 at 0.022 s [k1 k2 k3]",
    );
  });

  test("is believed where the audit lists sales that nobody made in this run: they may be old", () => {
    const early = "order phone k1 0..10 rejected\norder phone k2 5..15 ok o-2";
    expect(verdictOf(early, invariant)).toMatch(/^fail/);
    const listed = "audit order phone k2 o-2";
    expect(verdictOf(`${early}\n${listed}`, invariant)).toMatch(/^fail/);
    const old = "audit order phone old o-9";
    expect(verdictOf(`${early}\n${listed}\n${old}`, invariant)).toMatch(/^pass/);
  });

  test("is a lie once the hold must have expired, whatever became of the cancel", () => {
    const held = honestSoldOut(order, { stock: 1, cancel, hold: { ttl: ["20ms", "25ms"] } });
    const story = "order phone k1 0..10 ok o-1\ncancel phone k1 12..13 unknown\norder phone k2 ";
    expect(verdictOf(`${story}1..35 rejected`, held)).toMatch(/^pass/);
    expect(verdictOf(`${story}36..37 rejected`, held)).toMatch(
      /^fail: phone: refused as sold out at 0.037 s \(k2\) while 1 or more of 1 unit were left/,
    );
  });

  test("is unknown when nobody was refused, or no stock is stated", () => {
    expect(verdictOf("order phone k1 0..10 ok\norder phone k2 0..10 ok", invariant)).toMatch(
      /^unknown: nobody was refused/,
    );
    expect(verdictOf(gone, honestSoldOut(order, { stock: { lamp: 1 }, cancel }))).toMatch(
      /^unknown: no stock is stated for phone/,
    );
  });
});

describe("a stock reading where stock comes back", () => {
  const invariant = stockAgrees(order, { stock: 5, restock, cancel, reads });
  const sold = `
    order phone k1 0..10 ok o-1 x2
    order phone k2 1..11 ok o-2
    cancel phone k1 20..30 ok - x1
    restock phone r 20..30 unknown - x3`;

  test("counts what was given back, and what may have been", () => {
    expect(verdictOf(`${sold}\naudit left phone redis 3`, invariant)).toBe(
      "pass: 1 reading, all as sold and given back",
    );
    expect(verdictOf(`${sold}\naudit left phone redis 6`, invariant)).toMatch(/^pass/);
    expect(verdictOf(`${sold}\naudit left phone redis 7`, invariant)).toBe(
      "fail: phone: redis says 7; of 5 units, with all that was sold and given back, 3 to 6 must " +
        "be left (read at 1000.000 s) [k1 k2 k1 r redis]",
    );
    expect(verdictOf(`${sold}\naudit left phone redis gone`, invariant)).toMatch(
      /^fail: phone: redis says nothing; /,
    );
  });

  test("believes what was read after a crash made the history end", () => {
    const lines = `${sold}\naudit left phone redis 7`;
    const at = (trustedUntilNs: number): string | undefined => {
      const history = exampleHistory(lines, { finished: false, trustedUntilNs });
      return judge(history, [invariant])[0]?.verdict;
    };
    expect([at(1e12 - 1), at(1e12)]).toEqual(["unknown", "fail"]);
  });

  test("is unknown without a reading", () => {
    expect(verdictOf(sold, invariant)).toMatch(/^unknown: the audit has no reading of "left"/);
  });
});

test("a span that is no duration, or ends before it begins, is refused", () => {
  expect(() => noOversell(order, { stock: 1, hold: { ttl: "soon" } })).toThrow(
    'hold.ttl must be a duration such as "30s", got "soon" (string)',
  );
  expect(() => noOversell(order, { stock: 1, hold: { ttl: ["2s", "1s"] } })).toThrow(
    "hold.ttl must be [earliest, latest], got",
  );
  expect(noOversell(order, { stock: 1, hold: { ttl: "2s", confirm } }).options).toEqual({
    stock: 1,
    hold: { minNs: 2e9, maxNs: 2e9, confirm: "confirm" },
  });
});
