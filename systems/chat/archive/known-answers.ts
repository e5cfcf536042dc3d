/**
 * What one can look for in the archive, with the answers known beforehand: the archive is made around them.
 *
 * Each pattern has ten answers, messages that are about it; and thirty decoys, which hold its words without being about
 * it: once in a long message, or apart from each other, or by somebody else, elsewhere, at another time. A search is
 * relevant to the degree that the answers come before the decoys. Some decoys do match, so the order of the hits counts.
 */
import { channelName, READER_ID, userName } from "./people.ts";

export interface Pattern {
  readonly name: string;
  /** As typed; days stand in it as shares of the archive's time: `after:{0.5}`. */
  readonly query: string;
  /** What an answer says, among words of no interest. */
  readonly says: string;
  /** What a decoy says; default: the words of `says`, apart. */
  readonly decoy?: string;
  readonly authorId?: number;
  readonly channelId?: number;
  /** Whose channel the decoys are in; default: any public one. */
  readonly decoyAuthorId?: number;
  readonly decoyChannelId?: number;
  /** Only answers within this share of the archive's time are right. */
  readonly between?: readonly [from: number, to: number];
}

export const ANSWERS_PER_PATTERN = 10;
export const DECOYS_PER_PATTERN = 30;
export const READER: string = userName(READER_ID);

const PRIVATE_CHANNEL = 165;
/** No member of this one is the reader. */
const CLOSED_CHANNEL = 190;

export const PATTERNS: readonly Pattern[] = [
  { name: "a rare word", query: "espresso", says: "espresso espresso" },
  { name: "a rare word, capitals", query: "QUARTZ", says: "quartz quartz" },
  { name: "a number", query: "40417", says: "40417 40417" },
  { name: "a word of another alphabet", query: "привет", says: "привет привет" },
  { name: "a word with an accent", query: "crème", says: "crème crème" },
  { name: "two words", query: "coffee grinder", says: "coffee grinder coffee grinder" },
  { name: "two words, swapped", query: "leak memory", says: "memory leak memory leak" },
  { name: "three words", query: "deploy friday rollback", says: "deploy friday rollback deploy" },
  { name: "a rare and a common word", query: "time kangaroo", says: "kangaroo time kangaroo" },
  {
    name: "a phrase",
    query: '"red herring"',
    says: "red herring",
    decoy: "herring that was red",
  },
  {
    name: "a longer phrase",
    query: '"stop the world now"',
    says: "stop the world now",
    decoy: "stop now the world",
  },
  {
    name: "a phrase and a word",
    query: '"black box" recorder',
    says: "black box recorder",
    decoy: "recorder black or box",
  },
  {
    name: "words joined by a hyphen",
    query: "copy-on-write",
    says: "copy-on-write",
    decoy: "write on a copy",
  },
  { name: "a beginning", query: "kerf*", says: "kerfuffle kerfuffles", decoy: "kermit fuffle" },
  {
    name: "a beginning and a word",
    query: "umbrel* stand",
    says: "umbrella stand umbrellas",
    decoy: "stand under an umbra",
  },
  {
    name: "by an author",
    query: `from:${userName(321)} harvest`,
    says: "harvest",
    authorId: 321,
    decoyAuthorId: 322,
    decoy: "harvest",
  },
  {
    name: "a phrase by an author",
    query: `"low tide" from:${userName(654)}`,
    says: "low tide",
    authorId: 654,
    decoyAuthorId: 655,
    decoy: "low tide",
  },
  {
    name: "two words by an author",
    query: `from:${userName(77)} violin bow`,
    says: "violin bow",
    authorId: 77,
    decoyAuthorId: 78,
    decoy: "violin bow",
  },
  {
    name: "in a channel",
    query: `lantern in:${channelName(33)}`,
    says: "lantern",
    channelId: 33,
    decoyChannelId: 34,
    decoy: "lantern",
  },
  {
    name: "a phrase in a channel",
    query: `in:${channelName(101)} "paper moon"`,
    says: "paper moon",
    channelId: 101,
    decoyChannelId: 102,
    decoy: "paper moon",
  },
  {
    name: "after a day",
    query: "tornado after:{0.5}",
    says: "tornado",
    between: [0.5, 1],
    decoy: "storm",
  },
  {
    name: "between two days",
    query: "glacier after:{0.2} before:{0.8}",
    says: "glacier",
    between: [0.2, 0.8],
    decoy: "ice",
  },
  { name: "without a word", query: "invoice -paid", says: "invoice", decoy: "invoice paid" },
  {
    name: "in a private channel, by a member",
    query: "moonshot",
    says: "moonshot moonshot",
    channelId: PRIVATE_CHANNEL,
  },
  {
    name: "by author, channel and phrase",
    query: `from:${userName(500)} in:${channelName(50)} "second breakfast"`,
    says: "second breakfast",
    authorId: 500,
    channelId: 50,
    decoyAuthorId: 501,
    decoyChannelId: 50,
    decoy: "second breakfast",
  },
];

/** Words that were only ever said in a private channel the reader is no member of: no search of his may show them. */
export const SECRETS: readonly Pattern[] = ["nightingale", "blackbird", "goldfinch"].map(
  (word) => ({
    name: `a secret: ${word}`,
    query: word,
    says: `${word} ${word}`,
    channelId: CLOSED_CHANNEL,
    decoyChannelId: CLOSED_CHANNEL + 1,
  }),
);

/** What is typed, and the word that must then be suggested. */
export const SUGGESTIONS: readonly (readonly [typed: string, word: string])[] = [
  ["esp", "espresso"],
  ["kangar", "kangaroo"],
  ["umbr", "umbrella"],
  ["lant", "lantern"],
  ["glac", "glacier"],
  ["thin", "think"],
];
