/**
 * The shortest reason why a trace is no path, for the sentence: one look or move that nothing leads to, or two of which
 * neither can follow the other. Each reason is a proof by itself. A trace may be none of them and still no path; then the
 * search's own words must do.
 */
import { CLASH_ROWS_MAX } from "./limits.ts";
import type { StateGraph } from "./state-graph.ts";
import type { Trace } from "./trace.ts";

/** By places in the trace. */
export type Clash =
  | { readonly kind: "no state" | "unreached"; readonly at: number }
  /** Both took place, and no path has both; `fork` is a state that leads to either, -1 where there is none. */
  | {
      readonly kind: "exclusive";
      readonly at: number;
      readonly other: number;
      readonly fork: number;
    }
  /** `at` was over before `other` began, and nothing leads from the one to the other. */
  | { readonly kind: "backwards"; readonly at: number; readonly other: number };

export function clashOf(trace: Trace, graph: StateGraph, initial: number): Clash | undefined {
  const { size, states, byNs } = trace;
  const certain: number[] = [];
  const attempted = new Set<number>();
  for (let at = 0; at < size; at++) {
    if (trace.moves[at] === 1) attempted.add(states[at] as number);
    if (byNs[at] !== Number.POSITIVE_INFINITY) certain.push(at);
  }
  for (const at of certain) if ((states[at] as number) < 0) return { kind: "no state", at };
  const reached = graph.within(initial, attempted);
  const pair = certain.length > CLASH_ROWS_MAX ? undefined : pairOf(trace, graph, certain);
  if (pair !== undefined) return pair;
  for (const at of certain) {
    const state = states[at] as number;
    const entered = trace.moves[at] === 0 || [...reached].some((from) => graph.leads(from, state));
    if (!reached.has(state) || !entered) return { kind: "unreached", at };
  }
  return undefined;
}

function pairOf(trace: Trace, graph: StateGraph, certain: readonly number[]): Clash | undefined {
  let backwards: Clash | undefined;
  for (const [i, at] of certain.entries()) {
    for (const other of certain.slice(i + 1)) {
      const forth = follows(trace, graph, at, other);
      const back = follows(trace, graph, other, at);
      if (!forth && !back) {
        return { kind: "exclusive", at, other, fork: forkOf(trace, graph, at, other) };
      }
      // In order of invocation `other` cannot be over before `at` began.
      if (!forth && before(trace, at, other)) backwards ??= { kind: "backwards", at, other };
    }
  }
  return backwards;
}

/** True when, of two that took place, `later` can come after `earlier`. */
function follows(
  { states, moves }: Trace,
  graph: StateGraph,
  earlier: number,
  later: number,
): boolean {
  const from = states[earlier] as number;
  const to = states[later] as number;
  return graph.reaches(from, to) || (from === to && moves[later] === 0);
}

function before({ byNs, fromNs }: Trace, a: number, b: number): boolean {
  return (byNs[a] as number) < (fromNs[b] as number);
}

function forkOf({ states }: Trace, graph: StateGraph, at: number, other: number): number {
  return graph.names.findIndex(
    (_, from) =>
      graph.leads(from, states[at] as number) && graph.leads(from, states[other] as number),
  );
}
