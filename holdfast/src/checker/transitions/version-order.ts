/**
 * Where the system counts its transitions, its own count is the order, and nothing need be searched: sorted by version,
 * each state must lead to the next, no two transitions may share a version, and nothing of a higher version may be over
 * before something of a lower one began. Between two versions only attempts of unknown outcome may have come. O(n log n).
 */
import type { StateGraph } from "./state-graph.ts";
import type { Trace } from "./trace.ts";

/** By places in the trace: what `at` says cannot be, because of `other`; -1 for the state at the start. */
export interface VersionBreach {
  readonly kind: "two states" | "two transitions" | "no way" | "against time";
  readonly at: number;
  readonly other: number;
}

const NONE = -1;

/** Of what carries a version. Undefined when the versions make a path. */
export function versionBreach(
  trace: Trace,
  graph: StateGraph,
  initial: number,
): VersionBreach | undefined {
  const { size, states, moves, fromNs, byNs, versions } = trace;
  const counted: number[] = [];
  const unknown = new Set<number>();
  for (let at = 0; at < size; at++) {
    if (byNs[at] === Number.POSITIVE_INFINITY) unknown.add(states[at] as number);
    else if (!Number.isNaN(versions[at])) counted.push(at);
    // One that gives no version may stand anywhere.
    else if (moves[at] === 1) unknown.add(states[at] as number);
  }
  unknown.delete(NONE);
  // Of one version the transition first: whoever saw it must not have been done before it began.
  counted.sort((a, b) => byVersion(trace, a, b));
  let latest = NONE;
  let last = NONE;
  /** The transition of the last version, where one is known. */
  let mover = NONE;
  for (const [i, at] of counted.entries()) {
    const same = last !== NONE && versions[last] === versions[at];
    if (same && states[last] !== states[at]) return { kind: "two states", at, other: last };
    if (same && moves[at] === 1 && mover !== NONE) {
      return { kind: "two transitions", at, other: mover };
    }
    if (!same) {
      latest = latestOf(trace, counted, i, latest);
      const from = last === NONE ? initial : (states[last] as number);
      if (!leadsTo(graph, from, states[at] as number, moves[at] === 1, unknown)) {
        return { kind: "no way", at, other: last };
      }
      mover = NONE;
    }
    for (const other of [latest, mover]) {
      if (other !== NONE && (fromNs[other] as number) > (byNs[at] as number)) {
        return { kind: "against time", at, other };
      }
    }
    if (moves[at] === 1) mover = at;
    if (!same) last = at;
  }
  return undefined;
}

/** Of all below the version at place `i` the one that began last: `latest` knows all but the version before. */
function latestOf(
  { fromNs, versions }: Trace,
  counted: readonly number[],
  i: number,
  latest: number,
): number {
  let found = latest;
  for (let j = i - 1; j >= 0; j--) {
    const at = counted[j] as number;
    if (versions[at] !== versions[counted[i - 1] as number]) break;
    if (found === NONE || (fromNs[at] as number) > (fromNs[found] as number)) found = at;
  }
  return found;
}

function byVersion({ versions, moves }: Trace, a: number, b: number): number {
  return (
    (versions[a] as number) - (versions[b] as number) ||
    (moves[b] as number) - (moves[a] as number) ||
    a - b
  );
}

/** Without a known transition of its own a state was there before, or an attempt of unknown outcome led to it. */
function leadsTo(
  graph: StateGraph,
  from: number,
  to: number,
  moved: boolean,
  unknown: ReadonlySet<number>,
): boolean {
  if (to < 0) return false;
  const reached = unknown.size === 0 ? [from] : graph.within(from, unknown);
  for (const state of reached) {
    if (moved ? graph.leads(state, to) : state === to) return true;
  }
  return false;
}
