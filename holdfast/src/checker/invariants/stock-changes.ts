/**
 * Stock that comes back: what the sales of one key took, and what restocks, cancelled sales and expired holds may have
 * given back, as changes of one level.
 *
 *     sale          ├─────┤ ok                       takes its units between here and there
 *     cancel                  ├────┤ ok              gives them back between here and there
 *     hold          ├─────┤ ok          ├─ ─ ─┤      gives them back by itself from `ttlMin` after its beginning
 *                                                    to `ttlMax` after its end, unless it was confirmed
 *
 * A cancel and a confirmation belong to the sale with their id. Of a sale that was not certain by then nothing is
 * certain to come back; a confirmation that timed out leaves open whether a hold expires; both favour the system.
 */
import type { History, OperationGroup } from "../../history/history.ts";
import type { Invariant } from "../../record/invariant.ts";
import type { Question } from "../checker.ts";
import { Level } from "../level.ts";
import type { GroupsByKey } from "./companions.ts";
import { companionsNamed, companionsOf } from "./companions.ts";
import { addRefusals } from "./money.ts";
import { piecesOf, RequestTable } from "./requests.ts";
import { distinctExtras, distinctPhantoms } from "./sales.ts";

const NEVER = Number.POSITIVE_INFINITY;

/** True when the invariant says that units may come back. */
export function stockReturns({ options }: Invariant): boolean {
  return ["restock", "cancel", "hold"].some((option) => options[option] !== undefined);
}

/** How the units of one sale may come back, by a cancel or by themselves. */
interface Return {
  /** Of the cancel, or of the sale that gives its units back by itself. */
  readonly row: number;
  readonly amount: number;
  readonly fromNs: number;
  readonly byNs: number;
}

/** What the invariant says of a sale that only holds its units. */
interface HoldOption {
  readonly minNs: number;
  readonly maxNs: number;
  /** The operation that makes it a sale. */
  readonly confirm?: string;
}

export class StockChanges {
  readonly level: Level = new Level(0);
  /** Refusals of the key at hand. */
  refused = 0;
  undecided = 0;
  readonly #question: Question;
  readonly #history: History;
  readonly #restocks: GroupsByKey;
  readonly #cancelGroups: GroupsByKey;
  readonly #confirmations: GroupsByKey;
  readonly #hold: HoldOption | undefined;
  /** For the companions, one after the other, while `question.requests` holds the sales. */
  readonly #others: RequestTable;
  readonly #cancels = new Map<number, Return>();
  /** Holds that were confirmed: `true` for certain. */
  readonly #confirmed = new Map<number, boolean>();

  constructor(question: Question) {
    const { history, invariant } = question;
    this.#question = question;
    this.#history = history;
    this.#restocks = companionsOf(question, "restock");
    this.#cancelGroups = companionsOf(question, "cancel");
    this.#hold = invariant.options["hold"] as HoldOption | undefined;
    this.#confirmations = companionsNamed(question, this.#hold?.confirm ?? "");
    this.#others = new RequestTable(history);
  }

  /** Fills the level with what is known of a group's key; `question.requests` must hold its sales. */
  load(on: OperationGroup, stock: number): void {
    this.level.begin(stock);
    this.undecided = 0;
    this.#cancels.clear();
    this.#confirmed.clear();
    this.#readCancels(this.#cancelGroups.get(on));
    this.#readConfirmations(this.#confirmations.get(on));
    this.#addSales();
    this.#addRestocks(this.#restocks.get(on));
    const tally = { debits: 0, debited: 0, refused: 0, readings: 0, undecided: 0, resolved: 0 };
    addRefusals(this.#question, this.level, tally, () => true);
    this.refused = tally.refused;
  }

  #readCancels(group: OperationGroup | undefined): void {
    if (group === undefined) return;
    const cancels = this.#others;
    const { requests } = this.#question;
    const { value } = this.#history.columns;
    cancels.load(group);
    cancels.requireQuantities();
    for (let cancel = 0; cancel < cancels.count; cancel++) {
      if (!this.#possible(cancel)) continue;
      const first = cancels.firstRow[cancel] as number;
      const sale = requests.requestWithIdOf(first);
      const fromNs = cancels.invokeNs[cancel] as number;
      const stated = value[first] !== 0 || sale < 0;
      this.#maybeMore(cancels, cancel, 1);
      const amount = (stated ? cancels.quantity[cancel] : requests.quantity[sale]) as number;
      // Whoever cancels what nobody sold may be told yes, and nothing comes back.
      if (sale < 0) this.level.change(first, amount, fromNs, NEVER);
      else {
        const row = cancels.happened(cancel) ? cancels.proof(cancel) : first;
        this.#cancels.set(sale, { row, amount, fromNs, byNs: this.#provenNs(cancel) });
      }
    }
  }

  #readConfirmations(group: OperationGroup | undefined): void {
    if (group === undefined) return;
    const confirmations = this.#others;
    confirmations.load(group);
    for (let confirmation = 0; confirmation < confirmations.count; confirmation++) {
      if (!this.#possible(confirmation)) continue;
      const first = confirmations.firstRow[confirmation] as number;
      const sale = this.#question.requests.requestWithIdOf(first);
      if (sale >= 0) this.#confirmed.set(sale, confirmations.happened(confirmation));
    }
  }

  #addSales(): void {
    const { requests } = this.#question;
    requests.requireQuantities();
    for (let request = 0; request < requests.count; request++) {
      const happened = requests.happened(request);
      if (!happened && !requests.undecided(request)) continue;
      if (!happened) this.undecided += 1;
      const fromNs = requests.invokeNs[request] as number;
      const byNs = happened ? this.#provenOf(requests, request) : NEVER;
      const row = happened ? requests.proof(request) : (requests.unknownRow[request] as number);
      const quantity = requests.quantity[request] as number;
      this.level.change(row, -quantity, fromNs, byNs);
      this.#maybeMore(requests, request, -1);
      const back = this.#returnOf({ row, amount: quantity, fromNs, byNs }, request);
      if (back === undefined) continue;
      for (const piece of piecesOf(requests.spare[request] as number)) {
        this.level.change(back.row, piece, back.fromNs, NEVER);
      }
      this.level.change(back.row, back.amount, back.fromNs, back.byNs);
    }
    this.#addSurplus();
  }

