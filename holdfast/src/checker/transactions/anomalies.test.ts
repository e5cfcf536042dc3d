import { describe, expect, test } from "vitest";
import { operation } from "../../scenario/operation.ts";
import { serializable } from "../../scenario/invariants/models.ts";
import { historyOf, SAID_RULE } from "../../history/history.ts";
import type { History, HistoryFacts } from "../../history/history.ts";
import type { IsolationLevel } from "../../record/isolation.ts";
import { ISOLATION_LEVELS } from "../../record/isolation.ts";
import type { Outcome } from "../../record/outcome.ts";
import type { Value } from "../../record/value.ts";
import { checkFile } from "../check-file.ts";
import type { Finding } from "../finding.ts";
import { judge } from "../judge.ts";

/**
 * One transaction a line: `ax1 rx12 ry` appends 1 to x, reads x as [1, 2] and y as []; before it the outcome where it is
 * not ok, and the times in ms where they matter: `unknown 3..4 ax1`. Without times, all happen at once.
 */
function history(lines: string, facts: Partial<HistoryFacts> = {}): History {
  const rows = lines
    .trim()
    .split("\n")
    .map((line, process) => rowOf(line.trim(), process));
  return historyOf(rows, { auditComplete: true, ...facts });
}

function rowOf(
  line: string,
  process: number,
): Parameters<typeof historyOf>[0] extends Iterable<infer Row> ? Row : never {
  const words = line.split(/\s+/);
  const outcome = /^(?:failed|unknown|rejected)$/.test(words[0] ?? "")
    ? (words.shift() as Outcome)
    : "ok";
  const times = /\.\./.test(words[0] ?? "") ? (words.shift() as string) : "0..100";
  const [from, to] = times.split("..").map((ms) => Number(ms) * 1e6);
  const asked: Value = words.map(([f, key, ...rest]) =>
    f === "a" ? ["append", key as string, Number(rest.join(""))] : ["r", key as string, null],
  );
  const answered: Value = words.map(([f, key, ...rest]) =>
    f === "a"
      ? ["append", key as string, Number(rest.join(""))]
      : ["r", key as string, rest.map(Number)],
  );
  return {
    name: "txn",
    phase: "load",
    process,
    key: "",
    id: undefined,
    value: asked,
    result: outcome === "ok" ? answered : undefined,
    invokeNs: from as number,
    returnNs: to as number,
    outcome,
    rule: SAID_RULE[outcome],
    status: 0,
  };
}

function found(
  lines: string,
  isolation: IsolationLevel,
  facts: Partial<HistoryFacts> = {},
): Finding {
  const invariant = serializable(operation("txn"), { isolation });
  return judge(history(lines, facts), [invariant])[0] as Finding;
}

const SKEW = "rx ay1\nry ax1";

test("circles that only reads of the past would join are told each by itself where those are allowed", () => {
  const pairs = "ax1 ry1 rz aw1\nay1 rx1\nau1 rv1 rw az1\nav1 ru1";
  expect(found(pairs, "read-committed")).toMatchObject({ verdict: "fail", count: 2 });
  expect(found(pairs, "serializable")).toMatchObject({ verdict: "fail", count: 1 });
});

test("a list with an element twice is told as that, also where it contradicts another list", () => {
  expect(found("ax1\nax2\nrx12\nrx11", "serializable").sentence).toMatch(/^duplicate-elements/);
  expect(found("ax1\nax2\nrx12\nrx21", "serializable").sentence).toMatch(/^incompatible-order/);
});

test("of two circles of one kind the shorter is told", () => {
  const { witnesses, count } = found(
    "ax1 rz1\nay1 rx1\naz1 ry1\nau1 rv1\nav1 ru1",
    "read-committed",
  );
  expect(count).toBe(2);
  expect(witnesses.map(({ index }) => index)).toEqual([3, 4]);
});

