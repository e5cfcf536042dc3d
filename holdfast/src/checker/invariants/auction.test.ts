import { describe, expect, test } from "vitest";
import { seededRandom } from "../../base/random.ts";
import type { Random } from "../../base/random.ts";
import { historyOf } from "../../history/history.ts";
import type { HistoryFacts } from "../../history/history.ts";
import type { Outcome } from "../../record/outcome.ts";
import { bidsAreLinearizable } from "../../scenario/invariants/auction.ts";
import type { AuctionOptions } from "../../scenario/invariants/auction.ts";
import { operation } from "../../scenario/operation.ts";
import type { Finding } from "../finding.ts";
import { judge } from "../judge.ts";
import type { Attempt } from "../testing/attempt.ts";
import { attempt } from "../testing/attempt.ts";
import { existsOrder } from "../testing/brute-force.ts";
import type { Tried } from "../testing/brute-force.ts";
import { cutOff } from "../testing/cut-off.ts";
import { exampleHistory } from "../testing/example-history.ts";

const HISTORIES = Number(process.env["HOLDFAST_CAMPAIGN_HISTORIES"] ?? 20_000);
const SEED = process.env["HOLDFAST_SEED"] ?? "holdfast";

const bid = operation("bid");
const reads = operation("price");
const close = operation("close");

function findingOf(
  lines: string,
  options: Partial<AuctionOptions> = {},
  facts: Partial<HistoryFacts> = {},
): Finding {
  const invariant = bidsAreLinearizable(bid, { start: 100, reads, ...options });
  return judge(exampleHistory(lines, facts), [invariant])[0] as Finding;
}

function said(
  lines: string,
  options: Partial<AuctionOptions> = {},
  facts: Partial<HistoryFacts> = {},
): string {
  const { verdict, sentence } = findingOf(lines, options, facts);
  return `${verdict}: ${sentence}`;
}

