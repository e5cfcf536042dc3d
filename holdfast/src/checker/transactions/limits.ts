/** What the search for circles may cost. */

/** Edges looked at for one kind of circle in one component: about half a second. */
export const CYCLE_STEPS_MAX = 20_000_000;

/** Transactions of a component from which the shortest circle is sought. */
export const CYCLE_STARTS_MAX = 64;

/** Of a list's unseen appends, how many a reader of all that was seen is set before, when a circle is sought. */
export const END_OF_LIST_EDGES_MAX = 1_024;

/** Components in which a circle is sought; the rest is only counted. */
export const COMPONENTS_SHOWN_MAX = 1_000;
