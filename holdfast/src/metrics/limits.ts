/** Everything in `metrics/` is bounded by these. */

/** Sets of tags that are counted apart, per engine thread and over the run; all further ones share one series. */
export const SERIES_LIMIT = 1_000;

/** Values of one trend and series that wait to be put into its histogram. */
export const VALUES_WAITING_MAX = 64;

/** Rows of the timeline; when there would be more, neighbours are merged and a row spans twice as long. */
export const TIMELINE_ROWS_MAX = 600;

/** A sliding window forgets in this many steps, so it reaches back up to one part in this many too far. */
export const WINDOW_SLOTS = 64;

/** Request names that get a line of their own in the result, those with the most requests first. */
export const SUMMARY_NAMES_MAX = 100;

/** Rows of one breakdown: values of its tag. */
export const BREAKDOWN_ROWS_MAX = 100;

/** A latency speaks for the run when it has at least this share of the samples of the most frequent one. */
export const TELLING_SHARE = 0.1;
