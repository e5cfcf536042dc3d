/** What is seen early must be so, and histories that a search without it could not get through are decided. */
import { describe, expect, test } from "vitest";
import { checkFile } from "./check-file.ts";
import { AHEAD_MAX } from "./limits.ts";
import { keyValue } from "./models/key-value.ts";
import { counter } from "./models/counter.ts";
import type { Placeable } from "./search.ts";
import { LookAhead } from "./search-ahead.ts";
import { EventList } from "./search-events.ts";
import { PlacedSet } from "./search-memory.ts";

interface Line {
  process: number;
  type: string;
  f: string;
  value?: unknown;
}

/** Rounds of operations that all overlap, and then a read by itself. */
function rounds(count: number, each: readonly Line[], read: (round: number) => Line): string {
  const lines: Line[] = [];
  for (let round = 1; round <= count; round++) {
    lines.push(...each.map((line) => ({ ...line, type: "invoke" })), ...each);
    const { value: _, ...asked } = read(round);
    lines.push({ ...asked, type: "invoke" }, read(round));
  }
  return lines.map((line) => JSON.stringify(line)).join("\n");
}

const ok = (process: number, f: string, value: unknown): Line => ({
  process,
  type: "ok",
  f,
  value,
});

describe("looking ahead", () => {
  const adds = Array.from({ length: 16 }, (_, i) => ok(i, "add", i + 1));

  test("sixteen different adds at once, read again and again", () => {
    const right = rounds(40, adds, (round) => ok(99, "read", 136 * round));
    expect(checkFile(right, { model: "counter" }).verdict).toBe("pass");
    const wrong = rounds(40, adds, (round) => ok(99, "read", 136 * round - (round === 40 ? 1 : 0)));
    expect(checkFile(wrong, { model: "counter" }).verdict).toBe("fail");
  });

  test("a counter that goes down, too", () => {
    const both = [...adds, ok(20, "add", -5), ok(21, "add", -131)];
    const right = rounds(30, both, () => ok(99, "read", 0));
    expect(checkFile(right, { model: "counter" }).verdict).toBe("pass");
    const wrong = rounds(30, both, (round) => ok(99, "read", round === 29 ? 3 : 0));
    expect(checkFile(wrong, { model: "counter" }).verdict).toBe("fail");
  });

  test("units that come and go, with refusals", () => {
    const moves = Array.from({ length: 8 }, (_, i) => [
      ok(2 * i, "give", i + 1),
      ok(2 * i + 1, "take", i + 1),
    ]).flat();
    const right = rounds(30, moves, () => ok(99, "read", 4));
    expect(checkFile(right, { model: "stock", initial: 4 }).verdict).toBe("pass");
    const refused = rounds(30, moves, () => ({
      process: 99,
      type: "rejected",
      f: "take",
      value: 4,
    }));
    expect(checkFile(refused, { model: "stock", initial: 4 }).verdict).toBe("fail");
  });

  test("texts of two letters, added to by many at once", () => {
    const appends = Array.from({ length: 10 }, (_, i) => ok(i, "append", i % 2 === 0 ? "a" : "b"));
    const right = rounds(10, appends, (round) => ok(99, "get", "abbaababab".repeat(round)));
    expect(checkFile(right, { model: "kv" }).verdict).toBe("pass");
    const wrong = rounds(10, appends, (round) => ok(99, "get", "abbaababab".repeat(round) + "a"));
    expect(checkFile(wrong, { model: "kv" }).verdict).toBe("fail");
  });

  test("a text is made by what writes, whatever it is, and by no other read", () => {
    const read = { f: "get", input: undefined, output: undefined, outcome: "ok" } as const;
    expect(keyValue.ahead?.neverFits("", { ...read, output: "undefined" }, [], [read])).toBe(true);
  });

  test("money that goes round, in cents that do not add up exactly", () => {
    const names = ["a", "b", "c", "d"];
    const moves = names.map((from, i) =>
      ok(i, "transfer", { from, to: names[(i + 1) % 4], amount: 0.25 }),
    );
    const initial = { a: 1, b: 1, c: 1, d: 1 };
    const right = rounds(30, moves, () => ok(99, "read", initial));
    expect(checkFile(right, { model: "bank", initial }).verdict).toBe("pass");
    const wrong = rounds(30, moves, () => ok(99, "read", { ...initial, a: 0.75, b: 1.25 }));
    expect(checkFile(wrong, { model: "bank", initial }).verdict).toBe("fail");
  });

  test(`names the first answer that cannot come about, among ${AHEAD_MAX} operations at most`, () => {
    const misfit = (adds: number, output: number): number | undefined => {
      const operations = [
        ...Array.from({ length: adds }, (_, i) => ["add", 1, undefined, 0, 100 + i] as const),
        ["read", undefined, output, 0, 50] as const,
        ["read", undefined, -1, 60, 70] as const,
      ].map(([f, input, told, invokeNs, returnNs]): Placeable => ({
        step: { f, input, output: told, outcome: "ok" },
        invokeNs,
        returnNs,
      }));
      const events = new EventList(operations);
      const ahead = LookAhead.of(counter, operations, operations.length, events);
      return ahead?.misfit(0, new PlacedSet(0));
    };
    expect(misfit(3, 4)).toBe(3);
    expect(misfit(3, 3)).toBe(-1);
    expect(misfit(AHEAD_MAX - 1, AHEAD_MAX)).toBe(AHEAD_MAX - 1);
    expect(misfit(AHEAD_MAX, AHEAD_MAX + 1)).toBe(-1);
    const { ahead: _, ...blind } = counter;
    expect(LookAhead.of(blind, [], 0, new EventList([]))).toBeUndefined();
  });
});
