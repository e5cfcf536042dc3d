/**
 * The language one searches in:
 *
 *     coffee machine          both words
 *     "out of coffee"         these words in a row
 *     cof*                    words that begin so
 *     -tea                    not this word
 *     from:ada in:kitchen     by an author, in a channel
 *     after:2026-01-05 before:2026-02-01    by date (UTC), the first day included, the last not
 */
import { QUERY_CHARS_MAX, QUERY_TERMS_MAX } from "../limits.ts";
import { RequestProblem } from "../../../http/request-problem.ts";
import { wordsOf } from "./words.ts";

/** Words in a row; a single word is a row of one. */
export interface Term {
  readonly words: readonly string[];
  /** The last word may go on. */
  readonly prefix: boolean;
}

export interface ParsedQuery {
  readonly terms: readonly Term[];
  readonly excluded: readonly Term[];
  readonly author: string | undefined;
  readonly channel: string | undefined;
  /** Closed below, open above. */
  readonly fromMs: number | undefined;
  readonly beforeMs: number | undefined;
}

const PIECE = /(-?)(?:(from|in|after|before):(\S+)|"([^"]*)"|(\S+))/g;
const DATE = /^\d{4}-\d\d-\d\d$/;

/** Throws a RequestProblem for a query that is too long, empty, or has a date that is none. */
export function parseQuery(text: string): ParsedQuery {
  if (text.length > QUERY_CHARS_MAX) {
    throw bad(`q must be at most ${QUERY_CHARS_MAX} characters, got ${text.length}`);
  }
  const terms: Term[] = [];
  const excluded: Term[] = [];
  const filters: Record<string, string> = {};
  for (const [, minus, filter, value, phrase, word] of text.matchAll(PIECE)) {
    if (filter !== undefined && value !== undefined) filters[filter] = value;
    else (minus === "-" ? excluded : terms).push(...termsOf(phrase ?? word ?? ""));
  }
  const { from, in: channel, after, before } = filters;
  const nothing = terms.length === 0 && Object.keys(filters).length === 0;
  if (nothing) throw bad(`q must hold a word, a phrase or a filter, got ${JSON.stringify(text)}`);
  if (terms.length + excluded.length > QUERY_TERMS_MAX) {
    throw bad(`q must have at most ${QUERY_TERMS_MAX} words and phrases`);
  }
  return {
    terms,
    excluded,
    author: from,
    channel,
    fromMs: dayMs("after", after),
    beforeMs: dayMs("before", before),
  };
}

function termsOf(piece: string): Term[] {
  const words = wordsOf(piece);
  return words.length === 0 ? [] : [{ words, prefix: piece.endsWith("*") }];
}

function dayMs(name: string, day: string | undefined): number | undefined {
  if (day === undefined) return undefined;
  const ms = DATE.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(ms)) throw bad(`${name}: must be a day such as 2026-01-05, got "${day}"`);
  return ms;
}

function bad(message: string): RequestProblem {
  return new RequestProblem(400, "bad-request", message);
}
