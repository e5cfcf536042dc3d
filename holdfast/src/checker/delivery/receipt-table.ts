/**
 * The receipts of one room, receiver by receiver and each in order of time, with the message of each looked up once. A
 * counting sort: linear, without an object per receipt. One table is loaded with one room after another.
 */
import type { History, OperationGroup } from "../../history/history.ts";
import { OUTCOME } from "../../history/history.ts";
import { NONE } from "../invariants/code-map.ts";
import { roomFor } from "../room.ts";
import type { MessageTable } from "./message-table.ts";
import { SEVERAL } from "./message-table.ts";
import type { Recipients } from "./recipients.ts";

export class ReceiptTable {
  readonly #history: History;
  readonly #messages: MessageTable;
  readonly #people: Recipients;
  #persons = new Int32Array(0);
  #found = new Int32Array(0);
  #starts = new Uint32Array(1);

  /** Per place: the row, and its message, SEVERAL where `each` must be asked. */
  rows: Uint32Array = new Uint32Array(0);
  found: Int32Array = new Int32Array(0);
  /** Receipts that say neither what, nor who. */
  unreadable = 0;

  constructor(history: History, messages: MessageTable, people: Recipients) {
    this.#history = history;
    this.#messages = messages;
    this.#people = people;
  }

  /** Of one room; the messages and people that are new become known to their tables. */
  load(group: OperationGroup | undefined): void {
    const { from, to } = group ?? { from: 0, to: 0 };
    this.#reserve(to - from);
    const { outcome, id } = this.#history.columns;
    for (let row = from; row < to; row++) {
      const ok = outcome[row] === OUTCOME.ok;
      const person = ok ? this.#people.ofCode(id[row] as number) : NONE;
      if (ok && person === NONE) this.unreadable += 1;
      this.#persons[row - from] = person;
      if (person !== NONE) this.#found[row - from] = this.#messages.find(this.code(row), row);
    }
    this.#sort(from, to);
  }

  /** The places of a person: from this up to, not including, that of the next. */
  startOf(person: number): number {
    const last = this.#starts.length - 1;
    return this.#starts[Math.min(person, last)] as number;
  }

  /** Code of what was received. */
  code(row: number): number {
    const { result, value } = this.#history.columns;
    const answered = result[row] as number;
    return answered === 0 ? (value[row] as number) : answered;
  }

  /** Calls back for every message of a place, in its order; false when not all of it is readable. */
  each(place: number, take: (message: number) => void): boolean {
    const message = this.found[place] as number;
    if (message === SEVERAL) {
      const row = this.rows[place] as number;
      return this.#messages.each(this.code(row), row, take);
    }
    take(message);
    return true;
  }

  #sort(from: number, to: number): void {
    const starts = new Uint32Array(this.#people.count + 1);
    for (let i = 0; i < to - from; i++) {
      const person = this.#persons[i] as number;
      if (person !== NONE) starts[person + 1] = (starts[person + 1] as number) + 1;
    }
    let before = 0;
    for (const [person, own] of starts.entries()) starts[person] = before += own;
    const next = starts.slice();
    for (let i = 0; i < to - from; i++) {
      const person = this.#persons[i] as number;
      if (person !== NONE) {
        const place = next[person] as number;
        next[person] = place + 1;
        this.rows[place] = from + i;
        this.found[place] = this.#found[i] as number;
      }
    }
    this.#starts = starts;
  }

  #reserve(rows: number): void {
    const size = roomFor(rows, this.rows.length);
    if (size !== this.rows.length) {
      this.#persons = new Int32Array(size);
      this.#found = new Int32Array(size);
      this.rows = new Uint32Array(size);
      this.found = new Int32Array(size);
    }
  }
}
