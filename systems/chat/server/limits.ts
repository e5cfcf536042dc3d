/** Every bound of the chat, in one place. */
export const NAME_CHARS_MAX = 40;
export const DISPLAY_NAME_CHARS_MAX = 80;
export const PASSWORD_CHARS_MIN = 6;
export const PASSWORD_CHARS_MAX = 200;
export const DESCRIPTION_CHARS_MAX = 500;
export const CONTENT_CHARS_MAX = 4_000;
export const CLIENT_ID_CHARS_MAX = 64;
export const BODY_BYTES_MAX: number = 64 * 1024;
/** Users that one seeding request may bring: the body of the answer holds a token for each. */
export const CROWD_MAX = 10_000;
/** Connections that the kernel holds until we take them. */
export const CONNECTIONS_WAITING_MAX = 8_192;

/**
 * What one password costs to check, as a power of two: about 3 ms. A real service pays twenty times that; here a crowd
 * signs in within seconds on the machine that also makes the load.
 */
export const SCRYPT_COST = 1_024;
export const SESSION_SECONDS = 86_400;

export const PAGE_DEFAULT = 50;
export const PAGE_MAX = 1_000;
export const MENTIONS_MAX = 20;
/** Members of one channel who may be looked at in one answer. */
export const MEMBERS_SHOWN_MAX = 1_000;

/** Messages stored in one transaction: it costs much the same for one as for a hundred. */
export const BATCH_MESSAGES_MAX = 500;
/** Messages that wait to be stored; beyond, a sender is told to come back. */
export const WAITING_MESSAGES_MAX = 50_000;

/** How often SQLite's log is moved into the database, beside the chat, and the length at which the chat does it itself. */
export const CHECKPOINT_EVERY_MS = 250;
export const LOG_PAGES_MAX = 50_000;

/** Messages of one channel kept in memory, for those who come back after a moment. */
export const RECENT_MESSAGES_MAX = 256;
/** Messages replayed to one who comes back; beyond, history is the way. */
export const REPLAY_MESSAGES_MAX = 2_000;
export const REPLAY_PAGE_MESSAGES = 500;
/** Packets that wait for one slow client; beyond, it is cut off, and may come back and resume. */
export const SLOW_PACKETS_MAX = 1_000;
/** One packet from a client: a message of the greatest length, with room to spare. */
export const PACKET_BYTES_MAX: number = 32 * 1024;
export const PING_EVERY_MS = 25_000;
export const PONG_WITHIN_MS = 20_000;
/** Comings and goings of a channel are told together, this often. */
export const PRESENCE_EVERY_MS = 500;
export const PRESENCE_NAMES_MAX = 200;

export const QUERY_CHARS_MAX = 200;
export const QUERY_TERMS_MAX = 12;
export const SEARCH_HITS_DEFAULT = 20;
export const SEARCH_HITS_MAX = 100;
/** The newest matches, of which the best are shown: a word that is in every third message must not be a long search. */
export const SEARCH_CANDIDATES_MAX = 2_000;
/** New messages are handed to the search thread together, this often, and so many at once. */
export const INDEX_EVERY_MS = 20;
export const INDEX_MESSAGES_AT_ONCE = 500;
export const SUGGESTIONS_MAX = 10;
export const SUGGEST_CHARS_MIN = 2;
/** Words after which one message adds no more to the suggestions. */
export const WORDS_OF_MESSAGE_MAX = 200;
export const WORD_CHARS_MAX = 40;
/** Private channels that one search looks into. */
export const PRIVATE_CHANNELS_MAX = 500;

export const ARCHIVE_MESSAGES_MAX = 5_000_000;
/** Ids of messages from here on are new; below lies the archive. */
export const LIVE_IDS_FROM = 10_000_000;
/** Ids of users and of channels from here on are new. */
export const LIVE_OWNERS_FROM = 100_000;
/** Archives kept between runs, the newest ones. */
export const ARCHIVES_KEPT_MAX = 2;

export const FILE_BYTES_MAX: number = 50 * 1024 * 1024;
/** All files together; beyond, uploads are refused. */
export const SHELF_BYTES_MAX: number = 20 * 1024 * 1024 * 1024;
export const FILE_NAME_CHARS_MAX = 120;
/** Files looked through at once after their upload. */
export const PROCESSING_AT_ONCE = 4;
export const UPLOADS_AT_ONCE_MAX = 1_000;

export const DATABASE_CONNECTIONS_MAX = 10;
/** How long statements that are under way are waited for at the end. */
export const POOL_END_MS_MAX = 2_000;
