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

test("the terminal shows a line for each of the first 6 rows and still fits a screen", () => {
  const said = renderSummary(watchedRun(2), { width: 80, color: false }).split("\n");
  expect(said.filter((line) => line.includes("reached"))).toEqual([
    "watchers    100: p99 1.25 ms · reached 100 % · memory –",
    "            200: p99 2.50 ms · reached 100 % · memory 1.00 MB",
  ]);
  const long = renderSummary(watchedRun(50), { width: 80, color: false }).trimEnd().split("\n");
  expect(long.filter((line) => line.includes("reached"))).toHaveLength(6);
  expect(long.length).toBeLessThanOrEqual(23);
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
  expect(page).toMatch(/<th scope="row">200<\/th>/);
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
