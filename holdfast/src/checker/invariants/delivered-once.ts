/**
 * Every message reaches everybody it is for, once, and nobody else. Room by room: the messages, who was there when, and
 * the receipts of one person after the other, each message marked when that person is seen to have it:
 *
 *     join ├─┤                                                                  leave ├─┤
 *     post        ├──┤ ok ─────────── within ──────────▶ due                    it was owed: there all the time
 *     receipts              ●                   ●                               twice: a duplicate. Never: lost
 *
 * A message of unknown outcome that anybody received did take effect, and is owed like the others; one that nobody
 * received claims nothing. Linear in the receipts, and in the deliveries that were owed.
 */
import { formatCount, formatNs, NS_PER_MS } from "../../base/units.ts";
import type { OperationGroup } from "../../history/history.ts";
import { OUTCOME, textOf } from "../../history/history.ts";
import type { Checker, Judgement, Question, Violation } from "../checker.ts";
import { proceed } from "../checker.ts";
import { DeliveryFaults } from "../delivery/delivery-faults.ts";
import { FATE, givesTexts, MessageTable } from "../delivery/message-table.ts";
import { Presence } from "../delivery/presence.ts";
import { ReceiptTable } from "../delivery/receipt-table.ts";
import { Recipients } from "../delivery/recipients.ts";
import { peopleAt, peopleIn } from "../delivery/reference.ts";
import { DELIVERY_WITHIN_MS } from "../limits.ts";
import { roomFor } from "../room.ts";
import { counted, joined } from "../wording.ts";
import { NONE } from "./code-map.ts";
import type { GroupsByKey } from "./companions.ts";
import { companionsNamed, companionsOf, keysOf, namesIn, ownGroups } from "./companions.ts";

export const deliveredOnce: Checker = {
  needsEveryOperation: true,
  needsOverlap: false,
  check,
};

function check(question: Question): Judgement {
  const causes = [
    ownGroups(question),
    ...namesIn(question, "causes").map((name) => companionsNamed(question, name)),
  ];
  const receipts = companionsOf(question, "receipt");
  const inboxes = companionsOf(question, "inbox");
  const all = causes.flatMap(({ groups }) => groups);
  const delivery = new Delivery(question, givesTexts(question.history, all));
  if (question.invariant.options["joins"] === undefined) {
    for (const group of receipts.groups) delivery.listen(group);
  }
  const violations: Violation[] = [];
  for (const group of keysOf(...causes, receipts, inboxes)) {
    proceed(question);
    const sent = causes.flatMap((groups) => groups.get(group) ?? []);
    const violation = delivery.judge(group, sent, receipts.get(group), inboxes.get(group));
    if (violation !== undefined) violations.push(violation);
  }
  return { violations, ...delivery.words() };
}

class Delivery {
  readonly #question: Question;
  readonly #texts: boolean;
  readonly #joins: GroupsByKey;
  readonly #leaves: GroupsByKey;
  /** People join the room; else messages name whom they are for. */
  readonly #joined: boolean;
  readonly #kept: boolean;
  readonly #foreign: boolean;
  readonly #echo: boolean;
  readonly #withinNs: number;
  readonly #lateness: boolean;
  /** Later operations may be missing. */
  readonly #trustedNs: number;

  readonly #messages: MessageTable;
  readonly #people: Recipients;
  readonly #presence: Presence;
  readonly #live: ReceiptTable;
  readonly #kepts: ReceiptTable;
  readonly #faults = new DeliveryFaults();

  /** Without joins, over all rooms: when each person was last seen to receive anything. */
  readonly #everyone: Recipients;
  readonly #listenedNs: number[] = [];

  /** Per message: when somebody first had it; and of the person at hand, who has it and the row that says so. */
  #seenNs = new Float64Array(0);
  #mark = new Uint32Array(0);
  #markRow = new Int32Array(0);
  #listed = new Uint32Array(0);
  /** Messages in order of their sending. */
  #order: number[] = [];
  /** Without joins: per message whom it is for, and per person what is for them. */
  readonly #for: (readonly number[] | undefined)[] = [];
  readonly #own: number[][] = [];
  readonly #sender: number[] = [];

  readonly #sum = { messages: 0, receipts: 0, owed: 0, resolved: 0, shared: 0, unreadable: 0 };

