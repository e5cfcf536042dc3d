/**
 * The messages of one room: those that were sent, and those that turned up in receipts without anybody known to have
 * sent them. A message is a request: attempts that share an id make one. It has up to three names, of which receipts may
 * use any: the id of the request, and the text and the number that the system gave it.
 *
 *     attempt 1   ├──────── unknown ─ ─          it took effect in [invokeNs, ackNs]: from the first attempt that may
 *     attempt 2          ├────┤ ok m-1 is 17     have done it, to the first acknowledgement
 *     receipt of 18                  ●           without a sender: one of those with an unknown outcome, or a phantom
 *
 * One table is loaded with one room after another. Linear.
 */
import type { History, OperationGroup } from "../../history/history.ts";
import { OUTCOME, PHASE, textOf } from "../../history/history.ts";
import { CodeMap, NONE } from "../invariants/code-map.ts";
import { MESSAGES_MAX } from "../limits.ts";
import { NumberIndex } from "./number-index.ts";
import { eachNamed, nameIn, runIn } from "./reference.ts";

/** What is known of a message. */
export const FATE = {
  /** It certainly took effect. */
  ok: 0,
  unknown: 1,
  /** It certainly did not. */
  failed: 2,
  /** Nobody is known to have sent it. */
  unsent: 3,
  /** The system gave its number or name to another message, too, so that receipts do not tell which one they are of. */
  shared: 4,
} as const;

/** A value that names several messages, or none; ask `each`. */
export const SEVERAL = -2;

/**
 * True when the system gives texts of its own to messages, or may do so for all that is known. Only where every
 * acknowledged message with an id got none are the ids of requests the only texts there are.
 */
export function givesTexts(history: History, groups: readonly OperationGroup[]): boolean {
  const { outcome, result, id } = history.columns;
  let without = false;
  for (const { from, to } of groups) {
    for (let row = from; row < to; row++) {
      if (outcome[row] !== OUTCOME.ok) continue;
      if (nameIn(history.atoms.value(result[row] as number)).text !== undefined) return true;
      if (id[row] !== 0) without = true;
    }
  }
  return !without;
}

export class MessageTable {
  readonly #history: History;
  /** Only to tell whose attempt it is: a request's id may by chance be what the system calls another message. */
  readonly #byId: CodeMap;
  readonly #byCode: CodeMap;
  readonly #byNumber = new NumberIndex();
  /** True when each number is a message of its own, though one request got two. */
  readonly #numbersApart: boolean;
  readonly #messagesMax: number;
  /** Filled when first asked: most receipts use names that are equal to the sender's, code for code. */
  readonly #byText = new Map<string, number>();
  #textsKnown = false;
  #texts = false;

  /** How many there are, and per message: */
  count = 0;
  readonly fate: number[] = [];
  readonly invokeNs: number[] = [];
  /** Infinite when nobody was told. */
  readonly ackNs: number[] = [];
  /** The row that proves its fate; that of the first receipt where nobody sent it. */
  readonly row: number[] = [];
  /** Its number in the room; NaN when it is not known. */
  readonly number: number[] = [];
  /** Its name in the system's own words; undefined when it is not known. */
  readonly text: (string | undefined)[] = [];

  /** When those were sent, in order, that may own a text, or a number, of which no owner is known. */
  readonly textlessNs: number[] = [];
  readonly numberlessNs: number[] = [];

  constructor(
    history: History,
    options: { numbersApart?: boolean; messagesMax?: number | undefined } = {},
  ) {
    this.#history = history;
    this.#numbersApart = options.numbersApart === true;
    this.#messagesMax = options.messagesMax ?? MESSAGES_MAX;
    this.#byId = new CodeMap(history.atoms.size);
    this.#byCode = new CodeMap(history.atoms.size);
  }

  /** `texts` says whether the system gives texts of its own: then a message without one may own any. */
  load(groups: readonly OperationGroup[], texts: boolean): void {
    this.#clear();
    this.#texts = texts;
    for (const group of groups) {
      for (let row = group.from; row < group.to; row++) this.#addAttempt(row);
    }
    const { id } = this.#history.columns;
    for (let message = 0; message < this.count; message++) {
      this.#call(message, id[this.row[message] as number] as number);
    }
    this.#findNameless();
  }

