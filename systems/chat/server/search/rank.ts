/**
 * Which of the candidates are best: BM25, as search engines have done it since 1994. A word counts the more, the rarer
 * it is in all messages and the oftener it comes in a short one; of equals the newer is first.
 *
 * Both parts find candidates in their own way and rank them here, so the same messages come in the same order.
 */
import type { Term } from "./query.ts";
import { wordsOf } from "./words.ts";

export interface Candidate {
  readonly id: number;
  readonly content: string;
}

export interface Ranked<C extends Candidate> {
  readonly candidate: C;
  readonly score: number;
}

/** Of the usual size: what repetition is worth, and what length costs. */
const K1 = 1.2;
const B = 0.75;
/** Words of an average message; only the proportion between messages matters. */
const WORDS_AVERAGE = 12;

/** The best `limit`, best first. `messagesWith` gives in how many of `messages` a word is. */
export function best<C extends Candidate>(
  candidates: readonly C[],
  terms: readonly Term[],
  { messages, messagesWith, limit }: RankOptions,
): Ranked<C>[] {
  const weights = terms.map((term) => weightOf(term, messages, messagesWith));
  const ranked = candidates.map((candidate) => ({
    candidate,
    score: scoreOf(wordsOf(candidate.content), terms, weights),
  }));
  ranked.sort((a, b) => b.score - a.score || b.candidate.id - a.candidate.id);
  return ranked.slice(0, limit);
}

export interface RankOptions {
  readonly messages: number;
  readonly messagesWith: (word: string) => number;
  readonly limit: number;
}

/** A row of words is as rare as its rarest word, and more: each further word adds its own. */
function weightOf(
  { words, prefix }: Term,
  messages: number,
  messagesWith: (word: string) => number,
): number {
  return words.reduce((sum, word, i) => {
    const within = prefix && i === words.length - 1 ? 1 : messagesWith(word);
    return sum + Math.log(1 + (messages - within + 0.5) / (within + 0.5));
  }, 0);
}

function scoreOf(
  words: readonly string[],
  terms: readonly Term[],
  weights: readonly number[],
): number {
  const length = K1 * (1 - B + (B * words.length) / WORDS_AVERAGE);
  return terms.reduce((score, term, i) => {
    const times = timesIn(words, term);
    return score + ((weights[i] ?? 0) * times * (K1 + 1)) / (times + length);
  }, 0);
}

/** How often the row of words stands in the text. */
function timesIn(words: readonly string[], { words: row, prefix }: Term): number {
  let times = 0;
  for (let start = 0; start + row.length <= words.length; start++) {
    if (
      row.every((word, i) => isWord(words[start + i] ?? "", word, prefix && i === row.length - 1))
    )
      times += 1;
  }
  return times;
}

function isWord(found: string, wanted: string, prefix: boolean): boolean {
  return prefix ? found.startsWith(wanted) : found === wanted;
}
