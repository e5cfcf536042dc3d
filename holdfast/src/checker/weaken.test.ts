/**
 * Proofs made short by weakening, against brute force. The seed is fixed but for HOLDFAST_SEED;
 * HOLDFAST_CAMPAIGN_HISTORIES=1000000 tries more histories.
 */
import { describe, expect, test } from "vitest";
import { seededRandom } from "../base/random.ts";
import type { Random } from "../base/random.ts";
import type { Value } from "../record/value.ts";
import { MODELS } from "./check-file.ts";
import { WITNESSES_MAX } from "./finding.ts";
import type { Step } from "./model.ts";
import { ownModel } from "./models/own.ts";
import type { ObjectModel } from "./object-model.ts";
import { searched } from "./object-model.ts";
import type { Placeable } from "./search.ts";
import { existsOrder } from "./testing/brute-force.ts";
import { certainOf, clearer } from "./weaken.ts";

const HISTORIES = Number(process.env["HOLDFAST_CAMPAIGN_HISTORIES"] ?? 3_000);
/** A campaign takes its time. */
const TIMEOUT_MS = 60_000 + HISTORIES;
const SEED = process.env["HOLDFAST_SEED"] ?? "holdfast";

/** A model once more, as plainly as it can be said. */
interface Plain {
  readonly model: ObjectModel;
  readonly initial: Value;
  step(random: Random): Step;
  /** The value after the step; undefined when it cannot happen. */
  next(value: number, step: Step): number | undefined;
}

const stop = (): boolean => false;

function drawn(random: Random, f: string, input: Value | undefined, output?: Value): Step {
  const outcome = random.pick<Step["outcome"]>(["ok", "ok", "ok", "rejected", "unknown"]);
  return { f, input, output: outcome === "unknown" ? undefined : output, outcome };
}

const PLAIN: Record<string, Plain> = {
  "cas-register": {
    model: MODELS["cas-register"] as ObjectModel,
    initial: 0,
    step: (random) => {
      const [a, b] = [random.integer(0, 2), random.integer(0, 2)];
      const f = random.pick(["read", "read", "write", "cas"]);
      if (f === "read") return { f, input: undefined, output: a, outcome: "ok" };
      if (f === "write") return { f, input: a, output: undefined, outcome: "ok" };
      return drawn(random, f, [a, b]);
    },
    next: (value, { f, input, output, outcome }) => {
      if (f === "read") return output === undefined || output === value ? value : undefined;
      if (f === "write") return input as number;
      const [from, to] = input as [number, number];
      if (outcome === "rejected") return from === value ? undefined : value;
      return from === value ? to : undefined;
    },
  },
  stock: {
    model: MODELS["stock"] as ObjectModel,
    initial: 2,
    step: (random) => drawn(random, random.pick(["take", "take", "give"]), random.integer(1, 2)),
    next: (value, { f, input, outcome }) => {
      const units = input as number;
      if (f === "give") return outcome === "rejected" ? value : value + units;
      if (outcome === "rejected") return value < units ? value : undefined;
      return value >= units ? value - units : undefined;
    },
  },
  "an author's own": {
    // A ticket machine: each answer is the next number, and a refusal uses one up, too.
    model: {
      ...searched(
        ownModel({
          name: "tickets",
          init: 0,
          step: (state, { result, outcome }) => {
            const next = (state as number) + 1;
            return outcome !== "ok" || result === next ? next : undefined;
          },
        }),
      ),
      weakened: (step) => step,
    },
    initial: 0,
    step: (random) => drawn(random, "draw", undefined, random.integer(1, 3)),
    next: (value, { output, outcome }) =>
      outcome !== "ok" || output === value + 1 ? value + 1 : undefined,
  },
};

function randomHistory(random: Random, plain: Plain): Placeable[] {
  return Array.from({ length: random.integer(2, 7) }, () => {
    const step = plain.step(random);
    const invokeNs = random.integer(0, 12);
    const endNs = invokeNs + random.integer(0, 4);
    return { step, invokeNs, returnNs: step.outcome === "unknown" ? Infinity : endNs };
  });
}

/** By brute force: is there an order in which all that is certain happened, and of the rest what you like? */
function explained(
  plain: Plain,
  operations: readonly Placeable[],
  certain: ReadonlySet<number>,
): boolean {
  return existsOrder<number>(
    plain.initial as number,
    operations.map(({ step, invokeNs, returnNs }, place) => {
      const optional = !certain.has(place);
      const told = optional ? weak(plain, step) : step;
      return {
        invokeNs,
        returnNs: optional ? Infinity : returnNs,
        optional,
        next: (value) => {
          const after = plain.next(value, told);
          return after === undefined ? [] : [after];
        },
      };
    }),
  );
}