  /** Sales beyond one per request: second results, and rows of the audit that nobody asked for. */
  #addSurplus(): void {
    const { requests, history } = this.#question;
    const { returnNs } = history.columns;
    for (const { request, row } of distinctExtras(requests, history)) {
      const fromNs = requests.invokeNs[request] as number;
      const quantity = requests.quantity[request] as number;
      const byNs = requests.comparable ? (returnNs[row] as number) : NEVER;
      this.level.change(row, -quantity, fromNs, byNs);
      const back = this.#returnOf({ row, amount: quantity, fromNs, byNs }, request);
      if (back !== undefined) this.level.change(back.row, quantity, back.fromNs, NEVER);
    }
    for (const row of distinctPhantoms(requests)) {
      const byNs = requests.comparable ? (returnNs[row] as number) : NEVER;
      this.level.change(row, -requests.quantityOf(row), Number.NEGATIVE_INFINITY, byNs);
    }
  }

  /** How what a request took comes back; `taken` is when and how much that was. */
  #returnOf(taken: Return, request: number): Return | undefined {
    const cancelled = this.#cancelOf(taken, request);
    const confirmed = this.#confirmed.get(request);
    if (this.#hold === undefined || confirmed === true) return cancelled;
    const expiry: Return = {
      ...taken,
      fromNs: taken.fromNs + this.#hold.minNs,
      byNs: confirmed === false ? NEVER : taken.byNs + this.#hold.maxNs,
    };
    if (cancelled === undefined) return expiry;
    return {
      ...cancelled,
      fromNs: Math.min(expiry.fromNs, cancelled.fromNs),
      byNs: Math.min(expiry.byNs, cancelled.byNs),
    };
  }

  /** A cancel that was sent before the sale was certain may have found nothing to give back. */
  #cancelOf(taken: Return, request: number): Return | undefined {
    const cancel = this.#cancels.get(request);
    if (cancel === undefined || cancel.byNs < taken.fromNs) return undefined;
    return {
      ...cancel,
      fromNs: Math.max(cancel.fromNs, taken.fromNs),
      byNs: cancel.fromNs > taken.byNs ? cancel.byNs : NEVER,
    };
  }

  #addRestocks(group: OperationGroup | undefined): void {
    if (group === undefined) return;
    const restocks = this.#others;
    restocks.load(group);
    restocks.requireQuantities();
    for (let restock = 0; restock < restocks.count; restock++) {
      if (!this.#possible(restock)) continue;
      const row = restocks.firstRow[restock] as number;
      const quantity = restocks.quantity[restock] as number;
      const fromNs = restocks.invokeNs[restock] as number;
      this.level.change(row, quantity, fromNs, this.#provenNs(restock));
      this.#maybeMore(restocks, restock, 1);
    }
    for (const row of restocks.phantomRows) {
      const quantity = restocks.quantityOf(row);
      this.level.change(row, quantity, Number.NEGATIVE_INFINITY, NEVER);
    }
  }

  /** What a request may have asked for besides, where its attempts differ; a rise (1) or a fall (-1). */
  #maybeMore(requests: RequestTable, request: number, sign: 1 | -1): void {
    const row = requests.firstRow[request] as number;
    for (const piece of piecesOf(requests.spare[request] as number)) {
      this.level.change(row, sign * piece, requests.invokeNs[request] as number, NEVER);
    }
  }

  /** Whether a request of `#others` may have had an effect. */
  #possible(request: number): boolean {
    return this.#others.happened(request) || this.#others.undecided(request);
  }

  /** When it was certain that a request of `#others` had its effect. */
  #provenNs(request: number): number {
    return this.#others.happened(request) ? this.#provenOf(this.#others, request) : NEVER;
  }

  #provenOf(requests: RequestTable, request: number): number {
    const acknowledgedNs = requests.acknowledgedNs[request] as number;
    if (acknowledgedNs < NEVER) return acknowledgedNs;
    return this.#history.columns.returnNs[requests.auditRow[request] as number] as number;
  }
}
