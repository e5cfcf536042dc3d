/** Every size and duration of the bench that is not asked for on the command line. */

/** Server and client share no core, so that what one costs is not taken from the other. */
export const SERVER_CORE = 0;
export const CLIENT_CORE = 1;

/** From the first request on: compilers of the clients' own (V8, LuaJIT) are done by then, on a slow machine, too. */
export const WARM_UP_MS = 2_500;
/** A client that has sent nothing by then has failed. */
export const FIRST_REQUEST_MS_MAX = 20_000;
/** Requests that prove that a client is at work; the counter's own readings are fewer. */
export const FLOWING_REQUESTS = 200;

/** A child that does not end when asked to is killed after this. */
export const KILL_AFTER_MS = 10_000;
export const GROUP_POLL_MS = 5;
/** What is kept of a child's output, from its end. */
export const OUTPUT_BYTES_MAX = 1_000_000;
/** Of its last line, in the reason of a failure. */
export const LAST_WORDS_MAX = 200;

export const WINDOW_SECONDS_DEFAULT = 3;
export const ROUNDS_DEFAULT = 7;

export const TARGET_READY_MS_MAX = 5_000;

/** Left out at both ends of a run at a fixed rate when its CPU time is read. */
export const RATE_RUN_SETTLE_MS = 1_500;
/** Start-up, the last answers and the report, above the time it was asked to run. */
export const RATE_RUN_OVERTIME_MS = 30_000;
/** Of one run at a fixed rate. */
export const RATE_RUN_SECONDS = 5;

/** By then every sleeping virtual user has started and slept at least once. */
export const SLEEPERS_SETTLE_MS = 4_000;
/** How long their CPU time is watched. */
export const SLEEPERS_WATCH_MS = 2_000;

/** A command that has sent nothing by then has failed. */
export const STARTUP_MS_MAX = 15_000;

/** Open sockets that listen, and how many of their handshakes are under way at once. */
export const SOCKETS = 10_000;
export const SOCKETS_PENDING = 200;
export const SOCKETS_CONNECT_MS_MAX = 30_000;
/** After the last one is open, and again after the first messages. */
export const SOCKETS_SETTLE_MS = 1_500;
/** What the server sends to all of them, and how often. */
export const SOCKET_MESSAGE_BYTES = 200;
export const SOCKET_WAVE_MS = 300;