  /** The message that a receipt's value names; SEVERAL when it is not one name, or no name. */
  find(code: number, row: number): number {
    const known = this.#byCode.get(code);
    if (known !== NONE) return known;
    if (code === 0) return SEVERAL;
    const { text, number } = nameIn(this.#history.atoms.value(code));
    if (text === undefined && number === undefined) return SEVERAL;
    const message = this.#named(text, number, row);
    this.#byCode.set(code, message);
    return message;
  }

  /** Messages by their number in the room. */
  get byNumber(): NumberIndex {
    return this.#byNumber;
  }

  /** Calls back for every message that a value names, in its order; false when not all of it is names. */
  each(code: number, row: number, take: (message: number) => void): boolean {
    const value = this.#history.atoms.value(code);
    const run = runIn(value);
    if (run === undefined) {
      return eachNamed(value, (text, number) => take(this.#named(text, number, row)));
    }
    for (let number = run.from; number <= run.to; number++) {
      const known = this.#byNumber.get(number);
      take(known === NONE ? this.#named(undefined, number, row) : known);
    }
    return true;
  }

  /**
   * Where a message turned up that nobody is known to have sent, it may be any for which the system's name is not known;
   * one of those that was seen under its other name cannot be told from it. Gives how many cannot be told apart.
   */
  confuse(seen: (message: number) => boolean): number {
    return (
      this.#confuse(seen, (message) => this.#hasText(message), this.textlessNs.length) +
      this.#confuse(
        seen,
        (message) => !Number.isNaN(this.number[message]),
        this.numberlessNs.length,
      )
    );
  }

  #hasText(message: number): boolean {
    const { id } = this.#history.columns;
    const named = !this.#texts && id[this.row[message] as number] !== 0;
    return this.text[message] !== undefined || (named && this.fate[message] !== FATE.unsent);
  }

  #confuse(
    seen: (message: number) => boolean,
    named: (message: number) => boolean,
    nameless: number,
  ): number {
    const unsent: number[] = [];
    const sent: number[] = [];
    for (let message = 0; message < this.count; message++) {
      const fate = this.fate[message];
      if (fate === FATE.unsent && named(message)) unsent.push(message);
      else if ((fate === FATE.ok || fate === FATE.unknown) && !named(message)) sent.push(message);
    }
    if (unsent.length === 0 || nameless === 0) return 0;
    const both = sent.filter(seen);
    // Acknowledged and never seen: it may well be the one that turned up, and is judged as that.
    for (const message of sent) {
      if (this.fate[message] === FATE.ok) this.fate[message] = FATE.shared;
    }
    if (both.length === 0) return 0;
    for (const message of [...both, ...unsent]) this.fate[message] = FATE.shared;
    return both.length + unsent.length;
  }

  /** As a sentence calls it: `m-1`, or `number 17`. */
  nameOf(message: number): string {
    const text = this.text[message] ?? this.#idOf(message);
    if (text !== undefined) return text;
    const number = this.number[message] as number;
    return Number.isNaN(number) ? `message of row ${this.row[message]}` : `number ${number}`;
  }

  #addAttempt(row: number): void {
    const { id, result, outcome, phase, invokeNs, returnNs } = this.#history.columns;
    const idCode = id[row] as number;
    let message = idCode === 0 ? NONE : this.#byId.get(idCode);
    if (message === NONE) {
      message = this.#add(FATE.failed, row);
      if (idCode !== 0) this.#byId.set(idCode, message);
    }
    const ended = outcome[row] as number;
    if (ended !== OUTCOME.ok && ended !== OUTCOME.unknown) return;
    // What the audit lists took effect, nobody can say when.
    const fromNs = phase[row] === PHASE.audit ? -Infinity : (invokeNs[row] as number);
    const before = this.fate[message] as number;
    if (phase[row] !== PHASE.audit || before === FATE.failed) {
      this.invokeNs[message] = Math.min(this.invokeNs[message] as number, fromNs);
    }
    if (before !== FATE.ok && before !== FATE.shared) {
      this.fate[message] = ended === OUTCOME.ok ? FATE.ok : FATE.unknown;
      this.row[message] = row;
    }
    if (ended !== OUTCOME.ok) return;
    this.ackNs[message] = Math.min(this.ackNs[message] as number, returnNs[row] as number);
    if (result[row] !== 0) this.#give(message, result[row] as number);
  }

