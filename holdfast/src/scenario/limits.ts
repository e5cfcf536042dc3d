/** What a test may ask for at most. Each is far beyond what one machine can carry, and keeps a slip of the hand out. */
export const VUS_MAX = 1_000_000;
export const RATE_PER_SECOND_MAX = 10_000_000;
/** Iterations are counted in 32 bits, shared by all threads. */
export const ITERATIONS_MAX = 2_000_000_000;
export const STAGES_MAX = 1_000;
export const SCENARIOS_MAX = 100;
/** 40 days: half of what a number of nanoseconds can hold without loss. */
export const DURATION_NS_MAX: number = 40 * 24 * 3_600 * 1_000_000_000;
export const QUEUE_MAX = 10_000_000;
export const QUEUE_DEFAULT = 100_000;
export const ROWS_MAX = 10_000_000;
export const ROWS_FILE_BYTES_MAX = 256_000_000;
