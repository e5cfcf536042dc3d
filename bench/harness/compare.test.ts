import { expect, test } from "vitest";
import { compareResults, renderChanges } from "./compare.ts";
import type { Cell, SuiteResult } from "./result.ts";

test("only ratios are compared, and a change is clear when the ranges do not touch", () => {
  const before = resultOf({ ratio: spread(1.2, 1.1, 1.3), cpu: spread(6, 5, 7) });
  const now = resultOf({ ratio: spread(1.5, 1.4, 1.6), cpu: spread(9, 8, 10) });
  const changes = compareResults(before, now);
  expect(changes).toMatchObject([{ row: "lean", column: "x floor", clear: true }]);
  expect(renderChanges(changes)).toBe("  lean, x floor: 1.20 -> 1.50 (+25.0 %)  higher");
});

test("a change within the rounds' own range is not called one", () => {
  const before = resultOf({ ratio: spread(1.2, 1.1, 1.3) });
  const now = resultOf({ ratio: spread(1.1, 1, 1.2) });
  expect(renderChanges(compareResults(before, now))).toBe("  lean, x floor: 1.20 -> 1.10 (-8.3 %)");
});

test("a row that is not in both is left out", () => {
  const changes = compareResults(resultOf({}), resultOf({ ratio: spread(1, 1, 1) }));
  expect(renderChanges(changes)).toBe("  nothing stored that could be compared");
});

function spread(median: number, min: number, max: number): Cell {
  return { median, min, max, rounds: 7 };
}

function resultOf(cells: Record<string, Cell>): SuiteResult {
  return {
    suite: "http",
    title: "HTTP",
    measuredAt: "2026-11-21T10:20:30.000Z",
    machine: { cpu: "", cores: 2, memory: "", system: "", node: "", pinned: true },
    settings: { rounds: 7, windowSeconds: 3, only: "" },
    method: [],
    tables: [
      {
        title: "cost",
        columns: [
          { key: "cpu", title: "µs", digits: 2 },
          { key: "ratio", title: "x floor", digits: 2, stable: true },
        ],
        rows: [{ name: "lean", cells }],
      },
    ],
    goals: [],
    missing: [],
  };
}
