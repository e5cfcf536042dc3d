import { expect, test } from "vitest";
import { renderHtml } from "./html.ts";
import { renderJson } from "./json.ts";
import { renderJunit } from "./junit.ts";
import { renderMarkdown } from "./markdown.ts";
import { renderSummary } from "./summary.ts";
import { HOSTILE_LINE } from "./testing/hostile.ts";
import { invalidRun, oversoldRun, storedTwiceRun, withTexts } from "./testing/results.ts";
import type { RunResult } from "../verdict/result.ts";

test("every report made from result.json is the one that was made from the run", () => {
  const runs = [
    oversoldRun(),
    storedTwiceRun(),
    invalidRun(),
    withTexts(oversoldRun(), (text) => text + HOSTILE_LINE),
  ];
  for (const run of runs) {
    const text = renderJson(run);
    expect(text.endsWith("}\n")).toBe(true);
    const again = JSON.parse(text) as RunResult;
    for (const render of [renderHtml, renderMarkdown, renderJunit, renderJson]) {
      expect(render(again)).toBe(render(run));
    }
    const options = { width: 80, color: true };
    expect(renderSummary(again, options)).toBe(renderSummary(run, options));
  }
});
