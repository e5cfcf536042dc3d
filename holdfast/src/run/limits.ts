/** What a run may use. */
import { NS_PER_S } from "../base/units.ts";

/** A system that has not said it is ready by then will not. */
export const SYSTEM_START_MS_MAX = 60_000;
/** After a polite request to end; then it is killed. */
export const SYSTEM_STOP_MS_MAX = 10_000;
/** The ready line and the lines before it. */
export const SYSTEM_OUTPUT_BYTES_MAX: number = 1 << 20;
/** How often threads hand over numbers and history: what a kill -9 may cost, and how soon a threshold may end the run. */
export const TICK_MS = 250;
/** Connecting to the target before any load. */
export const REACH_MS_MAX = 5_000;
/** After the first Ctrl-C running iterations may finish for this long; after the second they may not. */
export const INTERRUPT_GRACE_MS = 3_000;
/** A thread that has not ended this long after it was told to is terminated. */
export const THREAD_STOP_MS_MAX = 10_000;
/** Lines of the system's own log kept with the run. */
export const LOG_BYTES_MAX: number = 16 << 20;
/** Operations that `setup` may put into the history; they are kept in memory until the load begins. */
export const SETUP_OPERATIONS_MAX = 1_000_000;
/** Exceptions of the script that are shown with their stack; the rest is counted. */
export const EXCEPTIONS_KEPT_MAX = 10;
/** The live view is redrawn this often; faster cannot be read. */
export const LIVE_MS = 200;
/** Of what a system said last before it ended, as many letters as one line bears. */
export const LAST_WORDS_MAX = 200;
/** Judging one history in JSON Lines: what is not decided by then is `unknown`. */
export const CHECK_FILE_NS_MAX: number = 60 * NS_PER_S;

/** Characters of one line of a request or an answer, printed. */
export const RAW_LINE_MAX = 4_200;

/** Operations of a stored history that are judged together, in well under a gigabyte; more are judged in parts. */
export const PART_OPERATIONS_MAX = 2_500_000;

/** Operations of a stored history that are judged together where an invariant speaks of all keys at once. */
export const WHOLE_OPERATIONS_MAX = 15_000_000;
