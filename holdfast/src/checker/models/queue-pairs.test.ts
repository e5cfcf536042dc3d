/** Values that come again and again: far too many operations for a search, decided by who was first. */
import { expect, test } from "vitest";
import { checkFile } from "../check-file.ts";
import type { Placeable } from "../search.ts";
import type { Guess } from "./queue-pairs.ts";
import { paired } from "./queue-pairs.ts";

const ROUNDS = 2_000;

/** Per round, two processes put in 1 and 2 at once, and two take out what `taken` says; `more` lines at the end. */
function history(taken: (round: number) => readonly [number, number], ...more: string[]): string {
  const lines: string[] = [];
  const line = (process: number, type: string, f: string, value: number | null): void => {
    lines.push(JSON.stringify({ process, type, f, value }));
  };
  for (let round = 0; round < ROUNDS; round++) {
    for (const process of [1, 2]) line(process, "invoke", "enqueue", process);
    for (const process of [1, 2]) line(process, "ok", "enqueue", process);
    for (const process of [3, 4]) line(process, "invoke", "dequeue", null);
    for (const [i, value] of taken(round).entries()) line(3 + i, "ok", "dequeue", value);
  }
  return [...lines, ...more].join("\n");
}

test("each is taken once, in whichever order they came in", () => {
  const text = history((round) => (round % 3 === 0 ? [2, 1] : [1, 2]));
  expect(checkFile(text, { model: "fifo-queue" }).verdict).toBe("pass");
});

test("one that is taken twice is taken before it was put in again", () => {
  const text = history((round) => (round === 1_000 ? [1, 1] : [1, 2]));
  expect(checkFile(text, { model: "fifo-queue" })).toMatchObject({
    verdict: "fail",
    sentence: expect.stringContaining("dequeue → 1 (no. 1002) was over before it was enqueued"),
  });
});

test("what is still there after the last round is there for an empty dequeue, too", () => {
  const empty = ["invoke", "rejected"].map((type) =>
    JSON.stringify({ process: 5, type, f: "dequeue" }),
  );
  const enqueue = ["invoke", "ok"].map((type) =>
    JSON.stringify({ process: 5, type, f: "enqueue", value: 1 }),
  );
  const all = history(() => [1, 2], ...empty);
  expect(checkFile(all, { model: "fifo-queue" }).verdict).toBe("pass");
  const one = history(() => [1, 2], ...enqueue, ...empty);
  expect(checkFile(one, { model: "fifo-queue" }).verdict).toBe("fail");
});

test("one put in within another of its value may be the first to be taken", () => {
  const line = (process: number, type: string, f: string, value: number | null): string =>
    JSON.stringify({ process, type, f, value });
  const done = (f: string, value: number): string[] => [
    line(6, "invoke", f, f === "enqueue" ? value : null),
    line(6, "ok", f, value),
  ];
  const put = [
    line(5, "invoke", "enqueue", 3),
    ...done("enqueue", 3),
    ...done("enqueue", 4),
    line(5, "ok", "enqueue", 3),
  ];
  const taken = (...values: readonly number[]): string => {
    const text = history(
      () => [1, 2],
      ...put,
      ...values.flatMap((value) => done("dequeue", value)),
    );
    return checkFile(text, { model: "fifo-queue" }).verdict;
  };
  expect([taken(3, 4, 3), taken(3, 3, 4), taken(4, 3, 3)]).toEqual(["pass", "pass", "fail"]);
});

test("a value that was there twice from the start is taken twice, and no third time", () => {
  const taken = (times: number): string => {
    const lines = Array.from({ length: times }, () => [
      { process: 1, type: "invoke", f: "dequeue", value: null },
      { process: 1, type: "ok", f: "dequeue", value: 1 },
    ]).flat();
    const text = lines.map((line) => JSON.stringify(line)).join("\n");
    return checkFile(text, { model: "fifo-queue", initial: [1, 1] }).verdict;
  };
  expect([1, 2, 3].map(taken)).toEqual(["pass", "pass", "fail"]);
});

test("of two that do the same the one that was called, or returned, first has the first number", () => {
  const numbers = (guess: Guess, ...times: (readonly [number, number])[]): unknown[] => {
    const operations = times.map(([invokeNs, returnNs]): Placeable => {
      const step = { f: "enqueue", input: 3, output: undefined, outcome: "ok" as const };
      return { step, invokeNs, returnNs };
    });
    const bounds = { initial: [], stop: () => false, searchWordsMax: 0 };
    const pairs = paired({ operations, ...bounds }, guess);
    return pairs?.history.operations.map(({ step }) => (step.input as string).slice(-2, -1)) ?? [];
  };
  expect(numbers("called first", [2, 3], [1, 9])).toEqual(["2", "1"]);
  expect(numbers("returned first", [1, 9], [2, 3])).toEqual(["2", "1"]);
  // Where they tie, the other time decides.
  expect(numbers("called first", [1, 9], [1, 3])).toEqual(["2", "1"]);
  expect(numbers("returned first", [2, 9], [1, 9])).toEqual(["2", "1"]);
});
