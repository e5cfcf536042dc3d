/**
 * The models of `holdfast check` against brute force, on random small histories with unknown outcomes and ties. The
 * seed is fixed but for HOLDFAST_SEED; HOLDFAST_CAMPAIGN_HISTORIES=1000000 tries more of them.
 */
import { describe, expect, test } from "vitest";
import { seededRandom } from "../base/random.ts";
import type { Value } from "../record/value.ts";
import { MODELS } from "./check-file.ts";
import type { Placeable } from "./search.ts";
import { existsOrder } from "./testing/brute-force.ts";
import type { Plain } from "./testing/plain-models.ts";
import { modelOf, PLAIN, randomHistory } from "./testing/plain-models.ts";

const HISTORIES = Number(process.env["HOLDFAST_CAMPAIGN_HISTORIES"] ?? 6_000);
const SEED = process.env["HOLDFAST_SEED"] ?? "holdfast";

const stop = (): boolean => false;

describe(`over ${HISTORIES} random histories of seed ${SEED}`, () => {
  test.each(Object.keys(PLAIN))("%s is decided exactly", (name) => {
    const random = seededRandom(`${SEED}/${name}`);
    const plain = PLAIN[name] as Plain<never>;
    const model = modelOf(name);
    const seen = { explainable: 0, not: 0 };
    for (let i = 0; i < HISTORIES; i++) {
      const operations = randomHistory(random, plain);
      const expected = existsOrder<never>(
        plain.start,
        operations.map(({ step, invokeNs, returnNs }) => ({
          invokeNs,
          returnNs,
          optional: step.outcome === "unknown",
          next: (state) => plain.next(state, step),
        })),
      );
      seen[expected ? "explainable" : "not"] += 1;
      for (const { step } of operations) expect(model?.problem(step)).toBeUndefined();
      const breach = model?.check({
        operations,
        initial: plain.initial,
        stop,
        searchWordsMax: 1e6,
      });
      if ((breach === undefined) !== expected || breach === "undecided") {
        expect.fail(JSON.stringify({ expected, breach, operations }, null, 1));
      }
    }
    expect(Math.min(seen.explainable, seen.not)).toBeGreaterThan(HISTORIES / 25);
  });

  test("a register is decided exactly behind 70 writes and one that may still happen", () => {
    const random = seededRandom(`${SEED}/behind`);
    const plain = PLAIN["cas-register"] as unknown as Plain<Value>;
    const model = MODELS["cas-register"];
    const seen = { explainable: 0, not: 0 };
    const write = (input: number, invokeNs: number, returnNs: number): Placeable => {
      const outcome = returnNs === Infinity ? "unknown" : "ok";
      return { step: { f: "write", input, output: undefined, outcome }, invokeNs, returnNs };
    };
    const early = write(1, -1_000, Infinity);
    const before = Array.from({ length: 70 }, (_, i) => write(i, i * 10 - 900, i * 10 - 895));
    const last = write(2, -10, -5);
    for (let i = 0; i < HISTORIES / 4; i++) {
      const after = randomHistory(random, plain as unknown as Plain<never>);
      const expected = existsOrder<Value>(
        2,
        [early, ...after].map(({ step, invokeNs, returnNs }) => ({
          invokeNs,
          returnNs,
          optional: step.outcome === "unknown",
          next: (state) => plain.next(state, step),
        })),
      );
      seen[expected ? "explainable" : "not"] += 1;
      const operations = [early, ...before, last, ...after];
      const breach = model?.check({ operations, initial: undefined, stop, searchWordsMax: 1e7 });
      if ((breach === undefined) !== expected || breach === "undecided") {
        expect.fail(JSON.stringify({ expected, breach, after }, null, 1));
      }
    }
    expect(Math.min(seen.explainable, seen.not)).toBeGreaterThan(HISTORIES / 100);
  });
});
