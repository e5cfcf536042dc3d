/**
 * A history as checkers see it: operations as columns, grouped by what they act upon (one name and one key), each group
 * in order of invocation. A checker walks the rows `from`..`to` of a group with plain array reads; values are codes of
 * `atoms` and become values only where a person will read them.
 *
 * Intervals may be wider than they were, never narrower: invocations are rounded down and returns up.
 */
import type { Operation, Phase } from "../record/operation.ts";
import { PHASES } from "../record/operation.ts";
import type { Outcome, OutcomeRule } from "../record/outcome.ts";
import { OUTCOME_RULES, OUTCOMES, RULE } from "../record/outcome.ts";
import type { Value } from "../record/value.ts";
import { Atoms } from "./atoms.ts";
import type { RowColumns } from "./row-table.ts";
import { RowTable } from "./row-table.ts";
import { orderInTime, sortRows } from "./sort-rows.ts";

export interface History {
  readonly facts: HistoryFacts;
  /** Operations in all. */
  readonly size: number;
  readonly columns: OperationColumns;
  /** In order of their first invocation. */
  readonly groups: readonly OperationGroup[];
  /** Distinct keys, over all names. */
  readonly keyCount: number;
  readonly atoms: Atoms;
  readonly rules: readonly OutcomeRule[];
  /** The groups of one name, in the same order. */
  groupsOf(name: string): readonly OperationGroup[];
  /** The operation of one row, decoded. */
  operation(row: number): Operation;
}

/** What is known of the history as a whole. */
export interface HistoryFacts {
  /** False when Holdfast did not live to end the run: then the last moments are missing. */
  finished: boolean;
  /** Before this time nothing is missing; infinite when the run ended. */
  trustedUntilNs: number;
  /** Operations that took place and are not in the history; at least. */
  lostRecords: number;
  /** True when the audit ran to its end. */
  auditComplete: boolean;
  /** True when the audit recorded anything, be it in another part of the history. */
  audited: boolean;
}

/** All operations in order of invocation, for those who look at each by itself. */
export interface RowsInTime {
  readonly rows: number;
  /** Column `group` is an index of `groups`. */
  readonly columns: RowColumns;
  readonly groups: readonly GroupName[];
  readonly atoms: Atoms;
  readonly rules: readonly OutcomeRule[];
}

export interface GroupName {
  readonly name: string;
  readonly key: string;
}

/** All rows of one operation name and one key: `from` up to, not including, `to`. */
export interface OperationGroup {
  readonly name: string;
  readonly key: string;
  /** Of equal keys the same, whatever the name; below `keyCount`. What belongs together is found by it. */
  readonly keyCode: number;
  readonly from: number;
  readonly to: number;
}

export interface OperationColumns {
  /** Place of the operation in the order of invocation of the whole history. */
  readonly index: Uint32Array;
  readonly invokeNs: Float64Array;
  /** When the client knew or gave up. Of an `unknown` outcome a checker must take it as infinite. */
  readonly returnNs: Float64Array;
  readonly process: Uint32Array;
  readonly phase: Uint8Array;
  readonly rule: Uint8Array;
  /** Code in OUTCOMES. */
  readonly outcome: Uint8Array;
  readonly status: Uint16Array;
  /** Codes of `atoms`, 0 for none. */
  readonly id: Uint32Array;
  readonly value: Uint32Array;
  readonly result: Uint32Array;
}

/** The codes of the outcomes in `columns.outcome`. */
export const OUTCOME: Readonly<Record<Outcome, number>> = {
  ok: OUTCOMES.indexOf("ok"),
  rejected: OUTCOMES.indexOf("rejected"),
  failed: OUTCOMES.indexOf("failed"),
  unknown: OUTCOMES.indexOf("unknown"),
};

/** The codes of the phases in `columns.phase`. */
export const PHASE: Readonly<Record<Phase, number>> = {
  setup: PHASES.indexOf("setup"),
  load: PHASES.indexOf("load"),
  audit: PHASES.indexOf("audit"),
};

/** Takes rows in any order and makes a History of them. */
export class HistoryBuilder {
  readonly atoms: Atoms;
  readonly #rules: readonly OutcomeRule[];
  readonly #groupCodes = new Map<string, Map<string, number>>();
  readonly #keyCodes = new Map<string, number>();
  readonly #groups: Pick<OperationGroup, "name" | "key" | "keyCode">[] = [];
  readonly #table = new RowTable();

  constructor(rules: readonly OutcomeRule[] = OUTCOME_RULES, atoms: Atoms = new Atoms()) {
    this.#rules = rules;
    this.atoms = atoms;
  }

  /** The code of a name and a key, for `add`. */
  groupOf(name: string, key: string): number {
    let keys = this.#groupCodes.get(name);
    if (keys === undefined) this.#groupCodes.set(name, (keys = new Map()));
    let code = keys.get(key);
    if (code === undefined) {
      code = this.#groups.push({ name, key, keyCode: this.#keyCodeOf(key) }) - 1;
      keys.set(key, code);
    }
    return code;
  }

