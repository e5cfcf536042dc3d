import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Witness } from "../checker/finding.ts";
import { OUTCOMES } from "../record/outcome.ts";
import { oversoldRun, storedTwiceRun } from "./testing/results.ts";
import { textAxis } from "./text-axis.ts";
import { allAtOnce, niceStep, timeAxis } from "./time-axis.ts";

const base = oversoldRun().invariants[0]?.witnesses[0] as Witness;

const anyWitness: fc.Arbitrary<Witness> = fc
  .record({
    invokedMs: fc.double({ min: 0, max: 1e7, noNaN: true }),
    tookMs: fc.option(fc.double({ min: 0, max: 1e5, noNaN: true })),
    outcome: fc.constantFrom(...OUTCOMES),
  })
  .map(({ invokedMs, tookMs, outcome }) => ({
    ...base,
    outcome,
    invokedMs,
    returnedMs: tookMs === null ? null : invokedMs + tookMs,
  }));

const anyWitnesses = fc.array(anyWitness, { minLength: 1, maxLength: 5 });

describe("the time axis of a proof", () => {
  test("five orders within 7 ms share one piece, with ticks every 2 ms", () => {
    const axis = timeAxis(oversoldRun().invariants[0]?.witnesses ?? []);
    expect(axis.pieces).toHaveLength(1);
    expect(axis.ticks.map((tick) => tick.label)).toEqual(["812 ms", "814 ms", "816 ms", "818 ms"]);
  });

  test("the audit 21 s later gets a piece of its own, so that the orders keep their width", () => {
    const [, , twice] = storedTwiceRun().invariants;
    const axis = timeAxis(twice?.witnesses ?? []);
    expect(axis.pieces.map(({ fromMs, toMs }) => [Math.floor(fromMs), Math.ceil(toMs)])).toEqual([
      [9063, 9660],
      [30551, 30557],
    ]);
  });

  test("places lie between 0 and 1 and never run backwards", () => {
    fc.assert(
      fc.property(anyWitnesses, (witnesses) => {
        const axis = timeAxis(witnesses);
        const moments = witnesses
          .flatMap((w) => [w.invokedMs, w.returnedMs ?? w.invokedMs])
          .sort((a, b) => a - b);
        const places = moments.map((ms) => axis.place(ms));
        for (const [index, place] of places.entries()) {
          expect(place).toBeGreaterThanOrEqual(0);
          expect(place).toBeLessThanOrEqual(1);
          expect(place).toBeGreaterThanOrEqual(places[index - 1] ?? 0);
        }
      }),
      { seed: 4 },
    );
  });

  test("every interval lies whole in one piece", () => {
    fc.assert(
      fc.property(anyWitnesses, (witnesses) => {
        const { pieces } = timeAxis(witnesses);
        for (const { invokedMs, returnedMs } of witnesses) {
          const inside = pieces.filter(
            ({ fromMs, toMs }) => fromMs <= invokedMs && (returnedMs ?? invokedMs) <= toMs,
          );
          expect(inside).toHaveLength(1);
        }
      }),
      { seed: 5 },
    );
  });

  test("no two labels are nearer than a sixth of the width", () => {
    fc.assert(
      fc.property(anyWitnesses, (witnesses) => {
        const places = timeAxis(witnesses).ticks.map((tick) => tick.place);
        for (const [index, place] of places.slice(1).entries()) {
          expect(place - (places[index] ?? 0)).toBeGreaterThan(1 / 6);
        }
      }),
      { seed: 6 },
    );
  });

  test("all at once is the time from the last call to the first answer", () => {
    expect(allAtOnce(oversoldRun().invariants[0]?.witnesses ?? [])).toEqual({
      fromMs: 813.41,
      toMs: 815.12,
    });
    expect(allAtOnce([base])).toBeUndefined();
    expect(allAtOnce([base, { ...base, invokedMs: 900, returnedMs: 901 }])).toBeUndefined();
  });

  test("steps are 1, 2 or 5 times a power of ten, not below what is asked", () => {
    expect([0.003, 0.7, 1, 1.1, 3, 6, 340].map(niceStep)).toEqual([0.005, 1, 1, 2, 5, 10, 500]);
  });
});

describe("the axis in text", () => {
  test("a bar is exactly as wide as asked, whatever the operations", () => {
    fc.assert(
      fc.property(anyWitnesses, fc.integer({ min: 12, max: 80 }), (witnesses, columns) => {
        const axis = textAxis(witnesses, columns);
        expect(Array.from(axis.header)).toHaveLength(columns);
        for (const { bar } of axis.rows) expect(Array.from(bar)).toHaveLength(columns);
      }),
      { seed: 7 },
    );
  });

  test("an unknown outcome is open to the right, across the cut", () => {
    const twice = storedTwiceRun().invariants.find((one) => one.name === "one effect per key");
    const { header, rows } = textAxis(twice?.witnesses ?? [], 40);
    expect([header, ...rows.map((row) => `${row.bar}| ${row.says}`)].join("\n"))
      .toMatchInlineSnapshot(`
        "      9.2 s   9.4 s   9.6 s     30.555 s
          ├────────────────────╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌▷| order phone, process 12: no answer, unknown
                              ├┤ ⫽              | order phone, process 63: 200 ok, o-00871
                                 ⫽ ├──────┤     | order phone, audit: 200 ok, o-00871
                                 ⫽ ├──────┤     | order phone, audit: 200 ok, o-00872"
      `);
  });
});