describe("bids are linearizable", () => {
  const fine = `
    bid vase b1 0..10 ok x510
    bid vase b2 5..20 ok x520
    bid vase b3 8..30 rejected x500
    bid vase b4 9..31 rejected 520 x515
    price vase - 25..28 ok 520
    bid vase b5 30..60 unknown x600`;

  test("passes, and says over how much", () => {
    expect(said(fine)).toBe(
      "pass: 2 accepted bids on 1 key, each above the one before, 2 refusals explained, " +
        "1 price seen, 1 unknown outcome considered",
    );
  });

  test.each<[string, string, string, Partial<AuctionOptions>]>([
    [
      "a lower bid accepted after a higher one",
      "bid vase b6 21..40 ok x515",
      "bid 520 was accepted and over at 0.020 s; bid 515 began at 0.021 s and was accepted",
      {},
    ],
    [
      "a refusal before any bid as high was sent",
      "bid vase b6 0..4 rejected x505",
      "bid 505 was refused as too low at 0.004 s; the highest bid that anyone had sent by then was 500",
      {},
    ],
    [
      "a refusal before any bid at all was sent",
      "bid lamp b6 0..4 rejected x505\nbid lamp b7 0..4 ok x105",
      "bid 505 was refused as too low at 0.004 s; the highest bid that anyone had sent by then was 105",
      {},
    ],
    [
      "a refusal while the price was still lower",
      "bid vase b6 1..2 rejected x515\nbid vase b7 3..9 ok x501",
      "bid 515 was refused as too low at 0.002 s, yet the price was still lower: " +
        "bid 501 began at 0.003 s and was accepted",
      {},
    ],
    [
      "a refusal that quotes a price it would beat",
      "bid vase b6 12..14 rejected 510 x515",
      "bid 515 was refused at 0.014 s with the price 510, which does not beat it",
      {},
    ],
    [
      "an old price quoted",
      "bid vase b6 40..41 rejected 510 x505",
      "bid 520 was accepted and over at 0.020 s; a refusal that began at 0.040 s still quoted 510",
      {},
    ],
    [
      "an old price read",
      "price vase - 21..22 ok 510",
      "bid 520 was accepted and over at 0.020 s; a read that began at 0.021 s still saw 510",
      {},
    ],
    [
      "a price that nobody bid",
      "price vase - 25..28 ok 519",
      "519 was read by 0.028 s, and nobody bid that",
      {},
    ],
    [
      "a price read before it was bid",
      "price vase - 1..4 ok 520",
      "520 was read by 0.004 s, before bid 520 was sent at 0.005 s",
      {},
    ],
    [
      "an equal bid accepted",
      "bid vase b6 11..22 ok x520",
      "bid 520 was accepted twice, by 0.020 s and by 0.022 s",
      {},
    ],
    [
      "a bid below the start",
      "bid vase b6 1..2 ok x100",
      "bid 100 was accepted at 0.002 s, and the start is 100",
      {},
    ],
    [
      "a step that is too small",
      "bid vase b6 11..22 ok x524",
      "bid 524 was accepted, 4 above 520, and the least step is 5",
      { increment: 5 },
    ],
    [
      "a bid accepted after the close",
      "close vase - 30..40 ok\nbid vase b6 41..50 ok x530",
      "bid 530 was accepted, begun at 0.041 s, although it was closed by 0.040 s",
      { close },
    ],
    [
      "a winner that was not the highest",
      "close vase - 18..40 ok 510",
      "closed at 0.040 s with the price 510, although bid 520 was accepted",
      { close },
    ],
    [
      "a stored bid that nobody made",
      "audit bid vase - - x700",
      "700 was stored by 1000.000 s, and nobody bid that",
      {},
    ],
    [
      "a last price that is not the winner's",
      "audit price vase - 510",
      "bid 520 was accepted and over at 0.020 s; a read that began at 1000.000 s still saw 510",
      {},
    ],
  ])("fails on %s", (_, line, sentence, options) => {
    const key = line.includes("lamp") ? "lamp" : "vase";
    const lines = line.startsWith("bid vase b6 0..4")
      ? fine.replace("bid vase b1 0..10 ok x510", "bid vase b1 0..10 ok x500")
      : fine;
    const finding = findingOf(`${lines}\n${line}`, options);
    expect(`${finding.verdict}: ${finding.sentence}`).toBe(`fail: ${key}: ${sentence}`);
    expect(finding.witnesses.length).toBeGreaterThan(0);
    expect(finding.witnesses.length).toBeLessThanOrEqual(3);
  });

  test.each<[string, string, Partial<AuctionOptions>]>([
    ["a price of an unknown bid that was read", "price vase - 70..71 ok 600", {}],
    ["a refusal that an unknown bid may explain", "bid vase b6 35..40 rejected x590", {}],
    ["a refusal for another reason", "bid vase b6 1..2 rejected outbid-yourself x9000", {}],
    [
      "a refusal without a reason while it may be closed",
      "close vase - 40..41 ok\nbid vase b6 40..42 rejected x9000",
      { close },
    ],
    [
      "a refusal with a lower price while it may be closed",
      "close vase - 40..41 ok\nbid vase b6 40..42 rejected 520 x9000",
      { close },
    ],
    ["a refusal by an equal price", "bid vase b6 21..22 rejected 520 x520", {}],
    [
      "a refusal by an equal price while it may be closed",
      "close vase - 40..41 ok\nbid vase b6 40..42 rejected 520 x520",
      { close },
    ],
    ["one request answered twice", "bid vase b2 11..22 ok x520", {}],
    [
      "a bid that took effect in an attempt that timed out",
      "bid vase b7 0..2 unknown x505\nbid vase b7 25..26 ok x505",
      {},
    ],
    [
      "the closing price of the highest bid",
      "close vase - 61..62 ok 520\nbid vase b6 63..64 rejected x900",
      { close },
    ],
    [
      "a step that is large enough, and a refusal for its sake",
      "bid vase b6 21..22 rejected 520 x525",
      { increment: 6 },
    ],
    ["a read before any bid", "price vase - 0..1 ok 100", {}],
    ["a bid that was never sent", "bid vase b6 50..51 failed x1", {}],
  ])("has no quarrel with %s", (_, line, options) => {
    expect(said(`${fine}\n${line}`, options)).toMatch(/^pass/);
  });

  test("tells a step of decimal fractions from a rounding error", () => {
    const whole = "bid vase b1 0..10 ok x127.2\nbid vase b2 5..20 ok x128.2";
    expect(said(whole, { increment: 1 })).toMatch(/^pass/);
    expect(said(`${whole}\nbid vase b3 21..22 rejected x129.3`, { increment: 1 })).toMatch(/^fail/);
    const lines = `
      bid vase b1 0..10 ok x100.1
      bid vase b2 5..20 ok x100.2
      bid vase b3 21..22 rejected 100.2 x100.29`;
    expect(said(lines, { increment: 0.1 })).toMatch(/^pass/);
    expect(said(lines, { increment: 0.11 })).toMatch(/^fail: .* 0.1 above 100.1, .* step is 0.11$/);
  });

  test("is unknown without a starting price, without a race, with nothing but unknown outcomes", () => {
    expect(said(fine, { start: { lamp: 3 } })).toMatch(
      /^unknown: no starting price is stated for vase/,
    );
    expect(said("bid vase b1 0..10 ok x510")).toMatch(/^unknown: no two of "bid" ever overlapped/);
    expect(said("bid vase b1 0..10 unknown x510")).toMatch(/^unknown: no bid was acknowledged/);
    expect(said("")).toMatch(/^unknown: no bid took place/);
    expect(said("bid vase b1 0..10 ok")).toBe(
      "unknown: it could not be decided: the value of a bid must be its amount, got undefined",
    );
  });

  test("is unknown when what is lost could explain it", () => {
    const stale = `${fine}\nprice vase - 25..28 ok 519`;
    expect(said(stale, {}, { lostRecords: 2 })).toMatch(/^unknown: .*; but 2 records .* are lost/);
    const cut = { finished: false, trustedUntilNs: 20_000_000, auditComplete: false };
    expect(said(stale, {}, cut)).toMatch(/^unknown: the run did not end/);
    const after = (trustedUntilNs: number): string => said(stale, {}, { ...cut, trustedUntilNs });
    expect(after(28_000_000)).toMatch(/^fail/);
    expect(after(28_000_000 - 1)).toMatch(/^unknown/);
  });
});

