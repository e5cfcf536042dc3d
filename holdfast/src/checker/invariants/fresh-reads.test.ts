import { describe, expect, test } from "vitest";
import { seededRandom } from "../../base/random.ts";
import type { Random } from "../../base/random.ts";
import { historyOf } from "../../history/history.ts";
import type { HistoryFacts } from "../../history/history.ts";
import type { Outcome } from "../../record/outcome.ts";
import type { Value } from "../../record/value.ts";
import { freshReads } from "../../scenario/invariants/state.ts";
import { operation } from "../../scenario/operation.ts";
import { MODELS } from "../check-file.ts";
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

const write = operation("put");
const read = operation("get");

function findingOf(lines: string, initial?: Value, facts: Partial<HistoryFacts> = {}): Finding {
  const invariant = freshReads({ write, read, ...(initial === undefined ? {} : { initial }) });
  return judge(exampleHistory(lines, facts), [invariant])[0] as Finding;
}

function said(lines: string, initial?: Value, facts: Partial<HistoryFacts> = {}): string {
  const { verdict, sentence } = findingOf(lines, initial, facts);
  return `${verdict}: ${sentence}`;
}

describe("reads are fresh", () => {
  const fine = `
    put u1 - 0..10 ok x1
    get u1 - 5..8 ok 1
    put u1 - 20..30 ok x2
    get u1 - 22..25 ok 1
    get u1 - 24..26 ok 2
    get u2 - 0..1 ok nobody
    put u1 - 40..50 unknown x3`;

  test("passes, and says over how much", () => {
    expect(said(fine)).toBe(
      "pass: 4 reads on 2 keys, none stale and none ahead of its time, 2 writes acknowledged, " +
        "1 unknown outcome considered",
    );
  });

  test.each([
    [
      "a stale read",
      "get u1 - 31..32 ok 1",
      "a read that began at 0.031 s gave 1, although 2 had been read by 0.026 s, and 1 had been " +
        "read by 0.008 s, before a read of 2 began at 0.024 s",
      3,
    ],
    [
      "a read of what nobody wrote, beside one that was there from the start",
      "get u2 - 3..4 ok somebody",
      "somebody was read by 0.004 s, and nobody wrote that",
      1,
    ],
    [
      "a read of what was not yet written",
      "get u1 - 18..19 ok 2",
      "2 was read by 0.019 s, before its write began at 0.020 s",
      2,
    ],
    [
      "what an unknown write left, gone again",
      "get u1 - 60..61 ok 3\nget u1 - 62..63 ok 2",
      "a read that began at 0.062 s gave 2, although 3 had been read by 0.061 s, and 2 had been " +
        "read by 0.026 s, before a read of 3 began at 0.060 s",
      3,
    ],
    [
      "the value of the start after a write",
      "put u2 - 2..3 ok x5\nget u2 - 4..5 ok nobody",
      "a read that began at 0.004 s gave nobody, although 5 had been written by 0.003 s, and " +
        "nobody was there from the start",
      2,
    ],
  ])("fails on %s", (_, lines, sentence, witnesses) => {
    const finding = findingOf(`${fine}\n${lines}`);
    expect(`${finding.verdict}: ${finding.sentence}`).toBe(
      `fail: ${lines.split(" ")[1]}: ${sentence}`,
    );
    expect(finding.witnesses).toHaveLength(witnesses);
  });

  test("fails on a stale read of what was written, and names the two writes", () => {
    expect(
      said(`
        put u1 - 0..10 ok x1
        put u1 - 20..30 ok x2
        get u1 - 31..33 ok 1`),
    ).toBe(
      "fail: u1: a read that began at 0.031 s gave 1, although 2 had been written by 0.030 s, " +
        "and 1 had been written by 0.010 s, before the write of 2 began at 0.020 s",
    );
  });

  test("takes attempts of one request for one write, between the first call and the first answer", () => {
    const retried = `
      put u1 r1 0..5 unknown x1
      get u1 - 6..7 ok 1
      put u1 r1 8..9 ok x1
      put u1 r1 10..11 ok x1
      put u1 - 12..13 ok x2
      get u1 - 14..15 ok 2`;
    expect(said(retried)).toMatch(/^pass: 2 reads on 1 key, none stale.*, 3 writes ack/);
    expect(said(`${retried}\nget u1 - 20..21 ok 1`)).toMatch(/^fail/);
  });

  test("takes a write for done once a later attempt of it was answered, though nobody read it", () => {
    const retried = `
      put u1 r1 0..1 ok x1
      put u1 r2 2..3 unknown x2
      put u1 r2 4..9 ok x2
      put u1 r2 5..6 ok x2`;
    expect(said(`${retried}\nget u1 - 6..7 ok 1`)).toMatch(/^pass/);
    expect(said(`${retried}\nget u1 - 7..8 ok 1`)).toMatch(
      /^fail: u1: .* 2 had been written by 0.006 s/,
    );
  });

  test("searches a key where a value was written twice", () => {
    const twice = `
      put u1 - 0..1 ok x1
      put u1 - 2..3 ok x2
      get u1 - 4..5 ok 2
      put u1 - 6..7 ok x1
      get u1 - 8..9 ok 1`;
    expect(said(twice)).toMatch(/^pass: .*, 1 key decided by search$/);
    const listed = `${twice}\naudit put u1 - - x2\nget u1 - 1000001..1000002 ok 2`;
    const cut = { finished: false, trustedUntilNs: 10_500_000 };
    expect(said(`${twice}\nget u1 - 10..11 ok 2`, undefined, cut)).not.toMatch(/^fail/);
    expect(said(listed)).toMatch(/^fail: u1: read → 2 has no place in any order/);
    expect(said(`${twice}\nget u1 - 10..11 ok 2`)).toMatch(
      /^fail: u1: read → 2 has no place in any order of the operations/,
    );
    const many = Array.from({ length: 16 }, (_, i) => `put u1 - ${i}..100 ok x${i % 8}`);
    const reads = Array.from({ length: 16 }, (_, i) => `get u1 - ${i}..100 ok ${i % 8}`);
    const hard = [...many, ...reads, "get u1 - 101..102 ok 1", "get u1 - 103..104 ok 2"].join("\n");
    expect(said(hard)).toMatch(
      /^(?:fail|unknown: 1 key with values written more than once could not)/,
    );
  });

  test("knows a stated start, and lets it be written again", () => {
    expect(said("put u1 - 5..6 ok x1\nget u1 - 1..2 ok 0", 0)).toMatch(/^pass/);
    expect(said("put u1 - 5..6 ok x1\nget u1 - 1..2 ok 7", 0)).toMatch(/^fail: u1: 7 was read/);
    expect(said("put u1 - 5..6 ok x0\nget u1 - 1..2 ok 0", 0)).toMatch(/^pass: .* by search$/);
  });

  test("is unknown without reads, without writes, and when records or the end are missing", () => {
    expect(said("put u1 - 5..6 ok x1")).toMatch(/^unknown: nothing was read/);
    expect(said("put u1 - 5..6 unknown x1\nget u1 - 5..6 ok 1")).toMatch(
      /^unknown: no put was acknowledged/,
    );
    expect(said("put u1 - 5..6 ok\nget u1 - 5..6 ok 1")).toMatch(
      /could not be decided: a write must carry its value, got none$/,
    );
    const stale = `${fine}\nget u1 - 31..32 ok 1`;
    expect(said(stale, undefined, { lostRecords: 1 })).toMatch(/^unknown: .* could explain it$/);
    const cut = { finished: false, trustedUntilNs: 30_000_000 };
    expect(said(stale, undefined, cut)).toMatch(/^unknown: the run did not end/);
  });
});