  constructor(question: Question, texts: boolean) {
    const { history, invariant } = question;
    const { options } = invariant;
    this.#question = question;
    this.#texts = texts;
    this.#joins = companionsOf(question, "joins");
    this.#leaves = companionsOf(question, "leaves");
    this.#joined = options["joins"] !== undefined;
    this.#kept = options["inbox"] !== undefined;
    this.#foreign = options["foreign"] === true;
    this.#echo = options["echo"] === true;
    const withinMs = options["withinMs"];
    this.#lateness = typeof withinMs === "number";
    this.#withinNs = (typeof withinMs === "number" ? withinMs : DELIVERY_WITHIN_MS) * NS_PER_MS;
    this.#trustedNs = history.facts.finished ? Infinity : history.facts.trustedUntilNs;
    this.#messages = new MessageTable(history);
    this.#people = new Recipients(history);
    this.#everyone = new Recipients(history);
    this.#presence = new Presence(history, this.#people);
    this.#live = new ReceiptTable(history, this.#messages, this.#people);
    this.#kepts = new ReceiptTable(history, this.#messages, this.#people);
  }

  /** Whoever received something, in whatever room, was still listening then. */
  listen(group: OperationGroup): void {
    const { outcome, id, returnNs } = this.#question.history.columns;
    for (let row = group.from; row < group.to; row++) {
      if (outcome[row] !== OUTCOME.ok) continue;
      const person = this.#everyone.ofCode(id[row] as number);
      if (person === NONE) continue;
      const before = this.#listenedNs[person] ?? -Infinity;
      this.#listenedNs[person] = Math.max(before, returnNs[row] as number);
    }
  }