function randomAttempt(random: Random): Attempt {
  const invokeNs = random.integer(0, 8);
  const returnNs = invokeNs + random.integer(0, 5);
  const dice = random.next();
  if (dice < 0.06) {
    const result = random.pick([undefined, undefined, random.integer(0, 5)]);
    const outcome = random.pick<Outcome>(["ok", "ok", "unknown"]);
    return attempt("close", outcome, invokeNs, returnNs, outcome === "ok" ? { result } : {});
  }
  if (dice < 0.12) {
    return attempt("bid", "ok", 9, 10, { phase: "audit", value: random.integer(0, 5) });
  }
  if (dice < 0.3) {
    const result = random.pick([undefined, 0, 1, 2, 3, 4, 5]);
    return attempt("price", "ok", invokeNs, returnNs, { result });
  }
  const outcome = random.pick<Outcome>(["ok", "ok", "rejected", "unknown", "failed"]);
  const quote = random.pick([undefined, undefined, "closed", "too low", random.integer(0, 5)]);
  return attempt("bid", outcome, invokeNs, returnNs, {
    id: random.pick([undefined, undefined, "a"]),
    value: random.integer(0, 5),
    result: outcome === "rejected" ? quote : undefined,
  });
}

interface State {
  price: number;
  closed: boolean;
  first: boolean;
}

const START = 1;

/** Two items, one after the other in the same arrays. */
function randomItems(random: Random): Attempt[] {
  return Array.from({ length: random.integer(1, 7) }, () => ({
    ...randomAttempt(random),
    key: random.pick(["", "", "", "other"]),
  }));
}

