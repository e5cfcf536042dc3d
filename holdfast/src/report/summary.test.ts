import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { renderSummary, renderVerdictLine } from "./summary.ts";
import { HOSTILE_LINE } from "./testing/hostile.ts";
import {
  emptyRun,
  invalidRun,
  oversoldRun,
  passedRun,
  storedTwiceRun,
  undecidedRun,
  withTexts,
} from "./testing/results.ts";
import { columnsOf } from "./text-columns.ts";

const PLAIN = { width: 80, color: false, folder: ".holdfast/runs/1" };
const RUNS = { emptyRun, invalidRun, oversoldRun, passedRun, storedTwiceRun, undecidedRun };

describe("the summary in the terminal", () => {
  test("of a run that passed", () => {
    expect(renderSummary(passedRun(), PLAIN)).toMatchInlineSnapshot(`
      " PASS   All 5 invariants held over 175,053 operations, all 3 thresholds kept;
              p99 11.8 ms.
      exit 0: no invariant was violated, no threshold was crossed
      flash sale · load profile · 25.0 s · seed 7f3a91c2

      ✓ no oversell                 100 units of phone existed, 100 orders were
                                    acknowledged.
      ✓ sold-out is honest          Every “sold out” came when all 100 units could
                                    have been gone; none was sold after it.
      ✓ one effect per key          No key was answered in two ways, and none has two
                                    orders.
      ✓ stock agrees                The audit reads 0 units of phone: 100 less 100
                                    sold.
      ✓ every acknowledged write…   All 100 acknowledged orders are in the audit, each
                                    once, and nothing else is.

      load        175,053 requests · 7,002 /s · 0 % failed · 32.9 MB in
      latency     p50 2.31 ms · p90 5.62 ms · p99 11.8 ms · max 61.2 ms
      rules       3 thresholds kept · 175,153 checks passed
      generator   fit: 68.1 % of a core at most
      report      .holdfast/runs/1/report.html
      again       npx holdfast run systems/flash-sale --seed 7f3a91c2
      "
    `);
  });

  test("of an oversold product: the proof on a time axis, and both commands", () => {
    expect(renderSummary(oversoldRun(), PLAIN)).toMatchInlineSnapshot(`
      " FAIL   2 of 5 invariants violated.
      exit 90: an invariant is violated
      flash sale · load profile · 25.0 s · planted bug check-then-decrement

      ✗ no oversell: 103 orders of phone were acknowledged while 100 units existed;
        the 101st to be acknowledged is o-00101 at 0.8163 s, and o-00102 and o-00103
        follow within 2 ms.
              812 ms  814 ms   816 ms  
          ├────────────────┤             order phone, process 17: 200 ok, o-00099
            ├──────────────────┤         order phone, process 41: 200 ok, o-00100
             ├───────────────────┤       order phone, process 8: 200 ok, o-00101
                 ├──────────────────┤    order phone, process 29: 200 ok, o-00102
        npx holdfast check 2026-11-20T14-03-11-flash-sale-7f3a --key phone
      ✗ stock agrees                The audit reads -3 units of phone; 100 units less…
        and 3 more invariants in the report: 3 held

      load        173,065 requests · 6,923 /s · 0 % failed · 32.5 MB in
      latency     p50 2.31 ms · p90 5.62 ms · p99 11.8 ms · max 61.2 ms
      rules       3 thresholds kept · 173,165 checks passed
      generator   fit: 68.1 % of a core at most
      report      .holdfast/runs/1/report.html
      again       npx holdfast run systems/flash-sale --seed 7f3a91c2 --bug \\
                    check-then-decrement
      "
    `);
  });

  test("says under the proof what was considered and did not help, in two lines at most", () => {
    const lines = renderSummary(storedTwiceRun(), PLAIN).split("\n");
    const at = lines.findIndex((line) => line.includes("of unknown outcome"));
    expect(lines[at]).toBe(
      "  7 order operations of unknown outcome were considered; none explains it",
    );
    expect(lines[at + 1]).toMatch(/^ {2}\(1f0c/);
    expect(lines[at - 1]).toContain("order phone, audit");
    expect(lines[at + 2]).toContain("npx holdfast check");
  });

  test("of a run in which the generator was too weak", () => {
    expect(renderSummary(invalidRun(), PLAIN)).toMatchInlineSnapshot(`
      " INVALID   The load generator was the bottleneck: An engine thread used over 90
                 % of a core for 84 % of the load, so it set the rate and lengthened …
      exit 92: the load generator was the bottleneck, so the run is invalid
      flash sale · load profile · 25.0 s · seed 7f3a91c2

      ✓ no oversell                 100 units of phone existed, 100 orders were
                                    acknowledged.
      ✓ sold-out is honest          Every “sold out” came when all 100 units could
                                    have been gone; none was sold after it.
      ✓ one effect per key          No key was answered in two ways, and none has two
                                    orders.
      ✓ stock agrees                The audit reads 0 units of phone: 100 less 100
                                    sold.
      ✓ every acknowledged write…   All 100 acknowledged orders are in the audit, each
                                    once, and nothing else is.

      load        313,101 requests · 12,524 /s · 0 % failed · 58.9 MB in
      latency     p50 2.31 ms · p90 5.62 ms · p99 11.8 ms · max 61.2 ms
      rules       3 thresholds kept · 313,201 checks passed
      generator   invalid: An engine thread used over 90 % of a core for 84 % of the…
      notes       3,118 iterations were dropped: every virtual user was busy when the…
      report      .holdfast/runs/1/report.html
      again       npx holdfast run systems/flash-sale --seed 7f3a91c2
      "
    `);
  });

  test("of a run that never reached its target", () => {
    expect(renderSummary(emptyRun(), PLAIN)).toMatchInlineSnapshot(`
      " UNKNOWN   http://127.0.0.1:3000 never answered: connection refused
      exit 108: the target could not be reached or started
      flash sale · 0 ms · seed 7f3a91c2

      load        no request was sent
      generator   fit: 0 % of a core at most
      report      .holdfast/runs/1/report.html
      again       npx holdfast run systems/flash-sale --seed 7f3a91c2
      "
    `);
  });

  test("fits 24 lines with a prompt, and its width, at any width and with any texts", () => {
    for (const make of Object.values(RUNS)) {
      fc.assert(
        fc.property(
          fc.integer({ min: 40, max: 200 }),
          fc.constantFrom("", HOSTILE_LINE, "x".repeat(3000)),
          (width, more) => {
            const result = withTexts(make(), (text) => text + more);
            const lines = renderSummary(result, { ...PLAIN, width })
              .trimEnd()
              .split("\n");
            expect(lines.length).toBeLessThanOrEqual(23);
            for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(width);
          },
        ),
        { seed: 8, numRuns: 40 },
      );
    }
  });

  test("100 invariants do not push the verdict or the figures off the screen", () => {
    const result = oversoldRun();
    const [first, , held] = result.invariants;
    if (first === undefined || held === undefined) throw new Error("the fixture has five");
    result.invariants = [...Array.from({ length: 99 }, () => held), first];
    const text = renderSummary(result, PLAIN);
    expect(text.trimEnd().split("\n").length).toBeLessThanOrEqual(23);
    expect(text).toContain("✗ no oversell");
    expect(text).toContain("more invariants in the report: 98 held");
    expect(text).toContain("report      .holdfast/runs/1/report.html");
  });

  test("colour is there only when asked for, and nothing else of the terminal is touched", () => {
    // oxlint-disable-next-line no-control-regex -- the escape is what is looked for
    const escapes = /\u001b\[[0-9;]*m/g;
    const colored = renderSummary(
      withTexts(oversoldRun(), (text) => text + HOSTILE_LINE),
      {
        ...PLAIN,
        color: true,
      },
    );
    expect(colored).toMatch(escapes);
    expect(colored.replace(escapes, "")).not.toContain("\u001b");
    expect(renderSummary(oversoldRun(), PLAIN)).not.toMatch(escapes);
  });

  test("the verdict alone is one line", () => {
    expect(renderVerdictLine(undecidedRun(), { color: false })).toMatchInlineSnapshot(`
      "UNKNOWN 3 of 5 invariants could not be decided. no oversell: Not decided: no two operations on one key were ever in flight at the same time, so a race could not have shown. Run it with more virtual users. (exit 91)
      "
    `);
  });
});
