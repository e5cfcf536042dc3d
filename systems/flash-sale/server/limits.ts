/** Every bound of the flash sale, in one place. */
export const PRODUCTS_MAX = 10_000;
/** Units in one sale: its accepted keys are held in memory by the embedded parts. */
export const QUANTITY_MAX = 1_000_000;
export const PRODUCT_ID_CHARS_MAX = 64;
export const USER_ID_CHARS_MAX = 128;
export const KEY_CHARS_MAX = 128;
/** Connections that the kernel holds until we take them; beyond, a whole crowd at once would wait for its own retries. */
export const CONNECTIONS_WAITING_MAX = 4_096;
export const BODY_BYTES_MAX = 4_096;
/** What is said of a request that met a part that is away. */
export const IN_DOUBT = "the order may or may not stand";

export const AUDIT_ROWS_DEFAULT = 1_000;
export const AUDIT_ROWS_MAX = 10_000;

/** Unless told otherwise the limiter stays out of the way: more than one process can answer. */
export const ORDERS_PER_SECOND_DEFAULT = 50_000;
export const ORDERS_PER_SECOND_MAX = 1_000_000;
/** A full bucket holds this much of its rate, and at least one order. */
export const BURST_SECONDS = 0.1;
/** Client buckets kept; beyond, the oldest is forgotten, which only ever lets its client through a little sooner. */
export const CLIENTS_MAX = 10_000;
export const CLIENT_ID_CHARS_MAX = 128;

/** Of a product's rate, this much is on top for those who stood in line. */
export const ADMISSION_SHARE = 0.5;
export const TICKET_LIFETIME_MS = 300_000;
export const POLL_AFTER_MS_MIN = 100;
export const POLL_AFTER_MS_MAX = 5_000;

export const WORKER_BATCH_ROWS_MAX = 500;
/** A pause after each batch lets the next one grow: a transaction costs the same for one row as for a hundred. */
export const WORKER_LINGER_MS = 5;
export const WORKER_READ_WAIT_MS = 100;
/** A worker that held entries for so long is taken for dead; well above what a batch takes. */
export const WORKER_IDLE_MS = 500;
export const WORKER_CLAIM_EVERY_MS = 250;
/** After a failure that is not its own (a database that is away), the next worker waits this long. */
export const WORKER_RETRY_MS = 200;
/** The order at which the worker crashes, once, unless told otherwise: see inventory-worker.ts. */
export const WORKER_CRASH_AT_ORDER_DEFAULT = 100;

/** How long Redis remembers an idempotency key: a day, as payment services do. */
export const KEY_REMEMBERED_SECONDS = 86_400;
export const DATABASE_CONNECTIONS_MAX = 10;
/** A command waits for a Redis that comes back this often, 50 ms apart, before the request fails. */
export const REDIS_RETRIES_MAX = 40;
export const REDIS_RETRY_MS = 50;
