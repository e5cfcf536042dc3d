import { describe, expect, test } from "vitest";
import { seededRandom } from "../base/random.ts";
import { Level } from "./level.ts";
import { LEVEL_MOMENTS_MAX } from "./limits.ts";

const SEED = process.env["HOLDFAST_SEED"] ?? "holdfast";

interface Change {
  readonly amount: number;
  readonly fromNs: number;
  readonly byNs: number;
}

const START = 3;

function filled(level: Level, changes: readonly Change[]): Level {
  level.begin(START);
  for (const [row, { amount, fromNs, byNs }] of changes.entries()) {
    level.change(row, amount, fromNs, byNs);
  }
  return level;
}

/** Between which the level is at a moment, as the head of `level.ts` draws it. */
function boundsAt(changes: readonly Change[], ns: number): readonly [number, number] {
  let [low, high] = [START, START];
  for (const { amount, fromNs, byNs } of changes) {
    if (amount > 0 ? byNs < ns : fromNs <= ns) low += amount;
    if (amount > 0 ? fromNs <= ns : byNs < ns) high += amount;
  }
  return [low, high];
}

describe(`a level between its bounds, seed ${SEED}`, () => {
  test("2,000 answers are believed if and only if at some moment they fit", () => {
    const random = seededRandom(`${SEED}/level`);
    const level = new Level(0);
    const seen = { right: 0, wrong: 0 };
    for (let i = 0; i < 2_000; i++) {
      const changes = Array.from({ length: random.integer(0, 6) }, (): Change => {
        const fromNs = random.integer(0, 12);
        const byNs = random.next() < 0.2 ? Infinity : fromNs + random.integer(0, 5);
        return { amount: random.pick([-3, -2, -1, 1, 2]), fromNs, byNs };
      });
      const fromNs = random.integer(0, 14);
      const byNs = fromNs + random.integer(0, 5);
      const value = random.integer(-1, 6);
      filled(level, changes);
      level.read(90, value, fromNs, byNs);
      level.refused(91, value, fromNs, byNs);
      level.settle();
      const moments = Array.from({ length: byNs - fromNs + 1 }, (_, n) => fromNs + n);
      const bounds = moments.map((ns) => boundsAt(changes, ns));
      const mayBe = value >= 0 && bounds.some(([low, high]) => low <= value && value <= high);
      const mayBeShort = value > 0 && bounds.some(([low]) => low < value);
      seen[mayBe ? "right" : "wrong"] += 1;
      const said = JSON.stringify({ changes, value, fromNs, byNs });
      expect(level.wrongReading() === undefined, said).toBe(mayBe);
      expect(level.wrongRefusal() === undefined, said).toBe(mayBeShort);
    }
    expect(Math.min(seen.right, seen.wrong)).toBeGreaterThan(200);
  });

  test("of several wrong answers the one that was over first is told, the first of those at one instant", () => {
    const level = filled(new Level(0), []);
    for (const [row, byNs] of [30, 20, 20, 25].entries()) level.read(row, 7, 10, byNs);
    level.refused(5, 1, 40, 50);
    level.settle();
    expect(level.wrongReading()).toEqual({ place: 1, count: 4, lowest: START, highest: START });
    expect(level.wrongRefusal()).toEqual({ place: 0, count: 1, lowest: START, highest: START });
  });

  /** Units that are taken one at a time and given back at once, so that the level could be low again and again. */
  const busy = Array.from({ length: LEVEL_MOMENTS_MAX + 10 }, (_, i): Change[] => [
    { amount: 2, fromNs: 10 * i, byNs: 10 * i + 1 },
    { amount: -2, fromNs: 10 * i + 5, byNs: 10 * i + 6 },
  ]).flat();
  const endNs = 10 * busy.length;

  test("an answer over more moments than are tried is believed, but not what was never near", () => {
    const wrong = (value: number, byNs: number): number | undefined => {
      const level = filled(new Level(0), busy);
      level.read(1, value, 2, byNs);
      level.settle();
      return level.wrongReading()?.count;
    };
    // 6 was never there: the rises begin when all before are taken back.
    expect(wrong(6, 100)).toBe(1);
    const triedNs = 10 * LEVEL_MOMENTS_MAX + 5;
    expect([wrong(6, triedNs), wrong(6, triedNs + 10)]).toEqual([1, undefined]);
    expect(wrong(6, endNs)).toBeUndefined();
    expect(wrong(5 + 2 * busy.length, endNs)).toBe(1);
    const risen = filled(new Level(0), [...busy, { amount: 9_000, fromNs: 0, byNs: 1 }]);
    risen.read(1, START, 2, endNs);
    risen.settle();
    expect(risen.wrongReading()?.count).toBe(1);
  });

  test("a refusal over more moments than are tried is believed, but not of what was always there", () => {
    const wrong = (amount: number, byNs: number): number | undefined => {
      const level = filled(new Level(0), busy);
      level.refused(1, amount, 2, byNs);
      level.settle();
      return level.wrongRefusal()?.count;
    };
    expect(wrong(START, 100)).toBe(1);
    expect(wrong(START, endNs)).toBeUndefined();
    // With what the falls take together, less the 2 that are given before, START is just always there.
    const beside = (amount: number): number | undefined => {
      const level = filled(new Level(0), [...busy, { amount, fromNs: 0, byNs: 1 }]);
      level.refused(1, START, 2, endNs);
      level.settle();
      return level.wrongRefusal()?.count;
    };
    expect([beside(busy.length - 2), beside(busy.length - 3)]).toEqual([1, undefined]);
    const risen = filled(new Level(0), [...busy, { amount: 9_000, fromNs: 0, byNs: 1 }]);
    risen.refused(1, START, 2, endNs);
    risen.settle();
    expect(risen.wrongRefusal()?.count).toBe(1);
  });
});
