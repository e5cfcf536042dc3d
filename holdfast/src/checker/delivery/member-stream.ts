/**
 * What one person received, in order. A receipt is certainly before another when it was over before the other began; of
 * one process, which does one thing after the other, also when both carry the same instant: then they were recorded in
 * their order. A join that may lie between two receipts ends one stretch and begins another, for whoever joins may be
 * sent what was said before; nothing is compared across it.
 *
 *     join ├─┤                          leave ├─┤     join ├─┤
 *     receipts     1  2  3  5  4                           2  3  4  5  6
 *                           └──┴─ out of order             a new stretch: no repetition
 */
import type { History } from "../../history/history.ts";
import { NONE } from "../invariants/code-map.ts";
import { roomFor } from "../room.ts";
import type { Interval } from "./frontier.ts";
import { Frontier } from "./frontier.ts";
import type { MessageTable } from "./message-table.ts";
import type { OrderGraph } from "./order-graph.ts";
import type { ReceiptTable } from "./receipt-table.ts";

/** Times are rounded outwards to whole nanoseconds. */
const ROUNDING_NS = 1;

/** A stretch of receipts between two joins. */
export interface Stretch {
  /** Different for every stretch of every person of the room. */
  id: number;
  /** Lowest and highest number in it, and the row and message of the highest. */
  lowest: number;
  highest: number;
  highestRow: number;
  /** Different numbers, and messages without one. */
  numbers: number;
  nameless: number;
}

export interface StreamListener {
  /** A number that is not above `higher`, which was certainly received before, in the row `before`. */
  notAbove(message: number, row: number, higher: number, before: number): void;
  /** No more of this stretch will come. */
  ended(stretch: Stretch): void;
}

/** A person's joins. */
export interface Joins {
  /** How late one that began by some time may be over; -Infinity for none. */
  overBy(beganByNs: number): number;
}

export class MemberStream {
  readonly #columns: History["columns"];
  readonly #messages: MessageTable;
  readonly #graph: OrderGraph;
  /** Per message: the stretch in which its number was last seen. */
  #seenIn = new Uint32Array(0);
  #stretches = 0;
  #stretch = newStretch(0);
  readonly #frontier = new Frontier<Batch>();
  /** The highest number that is certainly before, and its row. */
  #above = -Infinity;
  #aboveRow = NONE;

  constructor(history: History, messages: MessageTable, graph: OrderGraph) {
    this.#columns = history.columns;
    this.#messages = messages;
    this.#graph = graph;
  }

  /** For a new room, whose messages are all known. */
  begin(): void {
    const { count } = this.#messages;
    this.#stretches = 0;
    const room = roomFor(count, this.#seenIn.length);
    if (room === this.#seenIn.length) this.#seenIn.fill(0, 0, count);
    else this.#seenIn = new Uint32Array(room);
  }

  /** True when the number of the message was in the stretch. */
  has(stretch: Stretch, message: number): boolean {
    return this.#seenIn[message] === stretch.id;
  }

  /** All receipts of one person up to a time, stretch by stretch. */
  walk(
    table: ReceiptTable,
    person: number,
    joins: Joins | undefined,
    untilNs: number,
    listener: StreamListener,
  ): void {
    const { invokeNs, returnNs } = this.#columns;
    this.#restart();
    let firstNs = Infinity;
    const to = table.startOf(person + 1);
    for (let place = table.startOf(person); place < to; place++) {
      const row = table.rows[place] as number;
      if ((returnNs[row] as number) > untilNs) continue;
      if (joins !== undefined && joins.overBy(returnNs[row] as number) >= firstNs) {
        listener.ended(this.#stretch);
        this.#restart();
        firstNs = Infinity;
      }
      firstNs = Math.min(firstNs, invokeNs[row] as number);
      this.#take(table, place, row, person, listener);
    }
    listener.ended(this.#stretch);
  }

  #take(
    table: ReceiptTable,
    place: number,
    row: number,
    person: number,
    listener: StreamListener,
  ): void {
    const batch = this.#batchOf(row);
    const message = table.found[place] as number;
    if (message >= 0) this.#receive(batch, message, row, person, listener);
    else table.each(place, (each) => this.#receive(batch, each, row, person, listener));
  }

  #receive(
    batch: Batch,
    message: number,
    row: number,
    person: number,
    listener: StreamListener,
  ): void {
    const own = this.#messages.number[message] as number;
    const stretch = this.#stretch;
    if (Number.isNaN(own)) {
      stretch.nameless += 1;
      this.#follow(batch, message, person, row);
      return;
    }
    if (own <= batch.highest) listener.notAbove(message, row, batch.highest, batch.highestRow);
    else if (own <= this.#above) listener.notAbove(message, row, this.#above, this.#aboveRow);
    if (own > batch.highest) {
      batch.highest = own;
      batch.highestRow = row;
    }
    if (this.#seenIn[message] === stretch.id) return;
    this.#seenIn[message] = stretch.id;
    stretch.numbers += 1;
    if (own < stretch.lowest) stretch.lowest = own;
    if (own <= stretch.highest) return;
    stretch.highest = own;
    stretch.highestRow = row;
  }

  /** Tells what a message without a number follows: the one before it in the batch, else all that is certainly before. */
  #follow(batch: Batch, message: number, person: number, row: number): void {
    const before = batch.last === NONE ? batch.follows : [batch];
    for (const { last, lastRow } of before) {
      this.#graph.tell(last, message, person, lastRow, row);
    }
    batch.tells = true;
    batch.last = message;
    batch.lastRow = row;
  }

  /** Settles what is certainly before this row, and finds or makes the batch that it belongs to. */
  #batchOf(row: number): Batch {
    const { invokeNs, returnNs, process } = this.#columns;
    const beginNs = invokeNs[row] as number;
    const endNs = returnNs[row] as number;
    const own = process[row] as number;
    const first = this.#frontier.open[0] as Batch;
    if (this.#frontier.open.length === 1 && !first.tells && first.endNs < beginNs) {
      // The usual case, numbers one after the other, makes no garbage: the same batch is used again.
      this.#pass(first);
      first.process = own;
      first.endNs = endNs;
      first.highest = -Infinity;
      return first;
    }
    this.#frontier.begin(beginNs, this.#pass);
    for (const batch of this.#frontier.open) {
      if (batch.process !== own || batch.endNs > beginNs + ROUNDING_NS) continue;
      batch.endNs = Math.max(batch.endNs, endNs);
      return batch;
    }
    const batch: Batch = {
      process: own,
      endNs,
      highest: -Infinity,
      highestRow: NONE,
      tells: false,
      last: NONE,
      lastRow: NONE,
      follows: this.#frontier.latest,
    };
    this.#frontier.add(batch);
    return batch;
  }

  /** A batch is certainly before all that comes. */
  readonly #pass = (batch: Batch): void => {
    if (batch.highest <= this.#above) return;
    this.#above = batch.highest;
    this.#aboveRow = batch.highestRow;
  };

  #restart(): void {
    this.#stretches += 1;
    this.#stretch = newStretch(this.#stretches);
    this.#frontier.clear();
    this.#above = -Infinity;
    this.#aboveRow = NONE;
  }
}

/** Receipts of one process that carry one instant: recorded one after the other, but not before or after any else. */
interface Batch extends Interval {
  process: number;
  highest: number;
  highestRow: number;
  /** The last message without a number. */
  last: number;
  lastRow: number;
  follows: readonly Batch[];
}

function newStretch(id: number): Stretch {
  return { id, lowest: Infinity, highest: -Infinity, highestRow: NONE, numbers: 0, nameless: 0 };
}
