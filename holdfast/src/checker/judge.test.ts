import { describe, expect, test } from "vitest";
import type { Invariant } from "../record/invariant.ts";
import type { History } from "../history/history.ts";
import { exampleHistory } from "./testing/example-history.ts";
import type { Finding } from "./finding.ts";
import { judge } from "./judge.ts";

function invariant(kind: string, options: Invariant["options"] = {}): Invariant {
  return { kind, name: kind, operation: "order", options };
}

function findingOf(history: History, kind: string, options: Invariant["options"] = {}): Finding {
  return judge(history, [invariant(kind, options)])[0] as Finding;
}

function verdictOf(lines: string, kind: string, options: Invariant["options"] = {}): string {
  const { verdict, sentence } = findingOf(exampleHistory(lines), kind, options);
  return `${verdict}: ${sentence}`;
}

describe("no oversell", () => {
  const soldOut = `
    order phone k1 0..10 ok o-1
    order phone k2 1..11 ok o-2
    order phone k3 2..12 rejected
    order phone k4 3..13 unknown`;

  test("passes when 2 of 2 are sold", () => {
    expect(verdictOf(soldOut, "no-oversell", { stock: 2 })).toBe(
      "pass: 2 sold of 2, 1 refused, 1 unit undecided",
    );
  });

  test("fails when 2 of 1 are sold, and names the second to complete", () => {
    expect(verdictOf(soldOut, "no-oversell", { stock: 1 })).toBe(
      "fail: phone: 1 unit, 2 acknowledged orders; the 2nd to complete is o-2 at 0.011 s (beyond the stock: o-2)",
    );
  });

  test("counts a timeout that the audit found, and no other", () => {
    const audited = `${soldOut}
    audit order phone k1 o-1
    audit order phone k2 o-2`;
    expect(verdictOf(audited, "no-oversell", { stock: 2 })).toBe("pass: 2 sold of 2, 1 refused");
    expect(verdictOf(`${audited}\naudit order phone k4 o-4`, "no-oversell", { stock: 2 })).toBe(
      "fail: phone: 2 units, 3 orders by the answers and the audit together " +
        "(2 acknowledged, 3 stored); the 3rd to complete is o-4 at 1000.000 s (beyond the stock: o-4)",
    );
    expect(verdictOf(`${audited}\naudit order phone k4 o-4`, "no-oversell", { stock: 3 })).toBe(
      "pass: 3 sold of 3, 1 refused, 1 unknown outcome resolved by the audit",
    );
  });

  test("adds what was acknowledged and is not stored to what is stored and was not acknowledged", () => {
    const crossed = `${soldOut}
      audit order phone k1 o-1
      audit order phone k4 o-4`;
    expect(verdictOf(crossed, "no-oversell", { stock: 3 })).toMatch(/^pass: 3 sold of 3/);
    expect(verdictOf(crossed, "no-oversell", { stock: 2 })).toMatch(
      /^fail: phone: 2 units, 3 orders by .* together \(2 acknowledged, 2 stored\)/,
    );
  });

  test("counts the retries of one request once, and two results of one request twice", () => {
    const retried = `
      order phone k1 0..10 ok o-1
      order phone k1 5..15 ok o-1
      order phone k1 6..16 unknown`;
    expect(verdictOf(retried, "no-oversell", { stock: 1 })).toBe("pass: 1 sold of 1");
    const twice = `${retried}\norder phone k1 20..30 ok o-2`;
    expect(verdictOf(twice, "no-oversell", { stock: 1 })).toMatch(/^fail: phone: 1 unit, 2 ack/);
  });

  test("does not count stored rows again where nothing tells whose they are", () => {
    const anonymous = `
      order phone - 0..10 ok
      order phone - 1..11 ok
      audit order phone - o-1
      audit order phone - o-2`;
    expect(verdictOf(anonymous, "no-oversell", { stock: 2 })).toBe("pass: 2 sold of 2");
    expect(verdictOf(`${anonymous}\naudit order phone - o-3`, "no-oversell", { stock: 2 })).toMatch(
      /^fail: phone: 2 units, 3 orders/,
    );
  });

  test("adds up quantities, and refuses those that are no whole numbers", () => {
    const lines = `
      order phone k1 0..10 ok o-1 x3
      order phone k2 1..11 ok o-2 x4`;
    expect(verdictOf(lines, "no-oversell", { stock: 7 })).toBe("pass: 7 sold of 7");
    expect(verdictOf(lines, "no-oversell", { stock: 6 })).toBe(
      "fail: phone: 6 units, 7 sold in 2 acknowledged orders; the 7th unit is o-2 at 0.011 s " +
        "(beyond the stock: o-2)",
    );
    expect(
      verdictOf(`${lines}\norder phone k3 1..2 ok o-3 x1.5`, "no-oversell", { stock: 9 }),
    ).toBe(
      "unknown: it could not be decided: a quantity must be a whole number from 0 up, got 1.5",
    );
  });

  test("adds effects that only the audit shows, each once, and names them", () => {
    const lines = `
      order phone k1 0..10 ok o-1
      order phone k1 20..30 ok o-7
      order phone k2 1..11 unknown
      audit order phone k1 o-1
      audit order phone k1 o-7
      audit order phone k1 o-8
      audit order phone k2 o-2
      audit order phone k9 o-9
      audit order phone k9 o-9`;
    const finding = findingOf(exampleHistory(lines), "no-oversell", { stock: 4 });
    expect(finding).toMatchObject({ count: 1, verdict: "fail" });
    expect(finding.sentence).toMatch(
      /^phone: 4 units, 5 orders by .* together \(2 acknowledged, 5 stored, 1 of them never asked for in this run\)/,
    );
    expect(findingOf(exampleHistory(lines), "no-oversell", { stock: 5 }).verdict).toBe("pass");
    const acknowledged = findingOf(exampleHistory(lines), "no-oversell", { stock: 1 });
    expect(acknowledged.sentence).toBe(
      "phone: 1 unit, 2 acknowledged orders; the 2nd to complete is o-7 at 0.030 s (beyond the stock: o-7)",
    );
    expect(acknowledged.witnesses.map((w) => w.result)).toEqual(["o-1", "o-7"]);
  });

  test("takes a stock per key, and says which key has none", () => {
    const lines = `
      order phone k1 0..10 ok o-1
      order phone k2 0..10 ok o-2
      order lamp k3 0..10 ok o-3`;
    expect(verdictOf(lines, "no-oversell", { stock: { phone: 2, lamp: 1 } })).toBe(
      "pass: 3 sold of 3",
    );
    expect(verdictOf(lines, "no-oversell", { stock: { phone: 2 } })).toBe(
      "unknown: no stock is stated for lamp (seen: 2 sold of 2)",
    );
    expect(verdictOf(lines, "no-oversell", { stock: { phone: 1, lamp: 0 } })).toMatch(
      /^fail: phone: 1 unit, .* \(beyond the stock: o-2\); also on lamp$/,
    );
  });
});

