/** What judging may cost. Beyond a limit the verdict is `unknown`, and says which limit it was. */

/** Words of 32 bits touched by the sums of unresolved quantities of one key: about a fifth of a second. */
export const QUANTITY_WORDS_MAX = 200_000_000;

/** Keys that a sentence lists by name; the rest is only counted. */
export const KEYS_NAMED_MAX = 3;

/** Ids that a sentence lists; the rest is only counted. */
export const IDS_NAMED_MAX = 5;

/** Ids that the running view of one invariant remembers. Beyond it, it leaves the verdict to the end of the run. */
export const WATCHED_IDS_MAX = 100_000;

/** Ids of unknown outcomes that a finding lists; the rest is only counted. */
export const CONSIDERED_NAMED_MAX = 3;

/** An id or key longer than this is cut in a sentence. */
export const NAME_LENGTH_MAX = 48;

/** Words of 4 bytes that the search for an order may fill with what it has tried: 256 MiB, for one object. */
export const SEARCH_WORDS_MAX = 67_108_864;

/** The same for the first look at every object: 8 MiB. */
export const SEARCH_WORDS_FIRST = 2_097_152;

/** Operations of a file that are named when a model does not know them; the rest is only counted. */
export const BAD_OPERATIONS_SHOWN_MAX = 20;

/** Operations of the stretches that are searched by themselves where the whole is too large. */
export const WINDOWS: readonly number[] = [2, 8, 32, 128];

/** Words of 4 bytes that the search of one such stretch may fill: 2 MiB. */
export const WINDOW_WORDS_MAX = 524_288;

/** Operations of an object whose proof is made shorter; of a larger one it stays as the search gave it. */
export const WEAKENED_MAX = 5_000;

/** Operations of all the weaker histories together that are decided to make one proof shorter: a part of a second. */
export const WEAKENING_OPERATIONS_MAX = 30_000;

/** Words of 4 bytes that the search of one of them may fill: 16 KiB. */
export const WEAKENING_WORDS_MAX = 4_096;

/** Moves for each number after which sorting by inserting gives way to a comparing sort. */
export const INSERTION_MOVES_EACH_MAX = 16;

/** Moments of one interval at which a level is held against one answer; with more the answer is believed. */
export const LEVEL_MOMENTS_MAX = 1_024;

/** Numbers in one run of receipts; a longer one says nothing. */
export const RUN_NUMBERS_MAX = 1_048_576;

/** Numbers of one room that are kept in one array of 4 bytes each; those beyond it are found more slowly. */
export const CONSECUTIVE_NUMBERS_MAX = 16_777_216;

/** Messages that were made or received in one room; with more it is not judged. */
export const MESSAGES_MAX = 16_777_216;

/** How long a receiver must have stayed for a message to be owed, where the test does not say. */
export const DELIVERY_WITHIN_MS = 5_000;

/** Words of 4 bytes that the searches for an order of all keys' sales and returns may take together: 512 MiB. */
export const LEVEL_SEARCH_WORDS_MAX = 134_217_728;

/** Refusals of one key that are tried alone, for the shortest proof of what only a search could tell. */
export const REFUSALS_TRIED_MAX = 32;

/** How often the searches of one invariant ask whether to stop, each 1,024 turns: about a minute for all its keys. */
export const SEARCH_POLLS_MAX = 100_000;

/** Messages from which a cycle of contradicting orders is sought; the shortest one found is shown. */
export const CYCLE_STARTS_MAX = 64;

/** Receipts of one person, or posts of one sender, that overlap; with more, the oldest is held to be before nothing. */
export const UNORDERED_MAX = 64;

/** Operations among which a search looks for the next answer, to see whether it can still come about. */
export const AHEAD_MAX = 64;

/** Transitions of a model that a search keeps; those beyond it are computed anew, for states that never return. */
export const TRANSITIONS_KEPT_MAX = 1_048_576;