describe("what a level forbids is found there, and not below", () => {
  test.each<[string, string, IsolationLevel, RegExp]>([
    [
      "writes over each other",
      "ax1 ay1\nax2 ay2\nrx12 ry21",
      "read-uncommitted",
      /^G0: let T1 be operation 0, T2 be operation 1; T1 comes before T2, because T2 appended 2 to x behind 1 that T1 appended; but T2 comes before T1, because T1 appended 1 to y behind 2 that T2 appended/,
    ],
    [
      "an element twice",
      "ax1\nrx11",
      "read-uncommitted",
      /^duplicate-elements: operation 1 read x as \[1, 1\]/,
    ],
    [
      "lists that contradict each other",
      "ax1\nax2\nrx12\nrx2",
      "read-uncommitted",
      /^incompatible-order: operation 2 and operation 3 read x as \[1, 2\] and as \[2\]/,
    ],
    [
      "an element that nobody appended",
      "ax1\nrx9",
      "read-uncommitted",
      /^unwritten-read: operation 1 read 9 in x, which nobody appended/,
    ],
    [
      "own appends out of order",
      "ax1 ax2\nrx21",
      "read-uncommitted",
      /^incompatible-order: operation 1 and operation 0 read x with 2 not right behind what was/,
    ],
    [
      "an aborted write",
      "failed ax1\nrx1",
      "read-committed",
      /^G1a: operation 1 and operation 0 read 1 in x, which was aborted/,
    ],
    ["a refused write", "rejected ax1\nrx1", "read-committed", /^G1a/],
    [
      "a half-done write",
      "ax1 ax2\nrx1",
      "read-committed",
      /^G1b: operation 1 and operation 0 read x in the middle of the other's appends/,
    ],
    [
      "reads in a circle",
      "ax1 ry1\nax2 ay1\nrx12 ry1",
      "read-committed",
      /^G1c: let .* T\d saw 1 in y that T\d appended/,
    ],
    [
      "not its own write",
      "ax1 rx\nry",
      "snapshot-isolation",
      /^internal: operation 0 read x as \[\], which is not what/,
    ],
    [
      "a read that changes",
      "ax1\nrx rx1",
      "snapshot-isolation",
      /^internal: operation 1 read x as \[1\]/,
    ],
    [
      "its own future",
      "rx1 ax1\nry",
      "snapshot-isolation",
      /^internal: operation 0 read 1 in x before it appended it/,
    ],
    [
      "a lost update",
      "ax0\nrx0 ax1\nrx0 ax2",
      "snapshot-isolation",
      /^lost-update: operation 1 and operation 2 both read x with 1 elements and then appended to it/,
    ],
    [
      "a skewed read",
      "ax1 ay1\nax2 ry\nrx12",
      "snapshot-isolation",
      /^G-single: let T1 be operation 1, T2 be operation 0; T1 comes before T2, because T1 read y as \[\], without 1, which T2 appended; but T2 comes before T1, because T1 appended 2 to x behind 1 that T2 appended/,
    ],
    [
      "two readers who disagree about who was first",
      "ax1\nrx1 ry\nay1\nry1 rx",
      "snapshot-isolation",
      /^G-nonadjacent: let T1 be/,
    ],
    [
      "write skew",
      SKEW,
      "serializable",
      /^G2-item: let T1 be operation 0, T2 be operation 1; T1 comes before T2, because T1 read x as \[\], without 1/,
    ],
    [
      "a read of the past",
      "0..1 ax1\n2..3 rx\n0..9 rx1",
      "strict-serializable",
      /^G-single in real time: .*T\d was over at 0\.001 s and T\d began at 0\.002 s/,
    ],
  ])("%s", (_, lines, level, sentence) => {
    for (const other of ISOLATION_LEVELS) {
      const { verdict } = found(lines, other);
      const forbidden = ISOLATION_LEVELS.indexOf(other) >= ISOLATION_LEVELS.indexOf(level);
      expect([other, verdict]).toEqual([other, forbidden ? "fail" : "pass"]);
    }
    expect(found(lines, level).sentence).toMatch(sentence);
  });

  test("a process that forgets what it read is found where sessions count", () => {
    const rows = history("0..1 ax1\n0..9 rx1\n10..11 rx");
    const same = historyOf(
      [0, 1, 2].map((row) => ({ ...rows.operation(row), process: row === 0 ? 0 : 1 })),
    );
    const judged = (isolation: IsolationLevel): Finding =>
      judge(same, [serializable(operation("txn"), { isolation })])[0] as Finding;
    expect(judged("serializable").verdict).toBe("pass");
    expect(judged("strong-session-serializable").sentence).toMatch(
      /^G-single in a process: .*process 1 did T\d first/,
    );
  });

  test("a process did before what was over by the instant at which the next began, and nothing that failed", () => {
    const rows = history("0..1 ax1\n0..10 rx1\nfailed 10..11 ay1\n11..12 rx");
    const judged = (beganMs: number): Finding => {
      const same = historyOf(
        [0, 1, 2, 3].map((row) => ({
          ...rows.operation(row),
          process: row === 0 ? 0 : 1,
          invokeNs: row === 3 ? beganMs * 1e6 : rows.operation(row).invokeNs,
        })),
      );
      const invariant = serializable(operation("txn"), {
        isolation: "strong-session-serializable",
      });
      return judge(same, [invariant])[0] as Finding;
    };
    expect(judged(10)).toMatchObject({ verdict: "fail", witnesses: { length: 3 } });
    expect(judged(9).verdict).toBe("pass");
  });

  test("a violation is known once all of it was answered", () => {
    const { witnesses, ...finding } = found("0..5 rx ay1\n1..9 ry ax1", "serializable");
    expect(witnesses).toHaveLength(2);
    expect(finding).toMatchObject({ verdict: "fail", count: 1 });
  });
});

