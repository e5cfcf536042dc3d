/**
 * What must hold of every finding, whatever the invariant: it does not depend on where an operation stands in the file,
 * on other operations, on the moment at which the run began; nothing that was not known, or not known exactly, accuses;
 * keys are judged each by itself; and what the running view calls certain is certain.
 */
import { describe, expect, test } from "vitest";
import { seededRandom } from "../base/random.ts";
import type { Random } from "../base/random.ts";
import { historyOf } from "../history/history.ts";
import type { Judged } from "./finding.ts";
import { PARTS_BY, together } from "./in-parts.ts";
import { judge } from "./judge.ts";
import type { Attempt } from "./testing/attempt.ts";
import { attempt } from "./testing/attempt.ts";
import type { Story } from "./testing/random-stories.ts";
import { STORIES } from "./testing/random-stories.ts";
import { watchLines } from "./testing/watch-lines.ts";

const HISTORIES = Number(process.env["HOLDFAST_CAMPAIGN_HISTORIES"] ?? 10_000) / 100;
const SEED = process.env["HOLDFAST_SEED"] ?? "holdfast";

/** Wide enough for every end of an interval to get a moment of its own. */
const TICK_NS = 1_000;

function findingOf(
  { invariant }: Story,
  operations: readonly Attempt[],
  key?: string,
  whole: readonly Attempt[] = operations,
): Judged {
  const audited = whole.some(({ phase }) => phase === "audit");
  const history = historyOf(operations, { auditComplete: true, audited });
  const [finding] = judge(history, [invariant], key === undefined ? {} : { key });
  const { sentence } = finding as Judged;
  // A checker may refuse what an author wrote, in so many words; it may not break.
  if (/could not be decided: (?!.*\bmust\b)/.test(sentence)) {
    expect.fail(JSON.stringify({ sentence, operations }, null, 1));
  }
  return finding as Judged;
}

/** Without what the test itself moves: numbers of operations, and times by `laterNs`. */
function told(finding: Judged, laterNs = 0): string {
  const witnesses = finding.witnesses.map((witness) => ({
    ...witness,
    index: undefined,
    invokedMs: Math.round(witness.invokedMs * 1e6) - laterNs,
    returnedMs: witness.returnedMs === null ? null : Math.round(witness.returnedMs * 1e6) - laterNs,
  }));
  return JSON.stringify({ ...finding, witnesses }, null, 1).replaceAll(
    /operation \d+/g,
    "operation",
  );
}

function shuffled<T>(random: Random, items: readonly T[]): T[] {
  const drawn = items.map((item) => ({ item, at: random.next() }));
  return drawn.sort((a, b) => a.at - b.at).map(({ item }) => item);
}

/** The same story with no two moments alike. */
function spread(random: Random, operations: readonly Attempt[]): Attempt[] {
  const moments = shuffled(
    random,
    Array.from({ length: 2 * operations.length }, (_, i) => i),
  );
  return operations.map((operation, i) => {
    const [first, second] = moments.slice(2 * i, 2 * i + 2).sort((a, b) => a - b);
    return {
      ...operation,
      invokeNs: operation.invokeNs * TICK_NS + (first as number),
      returnNs: operation.returnNs * TICK_NS + (second as number),
    };
  });
}

describe.each(STORIES.map((story) => [story.title, story] as const))("%s", (title, story) => {
  const each = (label: string, check: (random: Random) => void): void => {
    const random = seededRandom(`${SEED}/${title}/${label}`);
    for (let i = 0; i < HISTORIES; i++) check(random);
  };

  test("it does not matter what else took place, nor when the run began", () => {
    each("else", (random) => {
      const own = story.draw(random, "p");
      const laterNs = random.integer(1, 999);
      const others = ["x", "y"].map((key, i) => attempt("else", "ok", i, 3, { key, id: "a" }));
      const later = own.map((operation) => ({
        ...operation,
        invokeNs: operation.invokeNs + laterNs,
        returnNs: operation.returnNs + laterNs,
      }));
      const finding = told(findingOf(story, [...others, ...later]), laterNs);
      expect(finding).toEqual(told(findingOf(story, own)));
    });
  });

  test("it does not matter where operations stand in the file", () => {
    each("places", (random) => {
      const own = spread(random, story.draw(random, "p"));
      expect(findingOf(story, shuffled(random, own))).toEqual(findingOf(story, own));
    });
  });

  test("clocks that are known less exactly accuse nobody", () => {
    each("wider", (random) => {
      const own = story.draw(random, "p");
      const wider = own.map((operation) => ({
        ...operation,
        invokeNs: operation.invokeNs - 2,
        returnNs: operation.returnNs + 2,
      }));
      const before = findingOf(story, own);
      const after = findingOf(story, wider);
      if (after.verdict === "fail" && before.verdict !== "fail") {
        expect.fail(JSON.stringify({ own, before, after }));
      }
    });
  });

  test("after a crash, what was over just at the last trusted moment is trusted", () => {
    each("trusted", (random) => {
      const own = story.draw(random, "p");
      const lastNs = random.integer(0, 12);
      const judged = (trustedUntilNs: number): string => {
        const history = historyOf(own, { finished: false, auditComplete: true, trustedUntilNs });
        return told(judge(history, [story.invariant])[0] as Judged);
      };
      // Nothing is over in between.
      expect(judged(lastNs)).toBe(judged(lastNs + 0.5));
    });
  });

  const by = PARTS_BY[story.invariant.kind];
  if (by === "key") {
    test("keys are judged each by itself", () => {
      each("keys", (random) => {
        const own = [...story.draw(random, "p"), ...story.draw(random, "q")];
        const parts = ["p", "q"].map((key) =>
          findingOf(
            story,
            own.filter((operation) => operation.key === key),
            undefined,
            own,
          ),
        );
        const whole = findingOf(story, own);
        const { verdict, count, checked } = together(parts, "key");
        expect(whole.checked).toEqual(checked);
        if (whole.verdict !== verdict) expect.fail(JSON.stringify({ whole, parts, own }, null, 1));
        expect(whole.count).toEqual(count);
        for (const [i, key] of ["p", "q"].entries()) {
          const part = parts[i] as Judged;
          const alone = findingOf(story, own, key);
          expect(told(alone)).toEqual(told(part));
        }
      });
    });
  }

  test("what is certain while it runs is so at the end", () => {
    each("running view", (random) => {
      const own = story.draw(random, "p");
      const line = watchLines(story.invariant, own).at(-1);
      const { verdict, sentence } = findingOf(story, own);
      if (line?.state === "violated" && verdict === "pass") {
        expect.fail(JSON.stringify({ own, line, verdict, sentence }));
      }
    });
  });
});
