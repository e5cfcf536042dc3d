/** The test's own tables, in every report that people read. */
import { expect, test } from "vitest";
import type { RunResult } from "../verdict/result.ts";
import { renderHtml } from "./html.ts";
import { renderMarkdown } from "./markdown.ts";
import { renderSummary } from "./summary.ts";
import { passedRun } from "./testing/results.ts";

function watchedRun(rows: number = 2): RunResult {
  const columns = [
    { title: "p99", unit: "ms" as const },
    { title: "reached", unit: "share" as const },
    { title: "memory", unit: "bytes" as const },
  ];
  return {
    ...passedRun(),
    breakdowns: [
      {
        title: "Fan-out",
        by: "watchers",
        columns,
        rows: Array.from({ length: rows }, (_, i) => ({
          value: String((i + 1) * 100),
          cells: [1.25 * (i + 1), 1, i === 0 ? null : 1_000_000],
        })),
      },
    ],
  };
}

const said = (run: RunResult, width: number = 80): string[] =>
  renderSummary(run, { width, color: false }).trimEnd().split("\n");

test("the terminal shows a table, its numbers below each other", () => {
  const lines = said(watchedRun(2));
  const at = lines.findIndex((line) => line.startsWith("watchers"));
  expect(lines.slice(at, at + 3)).toEqual([
    "watchers        p99  reached   memory",
    "100         1.25 ms    100 %        –",
    "200         2.50 ms    100 %  1.00 MB",
  ]);
});

test("of 50 rows the terminal shows as many as fit a screen, and counts the others", () => {
  const lines = said(watchedRun(50));
  expect(lines.filter((line) => line.includes("100 %  1.00 MB"))).toHaveLength(5);
  expect(lines.filter((line) => line.includes("and 44 more in the report"))).toHaveLength(1);
  expect(lines.length).toBeLessThanOrEqual(23);
});

test("a table too wide for the terminal breaks its titles, and then leaves out columns from the right", () => {
  const titles = [
    "came in",
    "connect p50",
    "connect p95",
    "connect p99",
    "server, each",
    "dropped",
  ];
  const wide: RunResult = {
    ...passedRun(),
    breakdowns: [
      {
        title: "Connections",
        by: "people",
        columns: titles.map((title) => ({ title, unit: "ms" as const })),
        rows: [{ value: "1000", cells: titles.map(() => 12) }],
      },
    ],
  };
  const tableAt = (width: number): string[] => {
    const lines = said(wide, width);
    const at = lines.findIndex((line) => line.startsWith("people"));
    return lines.slice(at - 1, at + 2);
  };
  expect(tableAt(100).slice(1)).toEqual([
    "people      came in  connect p50  connect p95  connect p99  server, each  dropped",
    "1000        12.0 ms      12.0 ms      12.0 ms      12.0 ms       12.0 ms  12.0 ms",
  ]);
  expect(tableAt(72)).toEqual([
    "               came  connect  connect  connect  server,",
    "people           in      p50      p95      p99     each  dropped",
    "1000        12.0 ms  12.0 ms  12.0 ms  12.0 ms  12.0 ms  12.0 ms",
  ]);
  expect(tableAt(40).slice(1)).toEqual([
    "people           in     p50     p95",
    "1000        12.0 ms 12.0 ms 12.0 ms",
  ]);
});

test("Markdown and HTML have a table of it, and a run without one has none", () => {
  expect(renderMarkdown(watchedRun())).toContain(
    [
      "## Fan-out",
      "",
      "| watchers | p99 | reached | memory |",
      "| ---: | ---: | ---: | ---: |",
      "| 100 | 1.25 ms | 100 % | – |",
      "| 200 | 2.50 ms | 100 % | 1.00 MB |",
    ].join("\n"),
  );
  const page = renderHtml(watchedRun());
  expect(page).toContain("Fan-out, by watchers");
  expect(page).toMatch(/<th scope="row" class="number">200<\/th>/);
  expect(renderMarkdown(passedRun())).not.toContain("Fan-out");
  expect(renderHtml(passedRun())).not.toContain('id="breakdown-1"');
});

test("what an author calls a table cannot break out of the page", () => {
  const title = "<script>alert(1)</script>|";
  const { breakdowns = [], ...run } = watchedRun();
  const hostile = { ...run, breakdowns: breakdowns.map((one) => ({ ...one, title })) };
  expect(renderHtml(hostile)).not.toContain("<script>alert(1)");
  expect(renderMarkdown(hostile)).not.toContain("<script>");
});