  #keyCodeOf(key: string): number {
    let code = this.#keyCodes.get(key);
    if (code === undefined) this.#keyCodes.set(key, (code = this.#keyCodes.size));
    return code;
  }

  /** Times are rounded outwards. `outcome` is a code of OUTCOMES; id, value and result are codes of `atoms`. */
  add(
    group: number,
    invokeNs: number,
    returnNs: number,
    process: number,
    phase: number,
    rule: number,
    outcome: number,
    status: number,
    id: number,
    value: number,
    result: number,
  ): void {
    const from = Math.floor(invokeNs);
    const to = Math.max(from, Math.ceil(returnNs));
    this.#table.add(group, from, to, process, phase, rule, outcome, status, id, value, result);
  }

  /** Makes room for this many rows at once: growing step by step takes up to three times the memory. */
  reserve(rows: number): void {
    this.#table.reserve(rows);
  }

  /** All rows added, in order of invocation. The builder is of no use afterwards. */
  inTime(): RowsInTime {
    this.atoms.freeze();
    const { rows } = this.#table;
    const columns = this.#table.inOrder(orderInTime(this.#table.orderedBy().invokeNs, rows));
    return { rows, columns, groups: this.#groups, atoms: this.atoms, rules: this.#rules };
  }

  /** The history of all rows added. The builder is of no use afterwards. */
  build(facts: Omit<HistoryFacts, "audited"> & Partial<HistoryFacts>): History {
    if (this.atoms.isPlain) this.#table.recode(this.atoms.merge());
    this.atoms.freeze();
    const keys = this.#table.orderedBy();
    const { order, rank } = sortRows(keys.group, keys.invokeNs, this.#table.rows);
    const { group, ...columns } = this.#table.inOrder(order);
    // Where the rank was kept by row it is now kept by place.
    const index = keys.group;
    for (let to = 0; to < index.length; to++) index[to] = rank[order[to] as number] as number;

    const groups: OperationGroup[] = [];
    for (let from = 0; from < group.length;) {
      const code = group[from] as number;
      let to = from + 1;
      while (to < group.length && group[to] === code) to += 1;
      const { name, key, keyCode } = this.#groups[code] as OperationGroup;
      groups.push({ name, key, keyCode, from, to });
      from = to;
    }
    groups.sort((a, b) => (index[a.from] as number) - (index[b.from] as number));
    const audited = facts.audited ?? columns.phase.includes(PHASE.audit);
    const told = { ...facts, audited };
    const keyCount = this.#keyCodes.size;
    return new ColumnHistory(
      told,
      { index, ...columns },
      groups,
      keyCount,
      this.atoms,
      this.#rules,
    );
  }
}

class ColumnHistory implements History {
  readonly facts: HistoryFacts;
  readonly columns: OperationColumns;
  readonly groups: readonly OperationGroup[];
  readonly keyCount: number;
  readonly atoms: Atoms;
  readonly rules: readonly OutcomeRule[];
  readonly #byName: ReadonlyMap<string, readonly OperationGroup[]>;
  readonly #byRow: OperationGroup[];

  constructor(
    facts: HistoryFacts,
    columns: OperationColumns,
    groups: readonly OperationGroup[],
    keyCount: number,
    atoms: Atoms,
    rules: readonly OutcomeRule[],
  ) {
    this.facts = facts;
    this.columns = columns;
    this.groups = groups;
    this.atoms = atoms;
    this.rules = rules;
    this.keyCount = keyCount;
    this.#byName = Map.groupBy(groups, ({ name }) => name);
    this.#byRow = groups.toSorted((a, b) => a.from - b.from);
  }

  get size(): number {
    return this.columns.index.length;
  }

  groupsOf(name: string): readonly OperationGroup[] {
    return this.#byName.get(name) ?? [];
  }

  operation(row: number): Operation {
    const { columns, atoms } = this;
    const { name, key } = this.#groupAt(row);
    const id = atoms.value(columns.id[row] as number);
    return {
      index: columns.index[row] as number,
      name,
      phase: PHASES[columns.phase[row] as number] as Phase,
      process: columns.process[row] as number,
      key,
      id: id === undefined ? undefined : textOf(id),
      value: atoms.value(columns.value[row] as number),
      result: atoms.value(columns.result[row] as number),
      invokeNs: columns.invokeNs[row] as number,
      returnNs: columns.returnNs[row] as number,
      outcome: OUTCOMES[columns.outcome[row] as number] as Outcome,
      rule: columns.rule[row] as number,
      status: columns.status[row] as number,
    };
  }

  #groupAt(row: number): OperationGroup {
    let low = 0;
    let high = this.#byRow.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.#byRow[middle] as OperationGroup).from <= row) low = middle;
      else high = middle - 1;
    }
    return this.#byRow[low] as OperationGroup;
  }
}

/** True when the audit ran to its end and nothing of it is lost: what it does not list was not there. */
export function auditIsWhole(history: History): boolean {
  return history.facts.auditComplete && history.facts.lostRecords === 0;
}

/** A value as a person would write it: texts as they are, the rest as JSON. */
export function textOf(value: Value): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A whole history from operations in memory, in any order; their `index` is dealt out anew. */
export function historyOf(
  operations: Iterable<Omit<Operation, "index">>,
  facts: Partial<HistoryFacts> = {},
): History {
  const builder = new HistoryBuilder();
  for (const operation of operations) {
    builder.add(
      builder.groupOf(operation.name, operation.key),
      operation.invokeNs,
      operation.returnNs,
      operation.process,
      PHASES.indexOf(operation.phase),
      operation.rule,
      OUTCOMES.indexOf(operation.outcome),
      operation.status,
      builder.atoms.codeOf(operation.id),
      builder.atoms.codeOf(operation.value),
      builder.atoms.codeOf(operation.result),
    );
  }
  return builder.build({
    finished: true,
    trustedUntilNs: Number.POSITIVE_INFINITY,
    lostRecords: 0,
    auditComplete: false,
    ...facts,
  });
}

/** The rule of an outcome that was said by somebody else, in a history recorded elsewhere. */
export const SAID_RULE: Readonly<Record<Outcome, number>> = {
  ok: RULE.saidOk,
  rejected: RULE.saidRejected,
  failed: RULE.saidFailed,
  unknown: RULE.saidUnknown,
};
