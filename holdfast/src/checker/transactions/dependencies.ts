/** From what was observed to the graph of which transaction must come before which. Linear but for the sort of returns. */
import { placeOf } from "../ascending.ts";
import { EDGE, Graph } from "./graph.ts";
import type { Elements, List, Observations } from "./lists.ts";
import { NONE } from "./lists.ts";
import type { Transaction } from "./transaction.ts";

export function dependenciesOf(
  transactions: readonly Transaction[],
  observations: Observations,
  orders: { process: boolean; realTime: boolean },
): Graph {
  const graph = new Graph(transactions.length);
  addListEdges(transactions, observations, graph);
  if (orders.process) addProcessEdges(transactions, graph);
  if (orders.realTime) addTimeEdges(transactions, graph);
  graph.close();
  return graph;
}

/** Who wrote each element in the order of a list, and the joint before all that was appended behind its end. */
interface Written {
  readonly writers: Int32Array;
  readonly beyond: number;
}

function addListEdges(
  transactions: readonly Transaction[],
  { lists, elements, reads }: Observations,
  graph: Graph,
): void {
  const tookPlace = Uint8Array.from(transactions, ({ outcome }) => Number(outcome !== "failed"));
  const written = Array.from(lists.values(), (list) => writtenIn(list, elements, tookPlace, graph));
  for (let i = 0; i < reads.lengths.length; i++) {
    const reader = reads.transactions.at(i);
    const length = reads.lengths.at(i);
    const { writers, beyond } = written[reads.lists.at(i)] as Written;
    // A list that contradicts the order says nothing more.
    if (length > writers.length) continue;
    const seen = length === 0 ? NONE : (writers[length - 1] as number);
    if (seen !== NONE) graph.add(seen, reader, EDGE.wr);
    let next = length;
    while (writers[next] === NONE) next += 1;
    if (next < writers.length) graph.add(reader, writers[next] as number, EDGE.rw);
    else if (beyond !== NONE) graph.add(reader, beyond, EDGE.rw);
  }
}

/**
 * A transaction of which nobody saw anything is taken along, as if it had taken place, whatever its outcome: nothing has
 * to come behind it, so that it is in no circle.
 */
function writtenIn(list: List, elements: Elements, tookPlace: Uint8Array, graph: Graph): Written {
  const writers = Int32Array.from(list.orderNumbers, (element) => {
    const writer = elements.writers[element] as number;
    return tookPlace[writer] === 1 ? writer : NONE;
  });
  let last = NONE;
  for (const writer of writers) {
    if (writer === NONE) continue;
    if (last !== NONE) graph.add(last, writer, EDGE.ww);
    last = writer;
  }
  // What took place and is in no list that anybody saw was appended behind all of them.
  let beyond = NONE;
  for (const element of list.numbers.values()) {
    if (elements.places[element] !== NONE) continue;
    if (beyond === NONE) {
      beyond = graph.joint();
      if (last !== NONE) graph.add(last, beyond, EDGE.ww);
    }
    graph.add(beyond, elements.writers[element] as number, EDGE.ww);
  }
  return { writers, beyond };
}

function addProcessEdges(transactions: readonly Transaction[], graph: Graph): void {
  const last = new Map<number, number>();
  for (const [place, { process, outcome, invokeNs }] of transactions.entries()) {
    if (outcome === "failed") continue;
    const before = last.get(process);
    if (before !== undefined && (transactions[before] as Transaction).returnNs <= invokeNs) {
      graph.add(before, place, EDGE.process);
    }
    last.set(process, place);
  }
}

/**
 * One joint per instant at which something returned, in a chain: who returned by then comes before it, who began after
 * it comes behind it.
 *
 *     T1 → (5 ms) → (8 ms) → T3         T1 returned at 5 ms, T2 at 8 ms, T3 began at 9 ms
 *            T2 ----↗
 */
function addTimeEdges(transactions: readonly Transaction[], graph: Graph): void {
  const instants = returnsOf(transactions);
  const first = graph.nodes;
  graph.instantsFrom = first;
  for (const i of instants.keys()) {
    const joint = graph.joint();
    if (i > 0) graph.add(joint - 1, joint, EDGE.realTime);
  }
  for (const [place, { outcome, invokeNs, returnNs }] of transactions.entries()) {
    const before = placeOf(instants, instants.length, invokeNs, false);
    if (before > 0) graph.add(first + before - 1, place, EDGE.realTime);
    if (outcome === "ok") {
      graph.add(place, first + placeOf(instants, instants.length, returnNs, false), EDGE.realTime);
    }
  }
}

/** Every instant at which something returned, once. */
function returnsOf(transactions: readonly Transaction[]): Float64Array {
  const ok = transactions.filter(({ outcome }) => outcome === "ok");
  const sorted = Float64Array.from(ok, ({ returnNs }) => returnNs).sort();
  let count = 0;
  for (const instant of sorted) if (sorted[count - 1] !== instant) sorted[count++] = instant;
  return sorted.subarray(0, count);
}
