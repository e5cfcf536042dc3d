/** What a word is, the same for what is stored, for what is looked for, and for what is suggested. */
import { WORD_CHARS_MAX, WORDS_OF_MESSAGE_MAX } from "../limits.ts";

const WORD = /[\p{L}\p{N}]+/gu;

/** In order, in small letters. */
export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(WORD) ?? [];
}

/** The words of a message that may be suggested: each once, no overlong ones, none behind the first 200. */
export function suggestedWords(text: string): Set<string> {
  const words = wordsOf(text).slice(0, WORDS_OF_MESSAGE_MAX);
  return new Set(words.filter((word) => word.length <= WORD_CHARS_MAX));
}