  /** Names a message as the system does. */
  #give(message: number, code: number): void {
    const { text, number } = nameIn(this.#history.atoms.value(code));
    if (text !== undefined) {
      this.text[message] ??= text;
      this.#own(message, this.#byText.get(text));
      this.#byText.set(text, message);
    }
    if (number !== undefined) this.#giveNumber(message, number);
  }

  #giveNumber(first: number, number: number): void {
    let message = first;
    const known = this.number[first] as number;
    if (this.#numbersApart && !Number.isNaN(known) && known !== number) {
      if (this.#byNumber.get(number) !== NONE) return;
      message = this.#add(FATE.ok, this.row[first] as number);
      this.invokeNs[message] = this.invokeNs[first] as number;
      this.ackNs[message] = this.ackNs[first] as number;
    }
    if (Number.isNaN(this.number[message])) this.number[message] = number;
    this.#own(message, this.#byNumber.get(number));
    this.#byNumber.set(number, message);
  }

  /** Names a message by the id of its request. */
  #call(message: number, code: number): void {
    if (code === 0) return;
    this.#own(message, this.#byText.get(this.#idOf(message) ?? ""));
    this.#byCode.set(code, message);
  }

  /** Two messages of one name: neither can be told from the other. */
  #own(message: number, before: number = NONE): void {
    if (before === NONE || before === message) return;
    this.fate[message] = FATE.shared;
    this.fate[before] = FATE.shared;
  }

  #named(text: string | undefined, number: number | undefined, row: number): number {
    let message = text === undefined ? undefined : this.#withText(text);
    if (message === undefined && number !== undefined) {
      const numbered = this.#byNumber.get(number);
      if (numbered !== NONE) message = numbered;
    }
    if (message === undefined) {
      const max = this.#messagesMax;
      if (this.count >= max) throw new RangeError(`more than ${max} messages`);
      message = this.#add(FATE.unsent, row);
      this.text[message] = text;
    }
    if (text !== undefined) this.#byText.set(text, message);
    if (number !== undefined && this.#byNumber.get(number) === NONE) {
      this.#byNumber.set(number, message);
      if (Number.isNaN(this.number[message])) this.number[message] = number;
    }
    return message;
  }

  #withText(text: string): number | undefined {
    if (!this.#textsKnown) {
      this.#textsKnown = true;
      for (let message = 0; message < this.count; message++) {
        const id = this.#idOf(message);
        if (id !== undefined && !this.#byText.has(id)) this.#byText.set(id, message);
      }
    }
    return this.#byText.get(text);
  }

  #idOf(message: number): string | undefined {
    if (this.fate[message] === FATE.unsent) return undefined;
    const { atoms, columns } = this.#history;
    const id = atoms.value(columns.id[this.row[message] as number] as number);
    return id === undefined ? undefined : textOf(id);
  }

  #add(fate: number, row: number): number {
    const message = this.count++;
    this.fate[message] = fate;
    this.invokeNs[message] = Infinity;
    this.ackNs[message] = Infinity;
    this.row[message] = row;
    this.number[message] = Number.NaN;
    this.text[message] = undefined;
    return message;
  }

  #findNameless(): void {
    for (let message = 0; message < this.count; message++) {
      if (this.fate[message] === FATE.failed) continue;
      const fromNs = this.invokeNs[message] as number;
      if (!this.#hasText(message)) this.textlessNs.push(fromNs);
      if (Number.isNaN(this.number[message])) this.numberlessNs.push(fromNs);
    }
    this.textlessNs.sort((a, b) => a - b);
    this.numberlessNs.sort((a, b) => a - b);
  }

  #clear(): void {
    this.#byId.clear();
    this.#byCode.clear();
    this.#byNumber.clear();
    this.#byText.clear();
    this.#textsKnown = false;
    this.count = 0;
    for (const list of [this.fate, this.invokeNs, this.ackNs, this.row, this.number]) {
      list.length = 0;
    }
    this.text.length = 0;
    this.textlessNs.length = 0;
    this.numberlessNs.length = 0;
  }
}
