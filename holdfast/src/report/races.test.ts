import { describe, expect, test } from "vitest";
import type { MetricResult, RunResult } from "../verdict/result.ts";
import { renderHtml } from "./html.ts";
import { renderMarkdown } from "./markdown.ts";
import { racesText } from "./races.ts";
import { renderSummary } from "./summary.ts";
import { passedRun } from "./testing/results.ts";

function trend(p50: number, p99: number, min: number, unit?: "ms"): MetricResult {
  const rest = { count: 300, mean: p50, p90: p99, p95: p99, p999: p99, max: p99 };
  return { type: "trend", ...rest, p50, p99, min, ...(unit === undefined ? {} : { unit }) };
}

function racedRun(metrics: Record<string, MetricResult> = {}): RunResult {
  const result = passedRun();
  Object.assign(result.metrics, {
    race_spread: trend(0.0821, 1.52, 0.06, "ms"),
    race_overlap: trend(20, 20, 20),
    ...metrics,
  });
  return result;
}

const SAID = "300 races · 20 at once · let go within 82.1 µs, p99 1.52 ms";

describe("the races of a run", () => {
  test("are told with how many there were, how many met, and how close they were let go", () => {
    expect(racesText(racedRun())).toBe(SAID);
    expect(racesText(passedRun())).toBe("");
  });

  test("tell of the race that met least, and of the server's side where it is known", () => {
    const metrics = {
      race_overlap: trend(20, 20, 17),
      race_server_spread: trend(0.27, 0.9, 0.2, "ms"),
    };
    expect(racesText(racedRun(metrics))).toBe(
      "300 races · 20 at once, at least 17 · " +
        "let go within 82.1 µs, p99 1.52 ms · received within 270 µs",
    );
  });

  test("have a line in the terminal, in HTML and in Markdown where there were any", () => {
    const summary = renderSummary(racedRun(), { width: 120, color: false });
    expect(summary).toContain(`races       ${SAID}`);
    expect(renderMarkdown(racedRun())).toContain(`Races: ${SAID}.`);
    expect(renderHtml(racedRun())).toContain(SAID);
    expect(renderSummary(passedRun(), { width: 120, color: false })).not.toContain("races");
    expect(renderMarkdown(passedRun())).not.toContain("Races");
  });
});
