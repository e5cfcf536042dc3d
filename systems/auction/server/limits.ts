/** Every bound of the auction, in one place. */
/** Items in one book. */
export const ITEMS_MAX = 10_000;
export const ITEM_ID_CHARS_MAX = 64;
export const BIDDER_ID_CHARS_MAX = 128;
export const BID_ID_CHARS_MAX = 128;
/** Amounts are whole (cents, say): no two systems disagree about a whole number below 2^53. */
export const AMOUNT_MAX = 1_000_000_000_000;
export const BODY_BYTES_MAX = 4_096;
/** Connections that the kernel holds until we take them; beyond, a whole crowd at once would wait for its own retries. */
export const CONNECTIONS_WAITING_MAX = 4_096;

export const BIDS_PAGE_DEFAULT = 1_000;
export const BIDS_PAGE_MAX = 10_000;

/** Events that the relay takes from the outbox at once: the bus acknowledges them together. */
export const RELAY_BATCH_MAX = 500;
export const RELAY_WAIT_MS = 1_000;
/** After the bus or the outbox failed, the relay waits this long and tries the same batch again. */
export const RELAY_RETRY_MS = 100;

/** A lost connection to the bus is tried again this often. */
export const BUS_RETRY_MS = 50;
/** A request to the bus that is not answered by then has failed; it may have had its effect. */
export const BUS_ANSWER_MS_MAX = 2_000;
export const BUS_LINE_BYTES_MAX: number = 8 << 20;
/** Events of one item read back from the bus in one answer. */
export const BUS_PAGE_EVENTS_MAX = 1_000;

/** Items that the broadcast holds in memory at once; a watcher of one more is turned away. */
export const WATCHED_ITEMS_MAX = 1_000;
/** Of each item the last so many events are kept; who was away for longer begins again from the current state. */
export const EVENTS_KEPT_MAX = 5_000;
/** Events that came before their predecessors wait for them; beyond, they are read again from the bus. */
export const EARLY_EVENTS_MAX = 1_000;
export const CATCH_UP_RETRY_MS = 100;
/** What may lie unsent for one watcher: a slower one is dropped, so that it costs nobody else anything. */
export const WATCHER_BACKLOG_BYTES_MAX: number = 1 << 20;
export const WATCHERS_MAX = 19_000;

export const ARCHIVE_BATCH_MAX = 500;
export const ARCHIVE_WAIT_MS = 100;
/** A pause after each batch lets the next one grow: a transaction costs the same for one row as for a hundred. */
export const ARCHIVE_LINGER_MS = 5;
/** After the bus or the database failed, the archiver waits this long. */
export const ARCHIVE_RETRY_MS = 100;
/** What was delivered and not acknowledged for so long is delivered again. */
export const REDELIVER_AFTER_MS = 1_000;
/** The bid at which the archiver crashes, once, and the one at which its database is away, once: see archiver.ts. */
export const ARCHIVE_CRASH_AT_DEFAULT = 40;
export const DATABASE_AWAY_AT_DEFAULT = 80;

export const DATABASE_CONNECTIONS_MAX = 10;
/** A database that does not answer by then is away. */
export const DATABASE_ANSWER_MS_MAX = 5_000;
/** A command waits for a Redis that comes back this often, 50 ms apart, before the request fails. */
export const REDIS_RETRIES_MAX = 40;
export const REDIS_RETRY_MS = 50;
/** How long a bid that was accepted is known by its attempt: well above all retries together. */
export const REDIS_ATTEMPT_REMEMBERED_MS = 20_000;