/** Writes of values of their own, but for `twice`, and reads of those and a few others. */
function randomRegister(random: Random, twice: boolean): Attempt[] {
  let next = 1;
  return Array.from({ length: random.integer(1, 7) }, (_, i) => {
    const invokeNs = random.integer(0, 9);
    const returnNs = invokeNs + random.integer(0, 5);
    if (random.next() < 0.5) {
      // One in ten shows nothing: it failed, or its answer had no value.
      const outcome = random.next() < 0.95 ? "ok" : "failed";
      const result = random.next() < 0.95 ? random.integer(0, 4) : undefined;
      return attempt("get", outcome, invokeNs, returnNs, { result });
    }
    const outcome = random.pick<Outcome>(["ok", "ok", "ok", "unknown", "failed", "rejected"]);
    const value = twice ? random.integer(0, 2) : next++;
    const id = twice ? random.pick(["a", String(i)]) : undefined;
    return attempt("put", outcome, invokeNs, returnNs, { value, id });
  });
}

/** Each write once, whatever its attempts; reads as they are. */
function plainly(attempts: readonly Attempt[]): Tried<Value>[] {
  const tried: Tried<Value>[] = [];
  for (const [i, { name, outcome, value, result, id, invokeNs, returnNs }] of attempts.entries()) {
    if (name === "get") {
      if (outcome !== "ok" || result === undefined) continue;
      const next = (state: Value): Value[] => (state === result ? [state] : []);
      tried.push({ invokeNs, returnNs, optional: false, next });
    } else if (outcome === "ok" || outcome === "unknown") {
      const own = attempts.filter(
        (a, j) =>
          (a.outcome === "ok" || a.outcome === "unknown") &&
          (i === j || (id !== undefined && a.id === id && a.value === value)),
      );
      if (own[0] !== attempts[i]) continue;
      const overNs = own.map((a) => (a.outcome === "ok" ? a.returnNs : Infinity));
      tried.push({
        invokeNs: Math.min(...own.map((a) => a.invokeNs)),
        returnNs: Math.min(...overNs),
        optional: own.every((a) => a.outcome === "unknown"),
        next: () => [value as Value],
      });
    }
  }
  return tried;
}

