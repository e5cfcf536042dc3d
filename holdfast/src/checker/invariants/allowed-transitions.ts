/**
 * Only allowed transitions: per key, what was acknowledged and what was read are some path of the declared graph, true
 * to real time. Rejected transitions are no evidence, because a system refuses for many reasons. Each key is decided
 * exactly, with bounded effort; where the system counts its transitions, by that count, in near-linear time.
 */
import type { OperationGroup } from "../../history/history.ts";
import type { Checker, Judgement, Question, Violation } from "../checker.ts";
import { proceed } from "../checker.ts";
import { clashOf } from "../transitions/clash.ts";
import { PathFinder } from "../transitions/path.ts";
import { StateGraph } from "../transitions/state-graph.ts";
import type { Trace } from "../transitions/trace.ts";
import { TraceReader } from "../transitions/trace-reader.ts";
import { VersionOrder } from "../transitions/version-order.ts";
import { counted, joined, shortened } from "../wording.ts";
import { companionsOf, keysOf, ownGroups } from "./companions.ts";
import { clashed, countedWrong, stuck } from "./transition-sentence.ts";

export const allowedTransitions: Checker = {
  needsEveryOperation: true,
  needsOverlap: false,
  check,
};

interface Tally {
  moves: number;
  looks: number;
  unknown: number;
}

function check(question: Question): Judgement {
  const { invariant, history, stop } = question;
  const { options } = invariant;
  const graph = new StateGraph(options["graph"]);
  const initial = graph.numberOf(options["initial"]);
  if (initial < 0) {
    throw new RangeError(
      `initial must be a state of the graph, got ${JSON.stringify(options["initial"])}`,
    );
  }
  const moves = ownGroups(question);
  const reads = companionsOf(question, "reads");
  const look = typeof options["reads"] === "string" ? options["reads"] : "";
  const finder = new PathFinder(graph, initial, stop, { move: invariant.operation, look });
  const versions = new VersionOrder(graph, initial);
  const decider: Decider = { question, graph, initial, finder, versions };
  const reader = new TraceReader(history, graph);
  const tally: Tally = { moves: 0, looks: 0, unknown: 0 };
  const violations: Violation[] = [];
  const undecided: string[] = [];
  for (const group of keysOf(moves, reads)) {
    proceed(question);
    const { key } = group;
    const trace = reader.read(moves.get(group), reads.get(group));
    note(trace, tally);
    const broken = decide(decider, key, trace);
    if (broken === "undecided") undecided.push(shortened(key));
    else if (broken !== undefined) violations.push(broken);
  }
  return { violations, held: held(tally, question.groups), missing: missing(undecided) };
}

function note({ size, moves, byNs }: Trace, tally: Tally): void {
  for (let at = 0; at < size; at++) {
    if (moves[at] === 0) tally.looks += 1;
    else if (byNs[at] === Number.POSITIVE_INFINITY) tally.unknown += 1;
    else tally.moves += 1;
  }
}

function held({ moves, looks, unknown }: Tally, groups: readonly OperationGroup[]): string {
  return joined([
    `${counted(moves, "transition")} on ${counted(groups.length, "key")}, all allowed`,
    looks > 0 && `${counted(looks, "state")} read`,
    unknown > 0 && `${counted(unknown, "unknown outcome")} considered`,
  ]);
}

function missing(undecided: readonly string[]): string | undefined {
  const [first] = undecided;
  if (first === undefined) return undefined;
  return (
    `${counted(undecided.length, "key")} could not be decided within the bounds of the search ` +
    `(first: ${first})`
  );
}

interface Decider {
  readonly question: Question;
  readonly graph: StateGraph;
  readonly initial: number;
  readonly finder: PathFinder;
  readonly versions: VersionOrder;
}

function decide(
  { question, graph, initial, finder, versions }: Decider,
  key: string,
  trace: Trace,
): Violation | "undecided" | undefined {
  const seen = { history: question.history, key, trace, graph };
  if (question.invariant.options["version"] === true) {
    const breach = versions.check(trace);
    return breach === undefined ? undefined : countedWrong(seen, breach, initial);
  }
  const breach = finder.check(trace);
  if (breach === undefined) return undefined;
  // Where two of them clash, that is a proof, however hard the search was.
  const clash = clashOf(trace, graph, initial);
  if (clash !== undefined) return clashed(seen, clash, initial);
  return breach === "undecided" ? breach : stuck(seen, breach);
}
