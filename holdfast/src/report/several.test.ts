import { expect, test } from "vitest";
import { renderSeveral } from "./several.ts";
import { HOSTILE_LINE } from "./testing/hostile.ts";
import { oversoldRun, passedRun, withTexts } from "./testing/results.ts";

test("of two runs, one of which failed: what came of each, its figures and its report", () => {
  const results = [passedRun(), oversoldRun()];
  const summary = renderSeveral({ title: "systems/shop", results, exitCode: 90, notRun: [] });
  expect(summary).toMatchInlineSnapshot(`
    "# systems/shop: 1 PASS, 1 FAIL

    Exit 90: an invariant is violated.

    |  | load test |  | took | report |
    | --- | --- | --- | ---: | --- |
    | ✓ PASS | flash sale | All 5 invariants held over 175,053 operations, all 3 thresholds kept; p99 11.8 ms. | 25.0 s | [\`2026-11-20T14-03-11-flash-sale-7f3a\`](2026-11-20T14-03-11-flash-sale-7f3a/report.html) |
    | ✗ FAIL | flash sale | 2 of 5 invariants violated. no oversell: 103 orders of phone were acknowledged while 100 units existed; the 101st to be acknowledged is o-00101 at 0.8163 s, and o-00102 and o-00103 follow within 2 ms. | 25.0 s | [\`2026-11-20T14-03-11-flash-sale-7f3a\`](2026-11-20T14-03-11-flash-sale-7f3a/report.html) |

    ## Load and latency

    | load test | requests | rate | p50 | p99 | messages received | rate | p50 | p99 |
    | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
    | flash sale | 175,053 | 7,002 /s | 2.31 ms | 11.8 ms | – | – | – | – |
    | flash sale | 173,065 | 6,923 /s | 2.31 ms | 11.8 ms | – | – | – | – |
    "
  `);
});

test("load tests whose turn never came are named", () => {
  const stopped = { title: "shop", results: [passedRun()], exitCode: 105, notRun: ["a", "b"] };
  expect(renderSeveral(stopped)).toMatch(/\n\nStopped before: a, b\.\n$/);
});

test("whatever a system said stays text: each row is one line of as many cells", () => {
  const result = withTexts(passedRun(), (text) => text + HOSTILE_LINE);
  const several = {
    title: HOSTILE_LINE,
    results: [result, result],
    exitCode: 0,
    notRun: [HOSTILE_LINE],
  };
  const lines = renderSeveral(several).split("\n");
  expect(lines.filter((line) => line.startsWith("| ✓ PASS |"))).toHaveLength(2);
  expect(lines).toHaveLength(renderPlain().split("\n").length);
  expect(lines.join("")).not.toContain("<script");
});

function renderPlain(): string {
  const results = [passedRun(), passedRun()];
  return renderSeveral({ title: "plain", results, exitCode: 0, notRun: ["one"] });
}