function weak({ model }: Plain, step: Step): Step {
  return model.weakened?.(step) ?? { ...step, output: undefined, outcome: "unknown" };
}

function known(operations: readonly Placeable[]): number[] {
  return [...operations.keys()].filter((place) =>
    isFinite((operations[place] as Placeable).returnNs),
  );
}

describe(`over ${HISTORIES} random histories of seed ${SEED}`, () => {
  test.each(Object.keys(PLAIN))(
    "%s: what no order explains when weakened, none explained before",
    (name) => {
      const random = seededRandom(`${SEED}/weaker/${name}`);
      const plain = PLAIN[name] as Plain;
      const seen = { broken: 0, explained: 0 };
      for (let i = 0; i < HISTORIES; i++) {
        const operations = randomHistory(random, plain);
        const all = known(operations);
        const some = new Set(all.filter(() => random.next() < 0.6));
        const weaker = explained(plain, operations, some);
        seen[weaker ? "explained" : "broken"] += 1;
        if (!weaker) expect(explained(plain, operations, new Set(all))).toBe(false);
      }
      expect(Math.min(seen.broken, seen.explained)).toBeGreaterThan(HISTORIES / 50);
    },
    TIMEOUT_MS,
  );

  test.each(Object.keys(PLAIN))(
    "%s: what is left certain is itself unexplainable, and nothing of it can be spared",
    (name) => {
      const random = seededRandom(`${SEED}/shortest/${name}`);
      const plain = PLAIN[name] as Plain;
      let broken = 0;
      let spared = 0;
      for (let i = 0; i < HISTORIES; i++) {
        const operations = randomHistory(random, plain);
        const object = { operations, initial: plain.initial, stop };
        if (plain.model.check({ ...object, searchWordsMax: 1e6 }) === undefined) continue;
        broken += 1;
        const certain = certainOf(plain.model, object);
        spared += known(operations).length - certain.length;
        const left = new Set(certain);
        if (explained(plain, operations, left))
          expect.fail(JSON.stringify({ certain, operations }));
        for (const place of certain) {
          const fewer = new Set(certain.filter((one) => one !== place));
          if (!explained(plain, operations, fewer)) {
            expect.fail(JSON.stringify({ certain, place, operations }));
          }
        }
      }
      expect(broken).toBeGreaterThan(HISTORIES / 10);
      expect(spared).toBeGreaterThan(broken);
    },
    TIMEOUT_MS,
  );
});

describe("the proof of a search", () => {
  const model = MODELS["cas-register"] as ObjectModel;

  function one(f: string, input: Value | undefined, at: number, output?: Value): Placeable {
    return { step: { f, input, output, outcome: "ok" }, invokeNs: at, returnNs: at + 5 };
  }

  /** 40 honest writes, one after another, and a read of what was overwritten. */
  const writes = Array.from({ length: 40 }, (_, i) => one("write", i, i * 10));
  const stale = [...writes, one("read", undefined, 400, 38)];

  test("shows 3 of 41 operations: the write that was read, the one over it, and the read", () => {
    const object = { operations: stale, initial: null, stop };
    const breach = model.check({ ...object, searchWordsMax: 1e6 });
    if (breach === undefined || breach === "undecided") throw new Error("it is broken");
    expect(breach.places.length).toBeGreaterThan(WITNESSES_MAX);
    const clear = clearer(model, object, breach);
    expect(clear.places.toSorted((a, b) => a - b)).toEqual([38, 39, 40]);
    expect(clear.why).toBe(
      "read → 38 has no place in any order of these 3 operations, and of 38 operations " +
        "that may or may not have happened",
    );
  });

  test("stays as it was where the checker knew better, or there are more than 5,000 operations", () => {
    const breach = { places: [1], why: "so" };
    const object = { operations: stale, initial: null, stop };
    expect(clearer(model, object, breach)).toBe(breach);
    const blunt = { ...breach, blunt: "whole" } as const;
    const many = {
      ...object,
      operations: Array.from({ length: 5_001 }, () => stale[0] as Placeable),
    };
    expect(clearer(model, many, blunt)).toBe(blunt);
  });

  test("is as short as it got when the time is over", () => {
    let asked = 0;
    const object = { operations: stale, initial: null, stop: () => (asked += 1) > 12 };
    const certain = certainOf(model, object);
    expect(certain).toContain(40);
    expect(certain.length).toBeLessThanOrEqual(41);
  });
});
