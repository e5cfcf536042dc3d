/**
 * Histories that are too large to be judged at once are judged in parts: most invariants speak of each key by itself,
 * so a part is a share of the keys. What comes back is one finding per part, put together here.
 *
 * The findings of parts are the findings of the whole: an alarm in one part is an alarm, and nothing that is missing in
 * one part is missing if another part has it.
 */
import { formatCount } from "../base/units.ts";
import type { PartBy } from "../history/history-part.ts";
import type { Finding, Judged } from "./finding.ts";

/** What a part of the history must hold together. Kinds that are not listed need the whole history. */
export const PARTS_BY: Readonly<Record<string, PartBy>> = {
  "no-oversell": "key",
  "honest-sold-out": "key",
  "one-effect-per-key": "key",
  "unique-results": "result",
  "one-winner": "key",
  "acknowledged-is-stored": "key",
  "stock-agrees": "key",
  "no-double-spend": "key",
  "settled-once": "key",
  auction: "key",
  "fresh-reads": "key",
  "never-succeeds": "key",
  "allowed-transitions": "key",
  linearizable: "key",
};

/** One finding from those of one invariant over all parts, of which there is at least one. */
export function together(parts: readonly Judged[], by: PartBy): Finding {
  const [first] = parts as readonly [Judged, ...Judged[]];
  const failed = parts.filter(({ verdict }) => verdict === "fail").sort(byProof);
  // A part without the keys, the race or the success that a pass would need says nothing about the others.
  const telling = parts.filter(({ vacuous }) => vacuous !== true);
  const unknown = telling.find(({ verdict }) => verdict === "unknown");
  const worst = failed[0] ?? unknown ?? telling[0] ?? first;
  const { vacuous: _, ...finding } = worst;
  return {
    ...finding,
    sentence: sentenceOf(worst, telling, failed),
    checked: {
      operations: sum(parts, ({ checked }) => checked.operations),
      keys:
        by === "key"
          ? sum(parts, ({ checked }) => checked.keys)
          : Math.max(...parts.map(({ checked }) => checked.keys)),
      unknownOutcomes: sum(parts, ({ checked }) => checked.unknownOutcomes),
      overlapMax: Math.max(...parts.map(({ checked }) => checked.overlapMax)),
    },
    count: sum(parts, ({ count }) => count),
  };
}

function sentenceOf(
  worst: Finding,
  telling: readonly Finding[],
  failed: readonly Finding[],
): string {
  if (worst.verdict !== "fail") {
    const alike = telling.filter(({ verdict }) => verdict === worst.verdict);
    return addedUp(alike.length === 0 ? [worst.sentence] : alike.map(({ sentence }) => sentence));
  }
  const others = failed.length - 1;
  if (others < 1) return worst.sentence;
  return `${worst.sentence}; and in ${formatCount(others)} more ${others === 1 ? "part" : "parts"} of the history`;
}

/** `3 sold of 5` and `4 sold of 6` are `7 sold of 11`: where the words are the same, the numbers are counts. */
function addedUp(sentences: readonly string[]): string {
  const [first = "", ...others] = sentences;
  if (others.length === 0) return first;
  const words = first.split(NUMBER);
  const alike = others.every((other) => other.split(NUMBER).join("#") === words.join("#"));
  if (!alike) return `${first} (and so on, in ${sentences.length} parts of the history)`;
  const totals = [...first.matchAll(NUMBER)].map((_, i) =>
    sum(sentences, (one) => Number([...one.matchAll(NUMBER)][i]?.[0].replaceAll(",", ""))),
  );
  return words
    .map((word, i) => (i === 0 ? word : formatCount(totals[i - 1] as number) + word))
    .join("");
}

/** Whole numbers as `formatCount` writes them. */
const NUMBER = /\b\d{1,3}(?:,\d{3})*\b/g;

function byProof(a: Finding, b: Finding): number {
  return provedMs(a) - provedMs(b);
}

function provedMs({ witnesses }: Finding): number {
  return Math.max(...witnesses.map(({ returnedMs, invokedMs }) => returnedMs ?? invokedMs));
}

function sum<T>(all: readonly T[], of: (one: T) => number): number {
  return all.reduce((total, one) => total + of(one), 0);
}
