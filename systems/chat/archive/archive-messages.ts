/**
 * The archive, message by message: the same seed and size give the same archive, everywhere. Most messages are noise of
 * a natural shape (few words very often, most words hardly ever); at places known beforehand stand the answers of
 * `known-answers.ts` and their decoys.
 *
 *     1 ── noise ── decoy ── noise ── answer ── noise … n      ids rise with time; sequence numbers rise in each channel
 */
import { Chance } from "./chance.ts";
import {
  ANSWERS_PER_PATTERN,
  DECOYS_PER_PATTERN,
  PATTERNS,
  SECRETS,
  type Pattern,
} from "./known-answers.ts";
import { CHANNELS, isPrivate, membersOf, PRIVATE_FROM, USERS } from "./people.ts";
import { VOCABULARY_WORDS, wordOfRank } from "./vocabulary.ts";

/** Changed whenever the same seed would give another archive. */
export const ARCHIVE_VERSION = 1;
export const ARCHIVE_SEED = 20_260_101;
export const ARCHIVE_MESSAGES = 1_000_000;

const FIRST_MS = Date.UTC(2025, 0, 1);
const DAY_MS = 86_400_000;
const DAYS = 365;
const WORDS_MIN = 4;
const WORDS_MAX = 20;
const ANSWER_NOISE_WORDS = 5;
const DECOY_NOISE_WORDS = 18;
/** The higher, the more the frequent words are preferred. */
const SKEW = 3;
/** Patterns are spread over the archive: answer 3 of every pattern lies in the same tenth of it. */
const PLANTED: readonly Pattern[] = [...PATTERNS, ...SECRETS];
const SLOTS_PER_PATTERN = ANSWERS_PER_PATTERN + DECOYS_PER_PATTERN;
/** Below this the planted messages would not find room. */
export const ARCHIVE_MESSAGES_MIN: number = PLANTED.length * SLOTS_PER_PATTERN * 2;

export interface ArchivedMessage {
  readonly id: number;
  readonly channelId: number;
  readonly authorId: number;
  readonly content: string;
  readonly createdAtMs: number;
  readonly isPrivate: boolean;
}

export interface ArchiveSize {
  readonly messages: number;
  readonly seed: number;
}

export function* archiveMessages({ messages, seed }: ArchiveSize): Iterable<ArchivedMessage> {
  const chance = new Chance(seed);
  const planted = plantedPlaces(messages);
  for (let id = 1; id <= messages; id++) {
    const place = planted.get(id);
    const one = place === undefined ? noise(chance) : plantedMessage(place, chance);
    const createdAtMs = timeOf(id, messages);
    yield { id, ...one, createdAtMs, isPrivate: isPrivate(one.channelId) };
  }
}

/** The ids of a pattern's right answers, oldest first. */
export function answersOf(pattern: Pattern, messages: number): number[] {
  const [from, to] = pattern.between ?? [0, 1];
  const within = (id: number): boolean => {
    const atMs = timeOf(id, messages);
    return atMs >= dayMs(from) && (to === 1 || atMs < dayMs(to));
  };
  return Array.from({ length: ANSWERS_PER_PATTERN }, (_, i) =>
    placeOf(PLANTED.indexOf(pattern), i, messages),
  ).filter(within);
}

/** A pattern's query with its days written out. */
export function queryOf({ query }: Pattern): string {
  return query.replaceAll(/\{([\d.]+)\}/g, (_, share: string) =>
    new Date(dayMs(Number(share))).toISOString().slice(0, 10),
  );
}

interface Place {
  readonly pattern: Pattern;
  readonly isAnswer: boolean;
}

function plantedPlaces(messages: number): Map<number, Place> {
  const places = new Map<number, Place>();
  for (const [number, pattern] of PLANTED.entries()) {
    for (let slot = 0; slot < SLOTS_PER_PATTERN; slot++) {
      const isAnswer = slot < ANSWERS_PER_PATTERN;
      places.set(placeOf(number, slot, messages), { pattern, isAnswer });
    }
  }
  return places;
}

/** Answers and decoys of all patterns take turns through the whole archive: slot `s` of a pattern is its s-th part. */
function placeOf(pattern: number, slot: number, messages: number): number {
  // 13 and 40 have no common divisor, so the answers (slots 0 to 9) are spread among the decoys.
  const turn = (slot * 13) % SLOTS_PER_PATTERN;
  const position = turn * PLANTED.length + pattern;
  return 1 + Math.floor((messages * position) / (PLANTED.length * SLOTS_PER_PATTERN));
}

type Said = Pick<ArchivedMessage, "channelId" | "authorId" | "content">;

function plantedMessage({ pattern, isAnswer }: Place, chance: Chance): Said {
  const { says, decoy, authorId, channelId, decoyAuthorId, decoyChannelId } = pattern;
  const where = isAnswer ? channelId : (decoyChannelId ?? undefined);
  const channel = where ?? 1 + chance.below(PRIVATE_FROM - 1);
  const who = isAnswer ? authorId : decoyAuthorId;
  const author = who ?? authorIn(channel, chance);
  const noiseWords = isAnswer ? ANSWER_NOISE_WORDS : DECOY_NOISE_WORDS;
  const before = words(chance, noiseWords);
  const content = isAnswer ? `${before} ${says}` : `${before} ${decoy ?? apart(says, chance)}`;
  return { channelId: channel, authorId: author, content };
}

/** Each word once, with others between them. */
function apart(text: string, chance: Chance): string {
  const distinct = [...new Set(text.split(" "))];
  return distinct.map((word) => `${word} ${words(chance, 3)}`).join(" ");
}

function noise(chance: Chance): Said {
  const channelId = 1 + Math.floor(CHANNELS * chance.next() ** 1.5);
  const content = words(chance, WORDS_MIN + chance.below(WORDS_MAX - WORDS_MIN + 1));
  return { channelId, authorId: authorIn(channelId, chance), content };
}

function authorIn(channelId: number, chance: Chance): number {
  if (!isPrivate(channelId)) return 1 + chance.below(USERS);
  const members = privateMembers(channelId);
  return members[chance.below(members.length)] as number;
}

const membersByChannel = new Map<number, number[]>();

function privateMembers(channelId: number): number[] {
  const known = membersByChannel.get(channelId) ?? membersOf(channelId);
  membersByChannel.set(channelId, known);
  return known;
}

function words(chance: Chance, count: number): string {
  let text = "";
  for (let i = 0; i < count; i++) {
    const rank = Math.floor(VOCABULARY_WORDS * chance.next() ** SKEW);
    text += i === 0 ? wordOfRank(rank) : ` ${wordOfRank(rank)}`;
  }
  return text;
}

function timeOf(id: number, messages: number): number {
  return FIRST_MS + Math.floor(((id - 1) / messages) * DAYS * DAY_MS);
}

/** The beginning of the day at this share of the archive's time. */
function dayMs(share: number): number {
  return FIRST_MS + Math.floor(share * DAYS) * DAY_MS;
}