describe("honest sold-out", () => {
  test("passes when all could be gone by then, thanks to a timeout", () => {
    const lines = `
      order phone k1 0..10 ok o-1
      order phone k2 1..100 unknown
      order phone k3 2..12 rejected`;
    expect(verdictOf(lines, "honest-sold-out", { stock: 2 })).toBe(
      'pass: 1 refusal of "order", none before the stock could be gone, 1 undecided request considered',
    );
    expect(verdictOf(lines, "honest-sold-out", { stock: 3 })).toBe(
      "fail: phone: refused as sold out at 0.012 s (k3) while at most 2 of 3 could be taken: " +
        "1 sold + 1 undecided, begun by then",
    );
  });

  test("fails when the audit proves that the timeout did not take the unit", () => {
    const lines = `
      order phone k1 0..10 ok o-1
      order phone k2 1..100 unknown
      order phone k3 2..12 rejected
      audit order phone k1 o-1`;
    expect(verdictOf(lines, "honest-sold-out", { stock: 2 })).toMatch(/^fail: .* at most 1 of 2/);
  });

  test.each([
    ["lists a row without an id", "audit order phone - o-9"],
    ["misses an acknowledged request", "order phone k4 0..5 ok o-4"],
  ])("does not trust an audit that %s", (_, line) => {
    const lines = `
      order phone k1 1..10 ok o-1
      order phone k2 1..100 unknown
      order phone k3 2..12 rejected
      audit order phone k1 o-1
      ${line}`;
    expect(verdictOf(lines, "honest-sold-out", { stock: 3 })).toMatch(/^pass/);
  });

  test("fails when a sale begins after it was said", () => {
    const lines = `
      order phone k1 1..10 ok o-1
      order phone k3 2..12 rejected
      order phone k2 1..11 unknown
      order phone k4 13..20 ok o-4`;
    expect(verdictOf(lines, "honest-sold-out", { stock: 2 })).toBe(
      "fail: phone: refused as sold out at 0.012 s (k3), yet o-4 was sold after that, begun at " +
        "0.013 s, and nothing was given back in between",
    );
    const overlapping = lines.replace("13..20", "12..20");
    expect(verdictOf(overlapping, "honest-sold-out", { stock: 2 })).toMatch(/^pass/);
  });

  test("counts every refusal that came too early, and those alone", () => {
    const lines = `
      order phone k1 0..10 ok o-1
      order phone k2 5..30 unknown
      order phone k3 20..21 ok o-3
      order phone r1 0..4 rejected
      order phone r2 0..5 rejected
      order phone r3 0..19 rejected
      order phone r4 0..20 rejected
      order phone r5 0..2 failed`;
    const finding = findingOf(exampleHistory(lines), "honest-sold-out", { stock: 3 });
    expect(finding).toMatchObject({ verdict: "fail", count: 3 });
    expect(finding.sentence).toContain("refused as sold out at 0.004 s (r1) while at most 1 of 3");
    expect(finding.sentence).toMatch(/could be taken: 1 sold, begun by then$/);
    expect(finding.witnesses.map((w) => w.id)).toEqual(["r1", "k3"]);
  });

  test("counts the sales that began after it was said, and shows the first of them", () => {
    const lines = `
      order phone r1 0..12 rejected
      order phone r2 0..12 rejected
      order phone k1 1..100 unknown
      order phone k2 12..20 ok o-2
      order phone k3 14..20 ok o-3
      order phone k4 13..20 ok o-4`;
    const finding = findingOf(exampleHistory(lines), "honest-sold-out", { stock: 2 });
    expect(finding).toMatchObject({ verdict: "fail", count: 2 });
    expect(finding.sentence).toContain("o-4 was sold after that, begun at 0.013 s");
  });

  test("takes a stored row that nobody asked for as sold from the start", () => {
    const lines = `
      order phone k1 5..10 ok o-1
      order phone r1 0..6 rejected
      audit order phone k1 o-1`;
    const stranger = "\naudit order phone k9 o-9";
    for (const [one, two] of [
      ["", ""],
      [" x2", " x2"],
    ] as const) {
      const sized = lines.replace("ok o-1", `ok o-1${one}`).replace("rejected", `rejected${two}`);
      const options = { stock: one === "" ? 2 : 4 };
      expect(verdictOf(sized, "honest-sold-out", options)).toMatch(/^fail/);
      expect(verdictOf(sized + stranger + two, "honest-sold-out", options)).toMatch(/^pass/);
    }
    // Two units were asked for, three sold, of different sizes: still gone from the start.
    const mixed = `${lines.replace("rejected", "rejected x2")}${stranger} x3`;
    expect(verdictOf(mixed, "honest-sold-out", { stock: 5 })).toMatch(/^pass/);
    expect(verdictOf(mixed, "honest-sold-out", { stock: 6 })).toMatch(/^fail/);
  });

  test("says which key has no stock, and where the quantities were too many to try", () => {
    const lines = `
      order phone k1 0..10 ok o-1
      order phone r1 0..10 rejected
      order lamp r2 0..10 rejected`;
    expect(verdictOf(lines, "honest-sold-out", { stock: { phone: 1 } })).toMatch(
      /^unknown: no stock is stated for lamp \(seen: 1 refusal of "order"/,
    );
    const many = Array.from(
      { length: 100 },
      (_, i) => `order phone u${i} 0..9 unknown x${1e7 + i}`,
    );
    const large = `${lines}\n${many.join("\n")}`.replace("lamp", "phone");
    expect(verdictOf(large, "honest-sold-out", { stock: 900_000_000 })).toMatch(
      /^unknown: too many undecided quantities to try for phone/,
    );
  });

  test("says unknown when nobody was refused", () => {
    const lines = "order phone k1 0..10 ok o-1\norder phone k2 0..10 ok o-2";
    expect(verdictOf(lines, "honest-sold-out", { stock: 2 })).toMatch(
      /^unknown: nobody was refused/,
    );
  });

  test("tells which quantities do not fit when only their sum is wrong", () => {
    const lines = `
      order phone k1 0..10 ok o-1 x4
      order phone k2 1..100 unknown x3
      order phone k3 2..12 rejected x5
      order phone k4 13..20 ok o-4 x2
      order phone k5 13..20 ok o-5 x2`;
    expect(verdictOf(lines, "honest-sold-out", { stock: 10 })).toBe(
      "fail: phone: 5 units were refused as sold out at 0.012 s (k3), which fits no choice of the " +
        "undecided requests: 4 sold + 3 undecided had begun by then, and 8 of 10 were sold in all",
    );
    expect(verdictOf(lines.replace("x3", "x2"), "honest-sold-out", { stock: 10 })).toMatch(/^pass/);
  });
});

describe("one effect per key", () => {
  const retried = `
    order phone k1 0..10 unknown
    order phone k1 20..30 ok o-1
    order phone k1 25..35 ok o-1
    order phone k2 0..10 ok o-2`;
  const stored = `
    audit order phone k1 o-1
    audit order phone k2 o-2`;

  test("passes when retries get the same answer and are stored once", () => {
    expect(verdictOf(retried + stored, "one-effect-per-key")).toBe(
      "pass: 2 orders, 1 of them sent 3 times, 2 stored rows compared",
    );
  });

  test("fails on two answers to one id", () => {
    expect(verdictOf(`${retried}\norder phone k1 40..50 ok o-9`, "one-effect-per-key")).toBe(
      "fail: phone: request k1 was answered o-1 at 0.030 s, o-9 at 0.050 s",
    );
  });

  test("fails on an id that is stored twice, whatever the rows are called", () => {
    for (const row of ["audit order phone k2 o-2", "audit order phone k2 o-7"]) {
      expect(verdictOf(`${retried}${stored}\n${row}`, "one-effect-per-key")).toMatch(
        /^fail: phone: request k2 is stored 2 times: o-2, o-[27]$/,
      );
    }
  });

  test("fails on an acknowledged id that is not stored", () => {
    expect(verdictOf(`${retried}\naudit order phone k1 o-1`, "one-effect-per-key")).toBe(
      "fail: phone: request k2 was acknowledged at 0.010 s as o-2 and is not stored",
    );
  });

  test("fails on a refusal that begins after the acknowledgement, not on one before or beside it", () => {
    const after = `${retried}\norder phone k2 11..12 rejected`;
    expect(verdictOf(after, "one-effect-per-key")).toBe(
      "fail: phone: request k2 was acknowledged at 0.010 s as o-2, and refused when it came again at 0.011 s",
    );
    const beside = `${retried}\norder phone k2 10..12 rejected`;
    expect(verdictOf(beside, "one-effect-per-key")).toMatch(/^pass/);
  });

  test("asks nothing of attempts that carry no id", () => {
    const anonymous = `${retried}${stored}
      order phone - 50..60 rejected
      order phone - 50..60 ok o-8
      order phone - 55..65 ok o-8
      audit order phone - o-8`;
    expect(verdictOf(anonymous, "one-effect-per-key")).toMatch(/^pass: 2 orders, /);
  });

  test("shows the breach that was certain first", () => {
    const both = `
      order phone k1 0..90 ok o-1
      order phone k1 1..95 ok o-8
      order phone k2 2..10 ok o-2
      order phone k2 3..20 ok o-9`;
    const finding = findingOf(exampleHistory(both), "one-effect-per-key");
    expect(finding).toMatchObject({ count: 2, verdict: "fail" });
    expect(finding.sentence).toContain("request k2 was answered o-2 at 0.010 s, o-9 at 0.020 s");
  });

  test("takes the same id on two keys for two requests", () => {
    expect(verdictOf(`${retried}\norder lamp k1 0..10 ok o-5`, "one-effect-per-key")).toMatch(
      /^pass/,
    );
  });

  test("says unknown when nothing was repeated and nothing audited, or nothing has an id", () => {
    expect(verdictOf("order phone k1 0..10 ok o-1", "one-effect-per-key")).toMatch(
      /^unknown: no request was sent twice, and no audit/,
    );
    expect(verdictOf("order phone - 0..10 ok o-1", "one-effect-per-key")).toMatch(
      /^unknown: no order carries an id/,
    );
  });
});

describe("unique results", () => {
  test("pass when a result is given only to repeats of one request", () => {
    const lines = `
      order phone k1 0..10 ok o-1
      order phone k1 20..30 ok o-1
      order lamp k2 0..10 ok o-2`;
    expect(verdictOf(lines, "unique-results")).toBe('pass: 3 results of "order", all different');
  });

  test.each([
    ["two requests of one key", "order phone k2 5..15 ok o-1", ""],
    ["one id on two keys", "order lamp k1 5..15 ok o-1", " (phone)"],
    ["two requests without an id", "order phone - 5..15 ok o-1\norder phone - 6..16 ok o-3", ""],
  ])("fail when %s get the same one", (_, line, elsewhere) => {
    const verdict = verdictOf(`order phone k1 0..10 ok o-1\n${line}`, "unique-results");
    expect(verdict).toMatch(/^fail: (phone|lamp): o-1 was given to two requests: k1/);
    expect(verdict).toContain(`k1${elsewhere} at 0.010 s and`);
  });

  test("count how often it happened, and look at the answers alone, not at the audit", () => {
    const lines = `
      order phone k1 0..50 ok o-1
      order phone k2 5..15 ok o-1
      order phone k3 6..16 ok o-1
      order phone k4 6..16 ok o-4
      audit order phone k9 o-4`;
    const finding = findingOf(exampleHistory(lines), "unique-results");
    expect(finding).toMatchObject({ count: 2, verdict: "fail" });
    const later = `${lines}
      order lamp k5 6..20 ok o-5
      order lamp k6 6..30 ok o-5`;
    expect(findingOf(exampleHistory(later), "unique-results")).toMatchObject({
      count: 3,
      key: "lamp",
    });
    const fine = lines
      .replaceAll("ok o-1", "unknown")
      .replace("k1 0..50 unknown", "k1 0..50 ok o-1");
    expect(verdictOf(fine, "unique-results")).toMatch(/^pass: 2 results/);
  });

  test("say unknown when fewer than two results were seen", () => {
    expect(verdictOf("order phone k1 0..10 ok o-1", "unique-results")).toMatch(
      /^unknown: fewer than two/,
    );
  });
});

describe("exactly one winner", () => {
  const race = `
    order phone k1 0..10 ok o-1
    order phone k2 1..11 rejected
    order phone k3 2..12 unknown`;

  test("passes when one wins and the others are refused while or after it ran", () => {
    expect(verdictOf(race, "one-winner")).toBe("pass: 1 winner for 1 key, 1 other refused");
  });

  test("fails on two winners, by the answers or by the audit", () => {
    expect(verdictOf(`${race}\norder phone k4 3..13 ok o-4`, "one-winner")).toBe(
      "fail: phone: 2 winners of one order: o-1 (k1), o-4 (k4); the second at 0.013 s",
    );
    expect(verdictOf(`${race}\naudit order phone k3 o-3`, "one-winner")).toMatch(
      /^fail: phone: 2 winners of one order: o-1 \(k1\), o-3 \(k3\)/,
    );
  });

  test("counts the winners that the answers and the audit name, each once", () => {
    const stranger = findingOf(exampleHistory(`${race}\naudit order phone k9 o-9`), "one-winner");
    expect(stranger.sentence).toMatch(/^phone: 2 winners of one order: o-1 \(k1\), o-9 \(k9\)/);
    const twice = `${race}
      order phone k1 20..30 ok o-7
      audit order phone k1 o-1
      audit order phone k1 o-7`;
    expect(findingOf(exampleHistory(twice), "one-winner")).toMatchObject({
      count: 1,
      sentence: "phone: 2 winners of one order: o-1 (k1), o-7 (k1); the second at 0.030 s",
    });
    const anonymous = `
      order phone - 0..10 ok
      order phone - 0..10 rejected
      audit order phone - o-1`;
    expect(verdictOf(anonymous, "one-winner")).toMatch(/^pass: 1 winner/);
  });

  test("says on how many keys nobody knows who won", () => {
    const lines = `${race}
      order lamp k5 0..10 unknown
      order lamp k6 0..10 rejected`;
    expect(verdictOf(lines, "one-winner")).toBe(
      "pass: 1 winner for 1 key, 2 others refused, 1 key with nothing but unknown outcomes",
    );
  });

  test("names the first who was told too early, and counts them", () => {
    const early = `
      order phone k2 0..8 rejected
      order phone k3 0..7 rejected
      order phone k1 9..20 ok o-1`;
    const finding = findingOf(exampleHistory(early), "one-winner");
    expect(finding).toMatchObject({ count: 2, verdict: "fail" });
    expect(finding.sentence).toMatch(
      /^phone: k3 was told at 0.007 s that it was taken, .* \(0.009 s\)$/,
    );
  });

  test("fails when all are refused, and not when an undecided one may have won", () => {
    const refused = race.replace("ok o-1", "rejected");
    expect(verdictOf(refused, "one-winner")).toMatch(/^unknown/);
    expect(verdictOf(refused.replace("unknown", "rejected"), "one-winner")).toBe(
      "fail: phone: all 3 orders were refused and none won",
    );
  });

  test("fails when somebody is told 'taken' before anybody could have won", () => {
    const early = `
      order phone k2 1..11 rejected
      order phone k1 12..20 ok o-1
      order phone k3 12..20 rejected`;
    expect(verdictOf(early, "one-winner")).toMatch(
      /^fail: phone: k2 was told at 0.011 s that it was taken/,
    );
    expect(verdictOf(early.replace("12..20 ok", "11..20 ok"), "one-winner")).toMatch(/^pass/);
  });
});

describe("acknowledged is stored", () => {
  const lines = `
    order phone k1 0..10 ok o-1
    order phone k2 1..11 unknown
    order phone k3 2..12 rejected
    audit order phone k1 o-1
    audit order phone k2 o-2`;

  test("passes when the audit lists what was acknowledged, once, and what timed out", () => {
    expect(verdictOf(lines, "acknowledged-is-stored")).toBe(
      "pass: 1 acknowledged order and 2 stored, the same, 1 of unknown outcome found by the audit",
    );
  });

  test.each([
    [
      "an acknowledged one is missing",
      "order phone k4 3..13 ok o-4",
      "1 of 2 acknowledged orders is not stored: o-4 (k4), the first acknowledged at 0.013 s",
    ],
    [
      "one is stored twice",
      "audit order phone k1 o-1",
      "request k1 is stored 2 times: o-1 (k1), o-1 (k1)",
    ],
    [
      "one is stored under another name",
      "order phone k4 3..13 ok o-4\naudit order phone k4 o-5",
      "request k4 was acknowledged as o-4 and is stored as o-5",
    ],
    [
      "a refused one is stored",
      "audit order phone k3 o-3",
      "1 request was refused and is stored all the same: o-3 (k3)",
    ],
    [
      "a row belongs to nobody",
      "audit order phone k9 o-9",
      "1 stored is of requests that nobody made in this run: o-9 (k9)",
    ],
  ])("fails when %s", (_, line, says) => {
    expect(verdictOf(`${lines}\n${line}`, "acknowledged-is-stored")).toBe(`fail: phone: ${says}`);
  });

  test("fails when all of it is lost but the audit did look", () => {
    expect(
      verdictOf("order phone k1 0..10 ok o-1\naudit stock phone redis 1", "acknowledged-is-stored"),
    ).toMatch(/^fail: phone: 1 of 1 acknowledged order is not stored/);
  });

  test("compares by result where the attempts carry no id", () => {
    const anonymous = `
      order phone - 0..10 ok o-1
      order phone - 1..11 ok o-2
      audit order phone - o-1`;
    expect(verdictOf(anonymous, "acknowledged-is-stored")).toMatch(/^fail: phone: 1 of 2 .* o-2/);
    expect(verdictOf(`${anonymous}\naudit order phone - o-2`, "acknowledged-is-stored")).toMatch(
      /^pass/,
    );
  });

  test("says unknown on a key where nothing tells which row is whose, and still judges the others", () => {
    const anonymous = `${lines}
      order lamp - 0..10 ok
      order lamp - 0..10 ok
      audit order lamp - o-7`;
    expect(verdictOf(anonymous, "acknowledged-is-stored")).toMatch(
      /^unknown: on 1 key neither ids nor results tell which stored row is whose \(seen: 3 ack/,
    );
    expect(verdictOf(`${anonymous}\naudit order phone k1 o-1`, "acknowledged-is-stored")).toMatch(
      /^fail: phone: request k1 is stored 2 times/,
    );
  });

  test("tells all kinds of faults of a key, with a witness of each, from the earliest on", () => {
    const faulty = `${lines}
      order phone k4 3..13 ok o-4
      order phone k5 3..14 ok o-5
      audit order phone k1 o-1
      audit order phone k2 o-2
      audit order phone k3 o-3
      audit order phone k9 o-9
      order lamp k6 0..12 ok o-6`;
    const finding = findingOf(exampleHistory(faulty), "acknowledged-is-stored");
    expect(finding).toMatchObject({ count: 7, key: "lamp" });
    const phone = judge(exampleHistory(faulty), [invariant("acknowledged-is-stored")], {
      key: "phone",
    });
    expect(phone[0]?.sentence).toBe(
      "phone: 2 of 3 acknowledged orders are not stored: o-4 (k4), o-5 (k5), the first acknowledged at 0.013 s; " +
        "request k1 is stored 2 times: o-1 (k1), o-1 (k1), and so 1 other; " +
        "1 request was refused and is stored all the same: o-3 (k3); " +
        "1 stored is of requests that nobody made in this run: o-9 (k9)",
    );
    expect(phone[0]?.witnesses.map((w) => w.id)).toEqual(["k1", "k3", "k4", "k5", "k9"]);
  });

  test("lets a timeout without an id explain one row, not two", () => {
    const anonymous = `
      order phone - 0..10 ok o-1
      order phone - 1..11 unknown
      audit order phone - o-1
      audit order phone - o-2`;
    expect(verdictOf(anonymous, "acknowledged-is-stored")).toMatch(/^pass/);
    expect(verdictOf(`${anonymous}\naudit order phone - o-3`, "acknowledged-is-stored")).toMatch(
      /^fail: phone: 1 stored is of requests that nobody made in this run/,
    );
  });

  test("says unknown without an audit, or with one that did not run to its end", () => {
    const unaudited = "order phone k1 0..10 ok o-1";
    expect(verdictOf(unaudited, "acknowledged-is-stored")).toMatch(
      /^unknown: the run has no audit/,
    );
    const broken = exampleHistory(lines, { auditComplete: false });
    expect(findingOf(broken, "acknowledged-is-stored").sentence).toMatch(
      /^the audit did not run to its end/,
    );
  });
});

describe("stock agrees", () => {
  const options = { stock: 10, reads: "stock" };
  const lines = `
    order phone k1 0..10 ok o-1
    order phone k2 1..11 unknown
    audit stock phone redis 9
    audit stock phone database 8`;

  test("lets an undecided request make a range", () => {
    expect(verdictOf(lines, "stock-agrees", options)).toBe(
      "pass: 2 readings of redis, database, all as sold",
    );
    expect(verdictOf(lines.replace("redis 9", "redis 7"), "stock-agrees", options)).toBe(
      "fail: phone: redis says 7, database says 8; 1 of 10 sold, 1 undecided, " +
        "so 8 to 9 must be left (read at 1000.000 s)",
    );
  });

  test("knows one right answer once the audit has resolved it", () => {
    const audited = `${lines}\naudit order phone k1 o-1`;
    expect(verdictOf(audited, "stock-agrees", options)).toMatch(
      /^fail: phone: .* so 9 must be left/,
    );
    expect(verdictOf(`${audited}\naudit order phone k2 o-2`, "stock-agrees", options)).toMatch(
      /^fail: phone: .* 2 of 10 sold, so 8 must be left/,
    );
  });

  test.each([["-1"], ["lots"], ["-"]])("never takes %s for an answer", (reading) => {
    const sold = "order phone k1 0..10 ok o-1\norder phone k2 0..10 ok o-2";
    expect(
      verdictOf(`${sold}\naudit stock phone redis ${reading}`, "stock-agrees", {
        ...options,
        stock: 1,
      }),
    ).toMatch(/^fail: phone: redis says (-1|"lots"|nothing); 2 of 1 sold, so -1 must be left/);
  });

  test("judges the readings of the audit alone, and of one key where one is asked for", () => {
    const early = `${lines}\nstock phone redis 5..6 ok 3`;
    expect(verdictOf(early, "stock-agrees", options)).toMatch(/^pass: 2 readings/);
    const two = exampleHistory(`${lines}
      order lamp k1 0..10 ok o-1
      audit stock lamp redis 10`);
    expect(findingOf(two, "stock-agrees", options)).toMatchObject({ key: "lamp", count: 1 });
    const [phone] = judge(two, [invariant("stock-agrees", options)], { key: "phone" });
    expect(phone).toMatchObject({
      verdict: "pass",
      sentence: "2 readings of redis, database, all as sold",
    });
    const partly = findingOf(two, "stock-agrees", { reads: "stock", stock: { phone: 10 } });
    expect(partly.sentence).toMatch(/^no stock is stated for lamp/);
  });

  test("says unknown when nothing was read", () => {
    expect(verdictOf("order phone k1 0..10 ok o-1", "stock-agrees", options)).toMatch(
      /^unknown: the audit has no reading of "stock"/,
    );
  });
});

describe("a finding", () => {
  const oversold = `
    order phone k1 0..10 ok o-1
    order phone k2 1..11 ok o-2
    order phone k3 2..12 ok o-3
    order lamp k4 2..13 unknown`;

  test("carries what was checked, how often it broke, and the operations that prove it", () => {
    const finding = findingOf(exampleHistory(oversold), "no-oversell", { stock: 1 });
    expect(finding).toMatchObject({
      checked: { operations: 4, keys: 2, unknownOutcomes: 1, overlapMax: 3 },
      count: 2,
      key: "phone",
    });
    expect(finding.witnesses.map((w) => [w.id, w.result, w.invokedMs, w.returnedMs])).toEqual([
      ["k1", "o-1", 0, 10],
      ["k2", "o-2", 1, 11],
      ["k3", "o-3", 2, 12],
    ]);
    expect(finding.witnesses[0]?.rule).toBe("said by the test's own code");
  });

  test("shows at most 5 witnesses, however many there are", () => {
    const many = Array.from({ length: 50 }, (_, i) => `order phone k${i} 0..${i + 1} ok o-${i}`);
    const finding = findingOf(exampleHistory(many.join("\n")), "no-oversell", { stock: 10 });
    expect(finding.count).toBe(40);
    expect(finding.sentence).toContain("the 11th to complete is o-10");
    expect(finding.sentence).toContain("o-10, o-11, o-12, o-13, o-14 and 35 more");
    expect(finding.witnesses.map((w) => w.id)).toEqual(["k9", "k10", "k11", "k12", "k13"]);
  });

  test("about one key alone looks at no other", () => {
    const history = exampleHistory(oversold);
    const judged = judge(history, [invariant("no-oversell", { stock: 1 })], { key: "lamp" });
    expect(judged[0]).toMatchObject({ verdict: "unknown", checked: { operations: 1, keys: 1 } });
  });

  test("of a race is unknown when no two operations overlapped", () => {
    const apart = "order phone k1 0..10 ok o-1\norder phone k2 11..12 ok o-2";
    expect(verdictOf(apart, "no-oversell", { stock: 2 })).toBe(
      'unknown: no two of "order" ever overlapped on one key, so nothing raced (seen: 2 sold of 2)',
    );
    expect(verdictOf(apart.replace("11", "10"), "no-oversell", { stock: 2 })).toMatch(/^pass/);
  });

  test("is unknown when nothing was acknowledged, or nothing took place", () => {
    expect(verdictOf("order phone k1 0..10 unknown", "no-oversell", { stock: 2 })).toMatch(
      /^unknown: no order was acknowledged/,
    );
    expect(verdictOf("read phone k1 0..10 ok", "no-oversell", { stock: 2 })).toMatch(
      /^unknown: no order took place/,
    );
  });

  test("with records lost is never a pass, and a fail only where none of them could excuse it", () => {
    const lost = exampleHistory(oversold, { lostRecords: 3 });
    expect(findingOf(lost, "no-oversell", { stock: 1 }).verdict).toBe("fail");
    expect(findingOf(lost, "no-oversell", { stock: 9 })).toMatchObject({
      verdict: "unknown",
      sentence: expect.stringContaining("3 records of the history are lost") as string,
    });
    const lie = exampleHistory("order phone k1 0..9 ok\norder phone k2 0..9 rejected", {
      lostRecords: 1,
    });
    expect(findingOf(lie, "honest-sold-out", { stock: 5 })).toMatchObject({
      verdict: "unknown",
      sentence: expect.stringContaining(
        "1 record of the history is lost, which could explain it",
      ) as string,
    });
  });

  test.each([
    ["no-oversell", "order phone k1 0..9 ok o-1\norder phone k2 0..9 ok o-2", "fail"],
    ["one-effect-per-key", "order phone k1 0..9 ok o-1\norder phone k1 0..9 ok o-2", "fail"],
    ["unique-results", "order phone k1 0..9 ok o-1\norder phone k2 0..9 ok o-1", "fail"],
    ["one-winner", "order phone k1 0..9 rejected\norder phone k2 0..9 rejected", "unknown"],
    ["acknowledged-is-stored", "order phone k1 0..9 ok o-1\naudit order phone k2 o-2", "unknown"],
    ["stock-agrees", "order phone k1 0..9 ok o-1\naudit stock phone db 5", "unknown"],
  ])("of %s with records lost is broken only where that is certain", (kind, lines, verdict) => {
    const options = { stock: 1, reads: "stock" };
    expect(findingOf(exampleHistory(lines), kind, options).verdict).toBe("fail");
    const lost = exampleHistory(lines, { lostRecords: 1 });
    expect(findingOf(lost, kind, options).verdict).toBe(verdict);
  });

  test("does not take what a lost audit row would have shown for missing", () => {
    const lines = `
      order phone k1 0..9 ok o-1
      order phone k2 0..9 ok o-2
      audit order phone k1 o-1`;
    expect(findingOf(exampleHistory(lines), "one-effect-per-key").verdict).toBe("fail");
    const lost = exampleHistory(lines, { lostRecords: 1 });
    expect(findingOf(lost, "one-effect-per-key").verdict).toBe("unknown");
  });

  test("over a run that did not end is a fail or unknown", () => {
    const cut = exampleHistory(oversold, {
      finished: false,
      trustedUntilNs: 5e9,
      auditComplete: false,
    });
    expect(findingOf(cut, "no-oversell", { stock: 1 }).verdict).toBe("fail");
    expect(findingOf(cut, "no-oversell", { stock: 9 }).sentence).toMatch(
      /^the run did not end: nothing is missing up to 5.000 s only/,
    );
  });

  test("of a kind that nobody knows, or of a check that was stopped, is unknown", () => {
    const history = exampleHistory(oversold);
    expect(findingOf(history, "toString").sentence).toContain('of the kind "toString"');
    const [stopped] = judge(history, [invariant("no-oversell", { stock: 1 })], {
      stop: () => true,
    });
    expect(stopped).toMatchObject({
      verdict: "unknown",
      sentence: "it could not be decided: the time for judging was over",
    });
  });
});