/** Two keys, one after the other in the same arrays. */
function twoKeys(random: Random, twice: boolean): Attempt[] {
  const other = random.next() < 0.5 ? [] : randomRegister(random, twice);
  return [...randomRegister(random, twice), ...other.map((one) => ({ ...one, key: "other" }))];
}

function explainable(attempts: readonly Attempt[], initial: Value | undefined): boolean {
  const keys = new Set(attempts.map(({ key }) => key));
  return [...keys].every((key) =>
    keyExplainable(
      attempts.filter((one) => one.key === key),
      initial,
    ),
  );
}

/** Without a stated start, any value that is read and never written may have been there. */
function keyExplainable(attempts: readonly Attempt[], initial: Value | undefined): boolean {
  const written = new Set(
    attempts
      .filter((a) => a.name === "put" && (a.outcome === "ok" || a.outcome === "unknown"))
      .map((a) => a.value),
  );
  const strange = attempts.flatMap(({ outcome, result }) =>
    outcome !== "ok" || result === undefined || written.has(result) ? [] : [result],
  );
  const starts = initial === undefined ? [...strange, -1] : [initial];
  return starts.some((start) => existsOrder(start, plainly(attempts)));
}

describe(`over ${HISTORIES} random histories of seed ${SEED}`, () => {
  test.each<[string, boolean, Value | undefined]>([
    ["values of their own, any start", false, undefined],
    ["values of their own, a start of 0", false, 0],
    ["values written twice and retried", true, 0],
  ])("reads are judged exactly: %s", (name, twice, initial) => {
    const random = seededRandom(`${SEED}/fresh/${name}`);
    const invariant = freshReads({ write, read, ...(initial === undefined ? {} : { initial }) });
    const seen = { explainable: 0, not: 0 };
    for (let i = 0; i < (twice ? HISTORIES / 8 : HISTORIES / 2); i++) {
      const attempts = twoKeys(random, twice);
      const expected = explainable(attempts, initial);
      seen[expected ? "explainable" : "not"] += 1;
      const [finding] = judge(historyOf(attempts), [invariant]);
      if ((finding?.verdict !== "fail") !== expected) {
        expect.fail(JSON.stringify({ expected, finding, attempts }, null, 1));
      }
    }
    expect(Math.min(seen.explainable, seen.not)).toBeGreaterThan(HISTORIES / 100);
  });

  test("the model of a register is decided exactly where values are written once", () => {
    const random = seededRandom(`${SEED}/register`);
    const seen = { explainable: 0, not: 0 };
    for (let i = 0; i < HISTORIES / 2; i++) {
      const attempts = randomRegister(random, false).filter(({ outcome }) => outcome !== "failed");
      const expected = existsOrder<Value>(0, plainly(attempts));
      seen[expected ? "explainable" : "not"] += 1;
      const operations = attempts.map(({ name, value, result, outcome, invokeNs, returnNs }) => ({
        step: {
          f: name === "get" ? "read" : "write",
          input: value,
          output: result,
          outcome: outcome as "ok" | "rejected" | "unknown",
        },
        invokeNs,
        returnNs: outcome === "unknown" ? Infinity : returnNs,
      }));
      // No memory for a search: where it is needed, the answer would be "undecided".
      const bounds = { stop: (): boolean => true, searchWordsMax: 0 };
      const breach = MODELS["register"]?.check({ operations, initial: 0, ...bounds });
      if ((breach === undefined) !== expected || breach === "undecided") {
        expect.fail(JSON.stringify({ expected, breach, operations }, null, 1));
      }
    }
    expect(Math.min(seen.explainable, seen.not)).toBeGreaterThan(HISTORIES / 20);
  });

  test.each([0, 3])("one true copy raises none, with clocks off by up to %i ticks", (error) => {
    const random = seededRandom(`${SEED}/copy/${error}`);
    const invariant = freshReads({ write, read });
    for (let i = 0; i < HISTORIES / 20; i++) {
      const attempts = trueCopy(random, error);
      const [finding] = judge(historyOf(attempts), [invariant]);
      if (finding?.verdict === "fail") expect.fail(JSON.stringify({ finding, attempts }, null, 1));
    }
  });
});

