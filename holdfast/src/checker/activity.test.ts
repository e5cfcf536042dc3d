import { describe, expect, test } from "vitest";
import { seededRandom } from "../base/random.ts";
import type { Outcome } from "../record/outcome.ts";
import { historyOf, SAID_RULE } from "../history/history.ts";
import { activityOf } from "./activity.ts";
import type { Attempt } from "./testing/simulated-sale.ts";

/** How many intervals hold the instant at which one of them begins, at most. */
function naiveOverlap(attempts: readonly Attempt[]): number {
  const load = attempts.filter(({ phase }) => phase !== "audit");
  const holding = load.map(
    ({ invokeNs }) => load.filter((a) => a.invokeNs <= invokeNs && a.returnNs >= invokeNs).length,
  );
  return Math.max(0, ...holding);
}

function attempt(key: string, invokeNs: number, returnNs: number, outcome: Outcome): Attempt {
  const rule = SAID_RULE[outcome];
  const blank = { id: undefined, value: undefined, result: undefined, status: 0, process: 0 };
  return { name: "order", phase: "load", key, invokeNs, returnNs, outcome, rule, ...blank };
}

describe("activity", () => {
  test("counts what overlapped on one key as a look at every instant would", () => {
    const random = seededRandom("overlap");
    for (let i = 0; i < 2_000; i++) {
      const span = random.integer(1, 60);
      const attempts = Array.from({ length: random.integer(1, 120) }, () => {
        const invokeNs = random.integer(0, 80);
        const outcome = random.pick<Outcome>(["ok", "rejected", "unknown"]);
        const made = attempt(
          random.pick(["a", "b"]),
          invokeNs,
          invokeNs + random.integer(0, span),
          outcome,
        );
        return random.next() < 0.1 ? { ...made, phase: "audit" as const } : made;
      });
      const history = historyOf(attempts);
      const keys = ["a", "b"].map((key) => naiveOverlap(attempts.filter((a) => a.key === key)));
      const load = attempts.filter(({ phase }) => phase === "load");
      expect(activityOf(history, history.groups)).toEqual({
        operations: attempts.length,
        ok: load.filter(({ outcome }) => outcome === "ok").length,
        unknown: load.filter(({ outcome }) => outcome === "unknown").length,
        overlapMax: Math.max(...keys),
      });
    }
  });

  test("counts 500 at once, however long they take", () => {
    const random = seededRandom("crowd");
    const attempts = Array.from({ length: 500 }, (_, i) =>
      attempt("a", i, 500 + random.integer(0, 500), "ok"),
    );
    attempts.push(attempt("a", 1_001, 1_002, "ok"));
    const history = historyOf(attempts);
    expect(activityOf(history, history.groups).overlapMax).toBe(500);
  });

  test("counts hundreds that come and go", () => {
    const random = seededRandom("coming and going");
    const attempts = Array.from({ length: 1_000 }, () => {
      const invokeNs = random.integer(0, 1_000);
      return attempt("a", invokeNs, invokeNs + random.integer(0, 400), "ok");
    });
    const history = historyOf(attempts);
    expect(activityOf(history, history.groups).overlapMax).toBe(naiveOverlap(attempts));
  });
});
