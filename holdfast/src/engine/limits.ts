/** What bounds the engine. Spans are in nanoseconds. */
import { NS_PER_MS, NS_PER_S } from "../base/units.ts";

/** Exceptions of the script that a scenario keeps with their stacks; the rest are counted. */
export const EXCEPTIONS_KEPT = 5;
/** What a virtual user waits at least after an exception, so that a storm of them leaves the core alone. */
export const EXCEPTION_PAUSE_NS: number = NS_PER_MS;

/** So long may iterations follow each other without the event loop getting its turn. */
export const TURN_NS_MAX: number = NS_PER_MS;

/** So long may the script tidy up after it was cut off, before nobody waits for it any more. */
export const UNWIND_NS_MAX: number = NS_PER_S;
/** So long may a `vuTeardown` take, with the closing of the connections. */
export const LEAVE_NS_MAX: number = 10 * NS_PER_S;

/** Barriers of one scenario, by name. */
export const BARRIERS_MAX = 16;

/** Of one race of one virtual user: each may have a connection of its own. */
export const RACERS_MAX = 1_000;
/** How long what a race sends beforehand has to arrive where its author does not say. */
export const HEAD_START_NS: number = 10 * NS_PER_MS;

/** A run of receipts is written so long after it began at the latest. */
export const RUN_NS_MAX: number = NS_PER_S;
/** Runs of one thread that are not written yet. */
export const RUNS_MAX = 200_000;

/** Arrivals sent in one turn of the event loop before the answers get their chance. */
export const ARRIVALS_PER_TURN_MAX = 64;
/** Economy pacing wakes so often. */
export const ECONOMY_NS: number = NS_PER_MS;
/** Precise pacing leaves the timers, and spins, so long before an arrival is due. */
export const SPIN_AHEAD_NS: number = 2 * NS_PER_MS;
/** Precise pacing holds the thread for so long at most, when nothing is in flight. */
export const HOLD_NS_MAX: number = NS_PER_MS;
/** An arrival that starts later than this after it was due, though a virtual user was free, counts as late. */
export const LATE_NS: number = 2 * NS_PER_MS;
