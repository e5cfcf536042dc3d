/** What looking for the reason of a broken path may cost. */

/** Certain operations of one thing of which every two are held against each other. */
export const CLASH_ROWS_MAX = 1_000;
