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
import { counted, doubted } from "./wording.ts";

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
  const { held: _held, unmet: _unmet, doubt: _doubt, ...finding } = first;
  if (parts.length === 1) return finding;
  return {
    ...finding,
    ...concluded(parts),
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

function concluded(parts: readonly Judged[]): Partial<Finding> {
  const failed = parts.filter(({ verdict }) => verdict === "fail").sort(byProof);
  const [worst] = failed;
  if (worst !== undefined) return proofOf(worst, failedAsWell(failed.length - 1));
  // A checker that threw, or was stopped, says nothing of what held.
  const open = parts.filter((part) => part.doubt !== undefined || part.held === undefined);
  const [doubtful] = open.toSorted(
    (a, b) => Number(b.held === undefined) - Number(a.held === undefined),
  );
  if (doubtful !== undefined && doubtful.held === undefined) return proofOf(doubtful);
  const busy = parts.filter(({ checked }) => checked.operations > 0);
  const held = addedUp((busy.length > 0 ? busy : parts).map((part) => part.held ?? ""));
  if (doubtful !== undefined) {
    const why = addedUp(open.map(({ doubt }) => doubt ?? ""));
    return { verdict: "unknown", sentence: doubted(why, held) };
  }
  const unmet = parts[0]?.unmet?.find((need) =>
    parts.every((part) => part.unmet?.includes(need) === true),
  );
  if (unmet === undefined) return { verdict: "pass", sentence: held };
  return { verdict: "unknown", sentence: doubted(unmet, held) };
}

function proofOf(
  { verdict, sentence, witnesses, key, considered }: Judged,
  more = "",
): Partial<Finding> {
  const proof = { verdict, sentence: sentence + more, witnesses, key };
  return considered === undefined ? proof : { ...proof, considered };
}

function failedAsWell(others: number): string {
  return others < 1 ? "" : `; and in ${counted(others, "more part")} of the history`;
}

/** `3 sold of 5` and `4 sold of 6` are `7 sold of 11`: where the words are the same, the numbers are counts. */
function addedUp(sentences: readonly string[]): string {
  const [first = "", ...others] = sentences;
  const words = first.split(NUMBER);
  const alike = others.every((other) => other.split(NUMBER).join("#") === words.join("#"));
  if (!alike) return `${first} (and so on, in ${sentences.length} parts of the history)`;
  const totals = [...first.matchAll(NUMBER)].map((_, i) => {
    const counts = sentences.map((one) =>
      Number([...one.matchAll(NUMBER)][i]?.[0].replaceAll(",", "")),
    );
    return words[i]?.endsWith("up to ") === true
      ? Math.max(...counts)
      : sum(counts, (count) => count);
  });
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