describe("transactions of which little is known", () => {
  test("an unknown one may have happened, and did where somebody saw it", () => {
    expect(found("unknown ax1\nrx", "serializable").verdict).toBe("pass");
    expect(found("unknown ax1\nrx1", "serializable").verdict).toBe("pass");
    expect(found("unknown ax1 ay1\nrx1 ry", "serializable").verdict).toBe("fail");
  });

  test("nothing can be said where an element is appended twice", () => {
    expect(found("ax1\nax1\nrx1", "serializable")).toMatchObject({
      verdict: "unknown",
      sentence: expect.stringMatching(
        /^every element must be appended once, and 1 to x was/,
      ) as string,
    });
  });

  test("with records lost, what nobody is known to have appended proves nothing; a circle still does", () => {
    const lost = { lostRecords: 3 };
    expect(found("ax1\nrx9", "serializable", lost).verdict).toBe("unknown");
    expect(found(SKEW, "serializable", lost).verdict).toBe("fail");
  });

  test("no reads, no overlap, no transactions: unknown, and why", () => {
    expect(found("ax1\nax2", "serializable").sentence).toMatch(/^no transaction read anything/);
    expect(found("ax1\nunknown rx", "serializable").sentence).toMatch(/^no transaction read any/);
    expect(found("0..1 ax1\n2..3 rx1", "serializable").sentence).toMatch(/^no two of "txn" ever/);
    expect(judge(historyOf([]), [serializable(operation("txn"))])[0]?.sentence).toMatch(/^no txn/);
  });

  test("a value that is no list of micro-operations is named", () => {
    const plain = history("ax1\nrx1");
    const [first, second] = [plain.operation(0), plain.operation(1)];
    const strange = historyOf([{ ...first, result: ["what"], value: 5 }, second]);
    expect(judge(strange, [serializable(operation("txn"))])[0]).toMatchObject({
      verdict: "unknown",
      sentence: expect.stringContaining(
        "1 transaction could not be read (operation 0: must be",
      ) as string,
    });
  });

  test("the finding counts what else was found and shows at most five operations", () => {
    const many = found(`${SKEW}\nfailed az1\nrz1\nrz1`, "serializable");
    expect(many.sentence).toMatch(/^G1a: .*; also 1 G2-item$/);
    expect(many).toMatchObject({ count: 2, witnesses: { length: 2 } });
    const ring = Array.from(
      { length: 7 },
      (_, i) => `r${"abcdefg"[i]} a${"abcdefg"[(i + 1) % 7]}1`,
    );
    expect(found(ring.join("\n"), "serializable").witnesses).toHaveLength(5);
  });
});

describe("holdfast check --model list-append", () => {
  const line = (type: string, process: number, value: unknown): string =>
    JSON.stringify({ process, type, f: "txn", value });
  const skew = [
    line("invoke", 0, [
      ["r", "x", null],
      ["append", "y", 1],
    ]),
    line("invoke", 1, [
      ["r", "y", null],
      ["append", "x", 1],
    ]),
    line("ok", 0, [
      ["r", "x", []],
      ["append", "y", 1],
    ]),
    line("ok", 1, [
      ["r", "y", null],
      ["append", "x", 1],
    ]),
  ].join("\n");

  test("judges a file at the level that is asked for", () => {
    expect(checkFile(skew, { model: "list-append" })).toMatchObject({
      verdict: "fail",
      sentence: expect.stringMatching(/^G2-item: /) as string,
      witnesses: { length: 2 },
    });
    expect(
      checkFile(skew, { model: "list-append", isolation: "snapshot-isolation" }),
    ).toMatchObject({
      verdict: "pass",
      sentence: "2 transactions on 2 lists, nothing that snapshot-isolation forbids",
      checked: { operations: 2, keys: 2, overlapMax: 2 },
    });
  });

  test("says which option means nothing here, and which line cannot be read", () => {
    const options = { model: "list-append" };
    expect(() => checkFile(skew, { ...options, isolation: "total" })).toThrow(
      /^--isolation must be one of/,
    );
    expect(() => checkFile(skew, { ...options, initial: 1 })).toThrow(
      /^--initial must be left out/,
    );
    expect(() => checkFile(skew, { ...options, key: "x" })).toThrow(/^--key must be left out/);
    expect(() => checkFile(line("invoke", 0, [["w", "x", 1]]), options)).toThrow(
      /operation 0: must be a list of \["append", key, value\]/,
    );
  });
});