  judge(
    on: OperationGroup,
    causes: readonly OperationGroup[],
    receipts: OperationGroup | undefined,
    inbox: OperationGroup | undefined,
  ): Violation | undefined {
    const { history } = this.#question;
    this.#faults.clear();
    this.#people.clear();
    this.#messages.load(causes, this.#texts);
    this.#live.load(receipts);
    this.#kepts.load(inbox);
    this.#presence.load(this.#joins.get(on), this.#leaves.get(on), (person) =>
      this.#lastReceiptNs(person),
    );
    this.#resolve();
    this.#address();
    for (let person = 0; person < this.#people.count; person++) this.#judgePerson(person);
    this.#findPhantoms();
    return this.#faults.violation({
      key: on.key,
      history,
      messages: this.#messages,
      people: this.#people,
      joined: this.#joined,
    });
  }

  words(): Omit<Judgement, "violations"> {
    const { messages, receipts, owed, resolved, shared } = this.#sum;
    const unreadable = this.#sum.unreadable + this.#live.unreadable + this.#kepts.unreadable;
    const within = formatNs(this.#withinNs);
    const held = joined([
      `${counted(messages, "message")} received ${counted(receipts, "time")}, each once and by the right ones`,
      `${counted(owed, "delivery")} owed and made`,
      resolved > 0 && `${formatCount(resolved)} of unknown outcome resolved by a receipt`,
    ]);
    const missing = joined(
      [
        unreadable > 0 && `${counted(unreadable, "receipt")} did not say who received what`,
        shared > 0 && `${counted(shared, "message")} shared a name with another`,
        owed === 0 && `nobody is known to have stayed ${within} after a message`,
      ],
      "; ",
    );
    return { held, missing: missing === "" ? undefined : missing };
  }

  /** Somebody without a leave may have stopped listening to this room, and not to others. */
  #lastReceiptNs(person: number): number {
    const { returnNs } = this.#question.history.columns;
    const to = this.#live.startOf(person + 1);
    let lastNs = -Infinity;
    for (let place = this.#live.startOf(person); place < to; place++) {
      lastNs = Math.max(lastNs, returnNs[this.#live.rows[place] as number] as number);
    }
    return Math.min(lastNs, this.#trustedNs);
  }

  #listenedUntil(person: number): number {
    const known = this.#everyone.ofName(this.#people.nameOf(person));
    return Math.min(this.#listenedNs[known] ?? -Infinity, this.#trustedNs);
  }

  /** When each message was first seen; and what that says about those of unknown outcome. */
  #resolve(): void {
    const seen: number[] = [];
    const { returnNs } = this.#question.history.columns;
    for (const table of [this.#live, this.#kepts]) {
      const places = table.startOf(this.#people.count);
      for (let place = 0; place < places; place++) {
        const ns = returnNs[table.rows[place] as number] as number;
        const readable = table.each(place, (message) => {
          const before = seen[message];
          if (before === undefined || ns < before) seen[message] = ns;
        });
        if (!readable) this.#sum.unreadable += 1;
      }
    }
    const { count, fate, invokeNs, textlessNs, numberlessNs, text } = this.#messages;
    this.#reserve(count);
    for (let message = 0; message < count; message++) {
      if (fate[message] === FATE.shared) this.#sum.shared += 1;
    }
    this.#sum.shared += this.#messages.confuse((message) => seen[message] !== undefined);
    this.#order.length = 0;
    for (let message = 0; message < count; message++) {
      const ns = seen[message] ?? Infinity;
      this.#seenNs[message] = ns;
      const known = fate[message];
      if (known === FATE.unknown && ns < Infinity) this.#sum.resolved += 1;
      if (known === FATE.unsent) {
        const owners = text[message] === undefined ? numberlessNs : textlessNs;
        invokeNs[message] = this.#foreign ? -Infinity : (owners[0] ?? -Infinity);
      }
      if (known === FATE.failed || known === FATE.shared) continue;
      if (known === FATE.ok || ns < Infinity) this.#order.push(message);
    }
    this.#order.sort((a, b) => (invokeNs[a] as number) - (invokeNs[b] as number));
    this.#sum.messages += this.#order.length;
  }

  /** Whom each message is for, and who sent it. */
  #address(): void {
    const { history } = this.#question;
    const { count, fate, row } = this.#messages;
    this.#for.length = 0;
    this.#sender.length = 0;
    this.#own.length = 0;
    for (let message = 0; message < count; message++) {
      if (fate[message] === FATE.unsent) continue;
      const value = history.atoms.value(history.columns.value[row[message] as number] as number);
      const [sender] = peopleAt(value, "from");
      if (sender !== undefined && !this.#echo) this.#sender[message] = this.#people.ofName(sender);
      if (this.#joined) continue;
      const names = [...peopleIn(value), ...peopleAt(value, "to")];
      if (names.length === 0) continue;
      if (sender !== undefined && this.#echo) names.push(sender);
      const people = [...new Set(names)].map((name) => this.#people.ofName(name));
      this.#for[message] = people;
      for (const person of people) (this.#own[person] ??= []).push(message);
    }
  }

  #judgePerson(person: number): void {
    const live = this.#live;
    const to = live.startOf(person + 1);
    for (let place = live.startOf(person); place < to; place++) {
      const row = live.rows[place] as number;
      const message = live.found[place] as number;
      if (message >= 0) this.#take(person, message, row);
      else live.each(place, (each) => this.#take(person, each, row));
    }
    const keptNs = this.#kept ? this.#readInbox(person) : Infinity;
    if (this.#joined) this.#demandAsMember(person, keptNs);
    else this.#demandAsNamed(person, this.#kept ? keptNs : this.#listenedUntil(person));
  }

  /** One message, received live. */
  #take(person: number, message: number, row: number): void {
    const { fate, ackNs, invokeNs } = this.#messages;
    const { columns } = this.#question.history;
    this.#sum.receipts += 1;
    if (this.#mark[message] === person + 1 && fate[message] !== FATE.shared) {
      const first = this.#markRow[message] as number;
      this.#faults.note(
        "duplicate",
        columns.returnNs[row] as number,
        person,
        message,
        first,
        row,
        this.#sentRow(message),
      );
    } else {
      this.#mark[message] = person + 1;
      this.#markRow[message] = row;
    }
    this.#allow(person, message, row);
    if (!this.#lateness || fate[message] !== FATE.ok) return;
    const dueNs = (ackNs[message] as number) + this.#withinNs;
    const receivedNs = columns.invokeNs[row] as number;
    if (receivedNs <= dueNs) return;
    const sentNs = invokeNs[message] as number;
    if (this.#joined && !this.#presence.certainly(person, sentNs, dueNs)) return;
    this.#faults.note("late", receivedNs, person, message, row, this.#sentRow(message));
  }

  /** Whether this person may have this message at all, by now. */
  #allow(person: number, message: number, row: number): void {
    const { fate, invokeNs } = this.#messages;
    const known = fate[message];
    if (known === FATE.shared) return;
    const receivedNs = this.#question.history.columns.returnNs[row] as number;
    const sentNs = invokeNs[message] as number;
    const trusted = receivedNs <= this.#trustedNs;
    if (known === FATE.failed) {
      if (!trusted) return;
      this.#faults.note("aborted", receivedNs, person, message, row, this.#sentRow(message));
      return;
    }
    if (known !== FATE.unsent && receivedNs < sentNs) {
      this.#faults.note("premature", receivedNs, person, message, row, this.#sentRow(message));
    }
    const people = this.#for[message];
    const allowed = this.#joined
      ? !trusted || this.#presence.perhaps(person, sentNs, receivedNs)
      : people === undefined || people.includes(person) || this.#sender[message] === person;
    if (allowed) return;
    this.#faults.note("misdirected", receivedNs, person, message, row, this.#sentRow(message));
  }

  /** Gives when the person last read all that is kept, and marks what was there. */
  #readInbox(person: number): number {
    const kept = this.#kepts;
    const { invokeNs, returnNs } = this.#question.history.columns;
    let lastNs = -Infinity;
    const to = kept.startOf(person + 1);
    for (let place = kept.startOf(person); place < to; place++) {
      const row = kept.rows[place] as number;
      lastNs = Math.max(lastNs, invokeNs[row] as number);
      kept.each(place, (message) => {
        if (this.#listed[message] === row + 1 && this.#messages.fate[message] !== FATE.shared) {
          const ns = returnNs[row] as number;
          this.#faults.note("duplicate", ns, person, message, row, row, this.#sentRow(message));
        }
        this.#listed[message] = row + 1;
        if (this.#mark[message] !== person + 1) {
          this.#mark[message] = person + 1;
          this.#markRow[message] = row;
        }
        this.#allow(person, message, row);
      });
    }
    return lastNs;
  }

  /** What was sent while the person was certainly in the room. */
  #demandAsMember(person: number, keptNs: number): void {
    const { invokeNs } = this.#messages;
    const order = this.#order;
    for (const { fromNs, toNs } of this.#presence.stays(person)) {
      let place = this.#firstAfter(fromNs);
      for (; place < order.length; place++) {
        const message = order[place] as number;
        if ((invokeNs[message] as number) >= toNs) break;
        const provenNs = this.#provenNs(message);
        const dueNs = provenNs + this.#withinNs;
        const endNs = Math.min(this.#kept ? keptNs : toNs, this.#trustedNs);
        if (dueNs < endNs && provenNs < toNs) this.#demand(person, message, dueNs);
      }
    }
  }

  #demandAsNamed(person: number, untilNs: number): void {
    const { fate } = this.#messages;
    for (const message of this.#own[person] ?? []) {
      if (fate[message] !== FATE.ok && fate[message] !== FATE.unknown) continue;
      const dueNs = this.#provenNs(message) + this.#withinNs;
      if (dueNs < Math.min(untilNs, this.#trustedNs)) this.#demand(person, message, dueNs);
    }
  }

  #demand(person: number, message: number, dueNs: number): void {
    if (this.#sender[message] === person) return;
    if (this.#mark[message] === person + 1) {
      this.#sum.owed += 1;
      return;
    }
    this.#mark[message] = person + 1;
    this.#faults.note("lost", dueNs, person, message, this.#sentRow(message));
  }

  /** From here on it certainly took effect. */
  #provenNs(message: number): number {
    const { fate, ackNs, invokeNs } = this.#messages;
    if (fate[message] === FATE.ok) return ackNs[message] as number;
    return Math.max(this.#seenNs[message] as number, invokeNs[message] as number);
  }

  /** Place in the order of sending of the first message sent after this time. */
  #firstAfter(ns: number): number {
    const { invokeNs } = this.#messages;
    let low = 0;
    let high = this.#order.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((invokeNs[this.#order[middle] as number] as number) <= ns) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /**
   * Messages without a sender are those of unknown outcome, as far as there are enough of them and early enough: the
   * first one seen needs one that was sent by then, the second a second one.
   */
  #findPhantoms(): void {
    if (this.#foreign) return;
    const { count, fate, text, textlessNs, numberlessNs } = this.#messages;
    const unsent: number[] = [];
    for (let message = 0; message < count; message++) {
      const seenNs = this.#seenNs[message] as number;
      if (fate[message] === FATE.unsent && seenNs <= this.#trustedNs) unsent.push(message);
    }
    unsent.sort((a, b) => (this.#seenNs[a] as number) - (this.#seenNs[b] as number));
    let texts = 0;
    let numbers = 0;
    for (const message of unsent) {
      const named = text[message] !== undefined;
      const owners = named ? textlessNs : numberlessNs;
      const ownNs = owners[named ? texts : numbers] ?? Infinity;
      const seenNs = this.#seenNs[message] as number;
      if (ownNs <= seenNs) {
        if (named) texts += 1;
        else numbers += 1;
        continue;
      }
      const row = this.#messages.row[message] as number;
      const { atoms, columns } = this.#question.history;
      const name = textOf(atoms.value(columns.id[row] as number) ?? "");
      this.#faults.note("phantom", seenNs, this.#people.ofName(name), message, row);
    }
  }

  /** -1 where nobody sent it. */
  #sentRow(message: number): number {
    return this.#messages.fate[message] === FATE.unsent
      ? NONE
      : (this.#messages.row[message] as number);
  }

  #reserve(messages: number): void {
    const size = roomFor(messages, this.#mark.length);
    if (size !== this.#mark.length) {
      this.#seenNs = new Float64Array(size);
      this.#mark = new Uint32Array(size);
      this.#markRow = new Int32Array(size);
      this.#listed = new Uint32Array(size);
    } else {
      this.#mark.fill(0, 0, messages);
      this.#listed.fill(0, 0, messages);
    }
  }
}