/** Every attempt as a step of one auctioneer; attempts of one request are one step. */
function auctioneer(attempts: readonly Attempt[], increment: number): Tried<State>[] {
  const closings = attempts.filter((a) => a.name === "close" && a.outcome !== "failed");
  const closingNs = Math.min(...closings.map((a) => a.invokeNs));
  const tried: Tried<State>[] = [];
  const done = new Set<string>();
  for (const { name, phase, outcome, id, value, result, invokeNs, returnNs } of attempts) {
    const amount = value as number;
    if (name === "close") {
      const next = (s: State): State[] =>
        result === undefined || result === s.price ? [{ ...s, closed: true }] : [];
      tried.push({ invokeNs, returnNs, optional: outcome === "unknown", next });
    } else if (name === "price" || (outcome === "rejected" && typeof result === "number")) {
      const beaten = (s: State): boolean =>
        name === "price" ||
        s.price >= amount ||
        s.price + increment > amount ||
        returnNs >= closingNs;
      const next = (s: State): State[] => (s.price === result && beaten(s) ? [s] : []);
      if (result !== undefined) tried.push({ invokeNs, returnNs, optional: false, next });
    } else if (outcome === "rejected") {
      const evidence = result === "too low" || (result === undefined && returnNs < closingNs);
      const next = (s: State): State[] =>
        s.price >= amount || s.price + increment > amount ? [s] : [];
      if (evidence) tried.push({ invokeNs, returnNs, optional: false, next });
    } else if (phase === "load" && outcome !== "failed") {
      const request = id === undefined ? "" : `${id}/${amount}`;
      if (request !== "" && done.has(request)) continue;
      done.add(request);
      const own = attempts.filter(
        (a) => a.name === "bid" && a.phase === "load" && a.id === id && a.value === value,
      );
      const mine = id === undefined ? [{ outcome, invokeNs, returnNs }] : own;
      const possible = mine.filter((a) => a.outcome === "ok" || a.outcome === "unknown");
      const oks = mine.filter((a) => a.outcome === "ok").map((a) => a.returnNs);
      tried.push({
        invokeNs: Math.min(...possible.map((a) => a.invokeNs)),
        returnNs: Math.min(Infinity, ...oks),
        optional: oks.length === 0,
        next: (s) => {
          const step = s.first ? 0 : increment;
          const fits = !s.closed && amount > s.price && amount >= s.price + step;
          return fits ? [{ ...s, price: amount, first: false }] : [];
        },
      });
    }
  }
  return tried;
}

function explainable(attempts: readonly Attempt[], increment: number): boolean {
  const items = new Set(attempts.map(({ key }) => key));
  return [...items].every((item) =>
    itemExplainable(
      attempts.filter(({ key }) => key === item),
      increment,
    ),
  );
}

/** A bid in the audit is one that was accepted: some order must have accepted it. */
function itemExplainable(attempts: readonly Attempt[], increment: number): boolean {
  const stored = attempts.filter((a) => a.phase === "audit").map((a) => a.value as number);
  const start: State & { had: number[] } = { price: START, closed: false, first: true, had: [] };
  const tried = auctioneer(attempts, increment).map((step): Tried<typeof start> => ({
    ...step,
    next: (state) => step.next(state).map((next) => ({ ...next, had: [...state.had, next.price] })),
  }));
  for (const amount of stored) {
    tried.push({
      invokeNs: 100,
      returnNs: 100,
      optional: false,
      next: (state) => (amount > START && state.had.includes(amount) ? [state] : []),
    });
  }
  return existsOrder(start, tried);
}

