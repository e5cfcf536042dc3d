/**
 * Are the transactions isolated? Everything a level forbids that the reads prove, by Elle's rules (Kingsbury and Alvaro
 * 2020): lists are appended to and read whole, so each read tells who wrote before whom, and who read what was already
 * past. What must come before what is a graph; a circle in it is a contradiction. Sound, and near-linear.
 */
import { componentsOf } from "./components.ts";
import type { Cycle } from "./cycles.ts";
import { worstCycle } from "./cycles.ts";
import { dependenciesOf } from "./dependencies.ts";
import { EDGE } from "./graph.ts";
import type { Graph } from "./graph.ts";
import type { IsolationLevel } from "../../record/isolation.ts";
import type { CycleKind } from "./isolation.ts";
import { CYCLE_KINDS, forbids, ordersOf } from "./isolation.ts";
import { COMPONENTS_SHOWN_MAX, CYCLE_STEPS_MAX } from "./limits.ts";
import type { Observations, Oddity } from "./lists.ts";
import { observe } from "./lists.ts";
import type { Transaction } from "./transaction.ts";

export type Anomaly = ({ readonly form: "oddity" } & Oddity) | ({ readonly form: "cycle" } & Cycle);

export interface TransactionsJudgement {
  /** What the level forbids and the reads prove, the worst of each component. */
  readonly anomalies: readonly Anomaly[];
  readonly observations: Observations;
  /** Why nothing could be said, or not everything. */
  readonly missing: string | undefined;
}

/** `whole` is false where appends may be missing: then one that nobody made proves nothing. */
export function judgeTransactions(
  transactions: readonly Transaction[],
  level: IsolationLevel,
  whole: boolean,
  stepsMax: number = CYCLE_STEPS_MAX,
): TransactionsJudgement {
  const observations = observe(transactions);
  if (observations.ambiguous !== undefined) {
    const missing = `every element must be appended once, and ${observations.ambiguous} was appended twice`;
    return { anomalies: [], observations, missing };
  }
  const oddities = observations.oddities.filter(
    ({ kind }) => forbids(level, kind) && (whole || kind !== "unwritten-read"),
  );
  const kinds = CYCLE_KINDS.filter((kind) => forbids(level, kind));
  const graph = dependenciesOf(transactions, observations, ordersOf(level));
  const { cycles, undecided } = cyclesIn(graph, kinds, stepsMax);
  const missing =
    undecided > 0
      ? `${undecided} groups of transactions that depend on each other are too large to find a circle in`
      : undefined;
  const anomalies: Anomaly[] = [
    ...oddities.map((oddity) => ({ form: "oddity" as const, ...oddity })),
    ...cycles.map((cycle) => ({ form: "cycle" as const, ...cycle })),
  ];
  return { anomalies, observations, missing };
}

function cyclesIn(
  graph: Graph,
  kinds: readonly CycleKind[],
  stepsMax: number,
): { cycles: Cycle[]; undecided: number } {
  const mask = EDGE.ww | EDGE.process | EDGE.realTime;
  const reads = kinds.includes("G1c") ? EDGE.wr : 0;
  const past = kinds.some((kind) => kind !== "G0" && kind !== "G1c") ? EDGE.rw : 0;
  const cycles: Cycle[] = [];
  let undecided = 0;
  const components = componentsOf(graph, mask | reads | past).filter(
    (component) => component.filter((node) => node < graph.transactions).length > 1,
  );
  for (const component of components.slice(0, COMPONENTS_SHOWN_MAX)) {
    const cycle = worstCycle(graph, component, kinds, stepsMax);
    if (cycle === "undecided") undecided += 1;
    else if (cycle !== undefined) cycles.push(cycle);
  }
  return { cycles, undecided };
}
