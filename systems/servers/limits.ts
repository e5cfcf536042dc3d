export const SERVER_START_MS_MAX = 20_000;
export const SERVER_STOP_MS_MAX = 10_000;
/** Less than SERVER_STOP_MS_MAX: a process of ours had better end by itself, and say why. */
export const PROCESS_END_MS_MAX = 8_000;
/** The last words of a server, kept for the message when it does not come up. */
export const SERVER_OUTPUT_CHARS_MAX = 4_000;
/** A server that dies this often is not brought back again. */
export const SERVER_RESTARTS_MAX = 10;
/** Between tries to bring back a process that does not come up. */
export const PROCESS_RESTART_MS = 500;