test(`cut off at any moment one true copy raises no alarm, seed ${SEED}`, () => {
  const random = seededRandom(`${SEED}/copy/cut`);
  const invariant = freshReads({ write, read });
  for (let i = 0; i < HISTORIES / 20; i++) {
    const history = cutOff(random, trueCopy(random, 0), random.integer(0, 40));
    const [finding] = judge(history, [invariant]);
    if (finding?.verdict === "fail") expect.fail(JSON.stringify({ finding, history }, null, 1));
  }
});

/** Thirty reads and writes of one true copy, some answers lost. */
function trueCopy(random: Random, errorTicks: number): Attempt[] {
  let stored: Value = null;
  const arrivals = Array.from({ length: 30 }, () => random.integer(0, 40) + random.next());
  return arrivals
    .sort((a, b) => a - b)
    .map((effectAt, process) => {
      const offset = process % 2 === 0 ? 0 : random.pick([-errorTicks, errorTicks]);
      const invokeNs = Math.floor(effectAt) - random.integer(0, 4) + offset - errorTicks;
      const returnNs = Math.ceil(effectAt) + random.integer(0, 4) + offset + errorTicks;
      const lost = random.next() < 0.2;
      const outcome = lost ? "unknown" : "ok";
      if (random.next() < 0.6) {
        const result = lost ? undefined : stored;
        return attempt("get", outcome, invokeNs, returnNs, { result });
      }
      if (!lost || random.next() < 0.5) stored = process;
      return attempt("put", outcome, invokeNs, returnNs, { value: process });
    });
}
