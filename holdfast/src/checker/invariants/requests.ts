/**
 * The requests of one key. Attempts that share an id are one request: it has at most one effect, somewhere between its
 * first attempt and its first acknowledgement. This is where timeouts are resolved:
 *
 *     attempt 1   ├──────────── unknown ─ ─ ─        the request's effect lies in [first invoke, first ok return];
 *     attempt 2              ├────┤ ok               seen only by the audit, in [first invoke, audit];
 *     audit                            ● listed      never acknowledged nor listed: perhaps never.
 *
 * The audit proves absence only where it is known to be whole: it ran to its end, it lists this key, every row of it
 * has an id, and no acknowledged request is missing from it.
 *
 * One table is loaded with one key after another, so that its arrays are allocated once.
 */
import type { History, OperationColumns, OperationGroup } from "../../history/history.ts";
import { auditIsWhole, OUTCOME, PHASE } from "../../history/history.ts";
import { CodedNumbers } from "../coded-numbers.ts";
import { roomFor } from "../room.ts";
import { CodeMap, NONE } from "./code-map.ts";

/** A request that provably had more than one effect: another row with another result. */
export interface ExtraEffect {
  readonly request: number;
  readonly row: number;
  readonly audit: boolean;
}

export class RequestTable {
  readonly #columns: OperationColumns;
  readonly #history: History;
  /** Requests by the code of their id, and by the code of the first result that they were acknowledged with. */
  readonly #byId: CodeMap;
  readonly #byResult: CodeMap;
  readonly #extraResults = new Set<number>();
  readonly #quantities: CodedNumbers;
  /** The first row that may have had an effect and whose value is a number but no quantity. */
  #oddRow = NONE;

  /** The key it is loaded with. */
  group: OperationGroup = { name: "", key: "", keyCode: 0, from: 0, to: 0 };
  /** How many requests there are. They are numbered in order of their first attempt. */
  count = 0;
  /** When the first attempt that may have had the effect was sent. */
  invokeNs: Float64Array = new Float64Array(0);
  /** When the first acknowledgement was in; infinite without one. */
  acknowledgedNs: Float64Array = new Float64Array(0);
  /** Row of the first attempt. */
  firstRow: Int32Array = new Int32Array(0);
  /** Row of the earliest acknowledgement, of the first unknown attempt, of the first mention in the audit; -1 for none. */
  okRow: Int32Array = new Int32Array(0);
  unknownRow: Int32Array = new Int32Array(0);
  auditRow: Int32Array = new Int32Array(0);
  /** How often the audit lists it. */
  auditRows: Uint32Array = new Uint32Array(0);
  attempts: Uint32Array = new Uint32Array(0);
  /** What it asks for: its `value` where that is a number, else 1. Of attempts that differ, the least. */
  quantity: Float64Array = new Float64Array(0);
  /** By how much more it may have been: above 0 only where attempts of one id asked for different quantities. */
  spare: Float64Array = new Float64Array(0);
  /** Rows of the first acknowledgement and the first mention in the audit that have a result; -1 for none. */
  okResultRow: Int32Array = new Int32Array(0);
  auditResultRow: Int32Array = new Int32Array(0);

  /** Further effects, proven by further results of the same request. */
  readonly extras: ExtraEffect[] = [];
  /** Rows of the audit that belong to no request. */
  readonly phantomRows: number[] = [];
  /** Attempts that were rejected, in order of invocation. */
  readonly rejectedRows: number[] = [];
  /** Rows of the audit in all. */
  auditedRows = 0;
  /** True when what the audit does not list did not happen before it. */
  absenceProven = false;
  /** True when every acknowledgement can be compared with every row of the audit, by id or by result. */
  comparable = true;
  /** True when some request was attempted more than once. */
  repeated = false;
  /** Attempts with an unknown outcome and no id: any unexplained row of the audit may be theirs. */
  anonymousUnknowns = 0;

