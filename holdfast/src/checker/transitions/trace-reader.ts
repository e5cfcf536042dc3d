/**
 * From the rows of one thing to its trace. Attempts of one request (same id, same state) are one move, between the first
 * call and the first acknowledgement; a request that the audit lists took place. What was recorded after the last
 * trusted moment proves nothing, because what led to it may be missing: moves count as unknown, looks not at all.
 */
import type { History, OperationGroup } from "../../history/history.ts";
import { OUTCOME, PHASE } from "../../history/history.ts";
import type { Value } from "../../record/value.ts";
import { CodedNumbers } from "../coded-numbers.ts";
import { CodeMap, NONE } from "../invariants/code-map.ts";
import { memberOf } from "../member.ts";
import type { StateGraph } from "./state-graph.ts";
import { Trace } from "./trace.ts";

export class TraceReader {
  readonly trace: Trace = new Trace();
  readonly #history: History;
  /** By the code of an id: the place of its last move in the trace. */
  readonly #requests: CodeMap;
  readonly #states: CodedNumbers;
  readonly #versions: CodedNumbers;

  constructor(history: History, graph: StateGraph) {
    this.#history = history;
    this.#requests = new CodeMap(history.atoms.size);
    this.#states = new CodedNumbers(history.atoms, (value) =>
      graph.numberOf(memberOf(value, "state") ?? value),
    );
    this.#versions = new CodedNumbers(history.atoms, versionIn);
  }

  /** Merges moves and looks by invocation. The trace is good until the next call. */
  read(moves: OperationGroup | undefined, looks: OperationGroup | undefined): Trace {
    const { invokeNs } = this.#history.columns;
    this.trace.clear();
    this.#requests.clear();
    let look = looks?.from ?? 0;
    const lastLook = looks?.to ?? 0;
    for (let move = moves?.from ?? 0; move < (moves?.to ?? 0); move++) {
      const fromNs = invokeNs[move] as number;
      while (look < lastLook && (invokeNs[look] as number) < fromNs) this.#look(look++);
      this.#move(move);
    }
    while (look < lastLook) this.#look(look++);
    return this.trace;
  }

  #move(row: number): void {
    const { outcome, phase, id, value, result, invokeNs, returnNs } = this.#history.columns;
    const ok = outcome[row] === OUTCOME.ok;
    if (!ok && outcome[row] !== OUTCOME.unknown) return;
    const overNs = returnNs[row] as number;
    const certain = ok && overNs <= this.#history.facts.trustedUntilNs;
    const state = this.#states.of(value[row] as number);
    const version = ok ? this.#versions.of(result[row] as number) : Number.NaN;
    const { trace } = this;
    const sibling = id[row] === 0 ? NONE : this.#requests.get(id[row] as number);
    const request = value[row] === 0 ? sibling : this.#requestFor(state, sibling);
    if (request !== NONE) {
      if (certain) trace.byNs[request] = Math.min(trace.byNs[request] as number, overNs);
      if (Number.isNaN(trace.versions[request])) trace.versions[request] = version;
      return;
    }
    if (phase[row] === PHASE.audit) return;
    if (value[row] === 0)
      throw new RangeError("a transition must carry the state it leads to, got none");
    if (id[row] !== 0) this.#requests.set(id[row] as number, trace.size);
    const byNs = certain ? overNs : Number.POSITIVE_INFINITY;
    trace.add(row, state, true, invokeNs[row] as number, byNs, version);
    trace.siblings[trace.size - 1] = sibling;
  }

  /** Among the moves of one id the one to this state. There are no more of them than states. */
  #requestFor(state: number, first: number): number {
    const { states, siblings } = this.trace;
    let at = first;
    while (at !== NONE && states[at] !== state) at = siblings[at] as number;
    return at;
  }

  #look(row: number): void {
    const { outcome, result, invokeNs, returnNs } = this.#history.columns;
    const overNs = returnNs[row] as number;
    const code = result[row] as number;
    if (outcome[row] !== OUTCOME.ok || code === 0) return;
    if (overNs > this.#history.facts.trustedUntilNs) return;
    const fromNs = invokeNs[row] as number;
    this.trace.add(row, this.#states.of(code), false, fromNs, overNs, this.#versions.of(code));
  }
}

/** NaN where there is none. */
function versionIn(value: Value | undefined): number {
  const version = memberOf(value, "version") ?? value;
  return typeof version === "number" ? version : Number.NaN;
}