describe(`over ${HISTORIES} random histories of seed ${SEED}`, () => {
  test.each([
    ["any step", 0, true],
    ["a least step of 2 and no unknown outcome", 2, false],
  ])("an auction is judged exactly: %s", (name, increment, unknowns) => {
    const random = seededRandom(`${SEED}/auction/${name}`);
    const seen = { explainable: 0, not: 0 };
    const invariant = bidsAreLinearizable(bid, { start: START, reads, close, increment });
    for (let i = 0; i < (unknowns ? HISTORIES : HISTORIES / 2); i++) {
      let attempts = randomItems(random);
      if (!unknowns) attempts = attempts.filter((a) => a.outcome !== "unknown");
      const expected = explainable(attempts, increment);
      seen[expected ? "explainable" : "not"] += 1;
      const [finding] = judge(historyOf(attempts, { auditComplete: true }), [invariant]);
      if ((finding?.verdict !== "fail") !== expected) {
        expect.fail(JSON.stringify({ expected, finding, attempts }, null, 1));
      }
    }
    expect(Math.min(seen.explainable, seen.not)).toBeGreaterThan(HISTORIES / 20);
  });

  test("no alarm with a least step of 2 and unknown outcomes but where there is no explanation", () => {
    const random = seededRandom(`${SEED}/auction/sound`);
    const seen = { alarms: 0, missed: 0 };
    const invariant = bidsAreLinearizable(bid, { start: START, reads, close, increment: 2 });
    for (let i = 0; i < HISTORIES / 4; i++) {
      const attempts = randomItems(random);
      const expected = explainable(attempts, 2);
      const [finding] = judge(historyOf(attempts, { auditComplete: true }), [invariant]);
      if (finding?.verdict === "fail") seen.alarms += 1;
      else if (!expected) seen.missed += 1;
      if (finding?.verdict === "fail" && expected) {
        expect.fail(JSON.stringify({ finding, attempts }, null, 1));
      }
    }
    expect(seen.alarms).toBeGreaterThan(HISTORIES / 40);
    expect(seen.missed).toBeLessThan(seen.alarms / 20);
  });

  test.each([0, 4])(
    "a correct auctioneer raises none, with clocks off by up to %i ticks",
    (error) => {
      const random = seededRandom(`${SEED}/auctioneer/${error}`);
      const invariant = bidsAreLinearizable(bid, { start: 0, reads, increment: 3 });
      for (let i = 0; i < HISTORIES / 20; i++) {
        const attempts = auction(random, error);
        const [finding] = judge(historyOf(attempts), [invariant]);
        if (finding?.verdict === "fail")
          expect.fail(JSON.stringify({ finding, attempts }, null, 1));
      }
    },
  );
});

test(`cut off at any moment a correct auction raises no alarm, seed ${SEED}`, () => {
  const random = seededRandom(`${SEED}/auction/cut`);
  const invariant = bidsAreLinearizable(bid, { start: 0, reads, close, increment: 3 });
  for (let i = 0; i < HISTORIES / 20; i++) {
    const attempts = auction(random, 0, 0);
    const bids = attempts.filter((a) => a.name === "bid" && a.outcome === "ok");
    const highest = Math.max(0, ...bids.map((a) => a.value as number));
    const closing = attempt("close", "ok", 50, 52, { result: highest });
    const stored = bids.map((a) => ({ ...a, phase: "audit" as const, invokeNs: 60, returnNs: 60 }));
    const history = cutOff(random, [...attempts, closing, ...stored], random.integer(0, 60));
    const [finding] = judge(history, [invariant]);
    if (finding?.verdict === "fail") expect.fail(JSON.stringify({ finding, attempts }, null, 1));
  }
});

/** Thirty bids and reads as a correct system with a least step of 3 answers them, some answers lost. */
function auction(random: Random, errorTicks: number, lossChance = 0.2): Attempt[] {
  let price = 0;
  let first = true;
  const arrivals = Array.from({ length: 30 }, () => random.integer(0, 40) + random.next());
  return arrivals
    .sort((a, b) => a - b)
    .map((effectAt, process) => {
      const offset = process % 2 === 0 ? 0 : random.pick([-errorTicks, errorTicks]);
      const invokeNs = Math.floor(effectAt) - random.integer(0, 4) + offset - errorTicks;
      const returnNs = Math.ceil(effectAt) + random.integer(0, 4) + offset + errorTicks;
      if (random.next() < 0.2) return attempt("price", "ok", invokeNs, returnNs, { result: price });
      const value = price + random.integer(-4, 8);
      const accepted = value > price && (first || value >= price + 3);
      const result = !accepted && random.next() < 0.5 ? price : undefined;
      if (accepted) price = value;
      if (accepted) first = false;
      const lost = random.next() < lossChance;
      const outcome = lost ? "unknown" : accepted ? "ok" : "rejected";
      return attempt("bid", outcome, invokeNs, returnNs, {
        value,
        result: lost ? undefined : result,
      });
    });
}