  constructor(history: History) {
    this.#history = history;
    this.#columns = history.columns;
    this.#quantities = new CodedNumbers(history.atoms, (value) =>
      typeof value === "number" ? value : 1,
    );
    this.#byId = new CodeMap(history.atoms.size);
    this.#byResult = new CodeMap(history.atoms.size);
  }

  /** True when the request certainly had its effect. */
  happened(request: number): boolean {
    return this.proof(request) !== NONE;
  }

  /** True when nothing is known: it may have had its effect at any time after it was sent. */
  undecided(request: number): boolean {
    const unresolved = !this.happened(request) && (this.unknownRow[request] as number) >= 0;
    if (!unresolved) return false;
    return !this.absenceProven || this.#columns.id[this.firstRow[request] as number] === 0;
  }

  /** The row that proves that the request had its effect; -1 when none does. */
  proof(request: number): number {
    const ok = this.okRow[request] as number;
    return ok >= 0 ? ok : (this.auditRow[request] as number);
  }

  /** A code that tells stored rows apart: of its result, else of its id; 0 when it has neither. */
  identityOf(row: number): number {
    const result = this.#columns.result[row] as number;
    return result === 0 ? (this.#columns.id[row] as number) : result;
  }

  /** True when one of the request's acknowledgements gave this result, as a code. */
  acknowledgedWith(request: number, code: number): boolean {
    if (this.#columns.result[this.okResultRow[request] as number] === code) return true;
    return this.#extraResults.has(this.#extraResult(request, code, false));
  }

  /** What a row asks for: its `value` where that is a number, else 1. Throws when that is no whole number from 0 up. */
  quantityOf(row: number): number {
    const quantity = this.#numberIn(row);
    if (isQuantity(quantity)) return quantity;
    throw new RangeError(`a quantity must be a whole number from 0 up, got ${quantity}`);
  }

  /** To be called before `quantity` is read: throws when one of them is no whole number from 0 up. */
  requireQuantities(): void {
    if (this.#oddRow !== NONE) this.quantityOf(this.#oddRow);
  }

  #numberIn(row: number): number {
    const code = this.#columns.value[row] as number;
    return code === 0 ? 1 : this.#quantities.of(code);
  }

  /** For those who do not count, a value is what it likes. */
  #asked(row: number): number {
    const quantity = this.#numberIn(row);
    if (isQuantity(quantity)) return quantity;
    if (this.#oddRow === NONE) this.#oddRow = row;
    return 1;
  }

  /** The request of this key that shares the row's id; -1 when the row has none. */
  requestWithIdOf(row: number): number {
    const id = this.#columns.id[row] as number;
    return id === 0 ? NONE : this.#byId.get(id);
  }

  /** All rows of the audit that list a request. Walks the key: for the few that are shown. */
  rowsStored(request: number): number[] {
    const { phase, outcome } = this.#columns;
    const rows: number[] = [];
    for (let row = this.group.from; row < this.group.to; row++) {
      const listed = phase[row] === PHASE.audit && outcome[row] === OUTCOME.ok;
      if (listed && this.#requestOf(row) === request) rows.push(row);
    }
    return rows;
  }

  /** Forgets the key before, and takes in the operations of this one. */
  load(group: OperationGroup): void {
    this.group = group;
    this.#clear(group.to - group.from);
    const { phase } = this.#columns;
    let audit = false;
    for (let row = group.from; row < group.to; row++) {
      if (phase[row] === PHASE.audit) audit = true;
      else this.#attempt(row);
    }
    if (audit) for (let row = group.from; row < group.to; row++) this.#audited(row);
    this.#concludeAudit();
  }

  #attempt(row: number): void {
    const columns = this.#columns;
    const outcome = columns.outcome[row] as number;
    const id = columns.id[row] as number;
    if (outcome === OUTCOME.rejected) this.rejectedRows.push(row);
    const possible = outcome === OUTCOME.ok || outcome === OUTCOME.unknown;
    if (id === 0 && !possible) return;
    let request = id === 0 ? NONE : this.#byId.get(id);
    if (request === NONE) {
      request = this.#add(row);
      if (id !== 0) this.#byId.set(id, request);
    } else this.repeated = true;
    this.attempts[request] = (this.attempts[request] as number) + 1;
    if (!possible) return;

    const first = (this.okRow[request] as number) < 0 && (this.unknownRow[request] as number) < 0;
    if (first) {
      this.invokeNs[request] = columns.invokeNs[row] as number;
      this.quantity[request] = this.#asked(row);
    } else this.#maybeOther(request, row);
    if (outcome === OUTCOME.ok) this.#acknowledged(request, row);
    else {
      if (id === 0) this.anonymousUnknowns += 1;
      if ((this.unknownRow[request] as number) < 0) this.unknownRow[request] = row;
    }
  }

  /** What an attempt asked for that was sent before the request was acknowledged may be what it got. */
  #maybeOther(request: number, row: number): void {
    const late = (this.#columns.invokeNs[row] as number) > (this.acknowledgedNs[request] as number);
    const before = this.quantity[request] as number;
    const other = late ? before : this.#asked(row);
    if (other === before) return;
    const most = Math.max(other, before + (this.spare[request] as number));
    this.quantity[request] = Math.min(other, before);
    this.spare[request] = most - Math.min(other, before);
  }

  #add(row: number): number {
    const request = this.count++;
    this.firstRow[request] = row;
    this.invokeNs[request] = this.#columns.invokeNs[row] as number;
    this.acknowledgedNs[request] = Number.POSITIVE_INFINITY;
    this.okRow[request] = NONE;
    this.unknownRow[request] = NONE;
    this.auditRow[request] = NONE;
    this.auditRows[request] = 0;
    this.attempts[request] = 0;
    this.quantity[request] = 1;
    this.spare[request] = 0;
    this.okResultRow[request] = NONE;
    this.auditResultRow[request] = NONE;
    return request;
  }

  #acknowledged(request: number, row: number): void {
    const { result, returnNs } = this.#columns;
    const returned = returnNs[row] as number;
    if (returned < (this.acknowledgedNs[request] as number)) {
      this.okRow[request] = row;
      this.acknowledgedNs[request] = returned;
    }
    const code = result[row] as number;
    if (code === 0) return;
    this.#noteResult(this.okResultRow, request, row, false);
    if (this.#byResult.get(code) === NONE) this.#byResult.set(code, request);
  }

  #audited(row: number): void {
    const { phase, outcome } = this.#columns;
    if (phase[row] !== PHASE.audit || outcome[row] !== OUTCOME.ok) return;
    this.auditedRows += 1;
    const request = this.#requestOf(row);
    if (request === NONE) {
      this.phantomRows.push(row);
      return;
    }
    if (this.auditRow[request] === NONE) this.auditRow[request] = row;
    this.auditRows[request] = (this.auditRows[request] as number) + 1;
    this.#noteResult(this.auditResultRow, request, row, true);
  }

  /** By id; by result only where one of the two has no id, because two ids are two requests. */
  #requestOf(row: number): number {
    const { id, result } = this.#columns;
    const idCode = id[row] as number;
    const byId = idCode === 0 ? NONE : this.#byId.get(idCode);
    const code = result[row] as number;
    if (byId !== NONE || code === 0) return byId;
    const byResult = this.#byResult.get(code);
    if (byResult === NONE || idCode === 0) return byResult;
    return id[this.firstRow[byResult] as number] === 0 ? byResult : NONE;
  }

  /** Rows of one request prove several effects only by results that differ. */
  #noteResult(first: Int32Array, request: number, row: number, audit: boolean): void {
    const { result } = this.#columns;
    const code = result[row] as number;
    if (code === 0) return;
    const before = first[request] as number;
    if (before < 0) first[request] = row;
    if (before < 0 || result[before] === code) return;
    const pair = this.#extraResult(request, code, audit);
    if (this.#extraResults.has(pair)) return;
    this.#extraResults.add(pair);
    this.extras.push({ request, row, audit });
  }

  #extraResult(request: number, code: number, audit: boolean): number {
    return (request * this.#history.atoms.size + code) * 2 + (audit ? 1 : 0);
  }

  #concludeAudit(): void {
    if (this.auditedRows === 0) return;
    const { id, result } = this.#columns;
    const facts = { ids: true, results: true, allListed: true };
    const look = (row: number): void => {
      if (id[row] === 0) facts.ids = false;
      if (result[row] === 0) facts.results = false;
    };
    for (const row of this.phantomRows) look(row);
    for (let request = 0; request < this.count; request++) {
      const ok = this.okRow[request] as number;
      const audited = this.auditRow[request] as number;
      if (ok >= 0) look(ok);
      if (audited !== NONE) look(audited);
      else if (ok >= 0) facts.allListed = false;
    }
    this.comparable = facts.ids || facts.results;
    this.absenceProven = auditIsWhole(this.#history) && facts.ids && facts.allListed;
  }

  #clear(rows: number): void {
    this.#byId.clear();
    this.#byResult.clear();
    this.#extraResults.clear();
    this.count = 0;
    this.extras.length = 0;
    this.phantomRows.length = 0;
    this.rejectedRows.length = 0;
    this.auditedRows = 0;
    this.absenceProven = false;
    this.comparable = true;
    this.anonymousUnknowns = 0;
    this.repeated = false;
    this.#oddRow = NONE;
    const size = roomFor(rows, this.invokeNs.length);
    if (size === this.invokeNs.length) return;
    this.invokeNs = new Float64Array(size);
    this.acknowledgedNs = new Float64Array(size);
    this.firstRow = new Int32Array(size);
    this.okRow = new Int32Array(size);
    this.unknownRow = new Int32Array(size);
    this.auditRow = new Int32Array(size);
    this.auditRows = new Uint32Array(size);
    this.attempts = new Uint32Array(size);
    this.quantity = new Float64Array(size);
    this.spare = new Float64Array(size);
    this.okResultRow = new Int32Array(size);
    this.auditResultRow = new Int32Array(size);
  }
}

function isQuantity(number: number): boolean {
  return Number.isSafeInteger(number) && number >= 0;
}

const NO_PIECES: readonly number[] = [];

/** Numbers some of which add up to any from 0 to `spare`: between what two attempts asked for a third may have asked. */
export function piecesOf(spare: number): readonly number[] {
  if (spare === 0) return NO_PIECES;
  const pieces: number[] = [];
  let left = spare;
  for (let piece = 1; left > 0; piece *= 2) {
    pieces.push(Math.min(piece, left));
    left -= piece;
  }
  return pieces;
}
