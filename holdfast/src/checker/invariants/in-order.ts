/**
 * One order of messages per room, the same for everybody. Where the system numbers them, the numbers are the order: each
 * receiver sees them rise without a gap, no two messages have the same one, and they keep the order in which a sender,
 * or everybody, sent. Where it does not, every stream tells who came before whom, and all that is told must fit into one
 * order. Logs that are read from their beginning agree as far as they go. Linear, but for sorting messages by number.
 */
import { formatCount } from "../../base/units.ts";
import type { OperationGroup } from "../../history/history.ts";
import { textOf } from "../../history/history.ts";
import type { Checker, Judgement, Question, Violation } from "../checker.ts";
import { proceed } from "../checker.ts";
import type { Interval } from "../delivery/frontier.ts";
import { Frontier } from "../delivery/frontier.ts";
import type { Stretch } from "../delivery/member-stream.ts";
import { MemberStream } from "../delivery/member-stream.ts";
import { FATE, givesTexts, MessageTable } from "../delivery/message-table.ts";
import { OrderFaults } from "../delivery/order-faults.ts";
import type { Told } from "../delivery/order-graph.ts";
import { OrderGraph } from "../delivery/order-graph.ts";
import { Presence } from "../delivery/presence.ts";
import { ReceiptTable } from "../delivery/receipt-table.ts";
import { Recipients } from "../delivery/recipients.ts";
import { peopleAt } from "../delivery/reference.ts";
import { IDS_NAMED_MAX } from "../limits.ts";
import { at, counted, joined, listed, shortened } from "../wording.ts";
import { NONE } from "./code-map.ts";
import type { GroupsByKey } from "./companions.ts";
import { companionsNamed, companionsOf, keysOf, namesIn, ownGroups } from "./companions.ts";

export const inOrder: Checker = {
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
  const logs = companionsOf(question, "log");
  const all = causes.flatMap(({ groups }) => groups);
  const order = new RoomOrder(question, givesTexts(question.history, all));
  const violations: Violation[] = [];
  for (const group of keysOf(...causes, receipts, logs)) {
    proceed(question);
    const sent = causes.flatMap((groups) => groups.get(group) ?? []);
    const violation = order.judge(group, sent, receipts.get(group), logs.get(group));
    if (violation !== undefined) violations.push(violation);
  }
  return { violations, ...order.words() };
}

/** Streams of the order graph that are no person. */
const SENDERS = -1;
const LOG = -2;

interface Sent extends Interval {
  readonly message: number;
}

class RoomOrder {
  readonly #question: Question;
  readonly #texts: boolean;
  readonly #joins: GroupsByKey | undefined;
  readonly #gaps: boolean;
  readonly #realTime: boolean;
  readonly #trustedNs: number;
  readonly #messages: MessageTable;
  readonly #people: Recipients;
  readonly #live: ReceiptTable;
  readonly #logs: ReceiptTable;
  readonly #graph = new OrderGraph();
  readonly #stream: MemberStream;
  readonly #presence: Presence;
  readonly #faults = new OrderFaults();
  /** Per message: who sent it, where the value of the cause names it as `from`. */
  readonly #sender: number[] = [];
  readonly #sum = { rooms: 0, receipts: 0, streams: 0, logs: 0, unreadable: 0 };

  constructor(question: Question, texts: boolean) {
    const { history, invariant } = question;
    const { options } = invariant;
    this.#question = question;
    this.#texts = texts;
    this.#joins = options["joins"] === undefined ? undefined : companionsOf(question, "joins");
    this.#gaps = options["gaps"] === true;
    this.#realTime = options["keeps"] === "real-time";
    this.#trustedNs = history.facts.finished ? Infinity : history.facts.trustedUntilNs;
    this.#messages = new MessageTable(history, { numbersApart: true });
    this.#people = new Recipients(history);
    this.#live = new ReceiptTable(history, this.#messages, this.#people);
    this.#logs = new ReceiptTable(history, this.#messages, this.#people);
    this.#stream = new MemberStream(history, this.#messages, this.#graph);
    this.#presence = new Presence(history, this.#people);
  }

  judge(
    on: OperationGroup,
    causes: readonly OperationGroup[],
    receipts: OperationGroup | undefined,
    log: OperationGroup | undefined,
  ): Violation | undefined {
    this.#sum.rooms += 1;
    this.#faults.clear();
    this.#people.clear();
    this.#graph.clear();
    this.#messages.load(causes, this.#texts);
    this.#live.load(receipts);
    this.#logs.load(log);
    if (this.#joins !== undefined) {
      this.#presence.load(this.#joins.get(on), undefined, () => Infinity);
    }
    this.#count(this.#live, "receipts");
    this.#count(this.#logs, "logs");
    this.#nameSenders();
    this.#checkSending();
    this.#stream.begin();
    for (let person = 0; person < this.#people.count; person++) this.#walk(person);
    this.#compareLogs();
    this.#findCycle();
    return this.#faults.violation(on.key);
  }

  words(): Omit<Judgement, "violations"> {
    const { rooms, receipts, streams, logs } = this.#sum;
    const unreadable = this.#sum.unreadable + this.#live.unreadable + this.#logs.unreadable;
    const held = joined([
      `${counted(receipts, "receipt")} in ${counted(streams, "stream")} of ${counted(rooms, "room")}, all in one order`,
      logs > 0 && `${counted(logs, "log entry")} as well`,
    ]);
    const missing = joined(
      [
        unreadable > 0 && `${counted(unreadable, "receipt")} did not say who received what`,
        receipts + logs < 2 && "fewer than two messages were received",
      ],
      "; ",
    );
    return { held, missing: missing === "" ? undefined : missing };
  }

  /** Makes all messages known that receipts name, and counts them. */
  #count(table: ReceiptTable, as: "receipts" | "logs"): void {
    const places = table.startOf(this.#people.count);
    for (let place = 0; place < places; place++) {
      const readable = table.each(place, () => {
        this.#sum[as] += 1;
      });
      if (!readable) this.#sum.unreadable += 1;
    }
  }

  #nameSenders(): void {
    const { atoms, columns } = this.#question.history;
    const { count, row, fate } = this.#messages;
    this.#sender.length = 0;
    for (let message = 0; message < count; message++) {
      if (fate[message] === FATE.unsent) continue;
      const value = atoms.value(columns.value[row[message] as number] as number);
      const [sender] = peopleAt(value, "from");
      if (sender !== undefined) this.#sender[message] = this.#people.ofName(sender);
    }
  }

  /** Numbers are given once, and in the order of sending. Messages without one are told to the graph. */
  #checkSending(): void {
    const { history } = this.#question;
    const { count, fate, number, invokeNs, ackNs, row } = this.#messages;
    const sent: number[] = [];
    for (let message = 0; message < count; message++) {
      if ((ackNs[message] as number) < Infinity && fate[message] !== FATE.unsent)
        sent.push(message);
    }
    this.#tellSenders(sent.filter((message) => Number.isNaN(number[message])));
    const numbered = sent.filter((message) => !Number.isNaN(number[message]));
    numbered.sort((a, b) => (number[a] as number) - (number[b] as number));
    /** Per sender: of all with lower numbers, the one that was sent last. */
    const latest = new Map<number, number>();
    let before = NONE;
    for (const message of numbered) {
      const rowAfter = row[message] as number;
      // Before the first there is no number, which is like none that there is.
      if (number[before] === number[message]) this.#noteShared(before, message);
      before = message;
      const sender = this.#realTime ? SENDERS : (history.columns.process[rowAfter] as number);
      const late = latest.get(sender);
      if (late !== undefined && (ackNs[message] as number) < (invokeNs[late] as number)) {
        this.#noteSending(late, message);
      }
      if (late === undefined || (invokeNs[message] as number) > (invokeNs[late] as number)) {
        latest.set(sender, message);
      }
    }
  }

  #noteShared(first: number, second: number): void {
    const { number, row } = this.#messages;
    const rows = [row[first] as number, row[second] as number] as const;
    const { returnNs } = this.#question.history.columns;
    const bothNs = Math.max(returnNs[rows[0]] as number, returnNs[rows[1]] as number);
    this.#faults.note("shared", bothNs, rows, () => {
      const names = `${this.#nameOf(first)} and ${this.#nameOf(second)}`;
      return `number ${number[second]} was given to two messages: ${names}`;
    });
  }

  #noteSending(late: number, early: number): void {
    const { number, invokeNs, ackNs, row } = this.#messages;
    const rows = [row[early] as number, row[late] as number];
    this.#faults.note("sent", ackNs[early] as number, rows, () => {
      const first = `${this.#nameOf(early)} was acknowledged at ${at(ackNs[early] as number)}`;
      const then = `${this.#nameOf(late)} was sent from ${at(invokeNs[late] as number)} on`;
      return `${first} as number ${number[early]}, and ${then} and became number ${number[late]}`;
    });
  }

  #tellSenders(messages: readonly number[]): void {
    const { invokeNs, ackNs, row } = this.#messages;
    const { process } = this.#question.history.columns;
    const frontiers = new Map<number, Frontier<Sent>>();
    const byInvoke = messages.toSorted((a, b) => (invokeNs[a] as number) - (invokeNs[b] as number));
    for (const message of byInvoke) {
      const rowAfter = row[message] as number;
      const sender = process[rowAfter] as number;
      let frontier = frontiers.get(sender);
      if (frontier === undefined) frontiers.set(sender, (frontier = new Frontier()));
      frontier.begin(invokeNs[message] as number, () => undefined);
      for (const before of frontier.latest) {
        const rowBefore = row[before.message] as number;
        this.#graph.tell(before.message, message, SENDERS, rowBefore, rowAfter);
      }
      const endNs = ackNs[message] as number;
      frontier.add({ message, endNs, tells: true, follows: frontier.latest });
    }
  }

  #walk(person: number): void {
    const joins = this.#joins === undefined ? undefined : this.#presence.joinsOf(person);
    this.#stream.walk(this.#live, person, joins, this.#trustedNs, {
      notAbove: (message, row, higher, before) => {
        this.#noteNotAbove(person, message, row, higher, before);
      },
      ended: (stretch) => {
        if (stretch.numbers + stretch.nameless > 0) this.#sum.streams += 1;
        if (!this.#gaps) this.#findGap(person, stretch);
      },
    });
  }

  #noteNotAbove(
    person: number,
    message: number,
    row: number,
    higher: number,
    before: number,
  ): void {
    const { returnNs } = this.#question.history.columns;
    this.#faults.note("order", returnNs[row] as number, [before, row], () => {
      const own = this.#messages.number[message] as number;
      const when = at(returnNs[row] as number);
      const again = higher === own ? "again" : `after number ${higher}`;
      return `${shortened(this.#people.nameOf(person))} received number ${own} at ${when}, ${again}`;
    });
  }

  /** Numbers between the lowest and the highest of a stretch that are not in it, and not excused. */
  #findGap(person: number, stretch: Stretch): void {
    const { lowest, highest, highestRow, numbers, nameless } = stretch;
    if (!Number.isSafeInteger(lowest) || !Number.isSafeInteger(highest)) return;
    const between = highest - lowest + 1 - numbers;
    if (between <= nameless) return;
    const { absent, others } = this.#absentFrom(stretch, person);
    const missing = (this.#sender.length > 0 ? others : between) - nameless;
    if (missing <= 0) return;
    const first = Math.min(absent, this.#firstUnknown(stretch));
    const { returnNs } = this.#question.history.columns;
    const message = this.#messages.byNumber.get(first);
    const rows = [
      highestRow,
      message === undefined ? NONE : (this.#messages.row[message] as number),
    ];
    this.#faults.note("gap", returnNs[highestRow] as number, rows, () => {
      const who = shortened(this.#people.nameOf(person));
      const more = missing > 1 ? ` and ${formatCount(missing - 1)} more` : "";
      return `${who} received numbers ${lowest} to ${highest} but for number ${first}${more}`;
    });
  }

  /**
   * The lowest number that others sent and this stretch has not, and how many there are. Where causes name their senders,
   * a person's own messages, and those that may be its own, need not be sent back to it.
   */
  #absentFrom(stretch: Stretch, person: number): { absent: number; others: number } {
    const named = this.#sender.length > 0;
    let absent = Infinity;
    let others = 0;
    this.#messages.byNumber.each((number, message) => {
      if (number < stretch.lowest || number > stretch.highest) return;
      if (this.#stream.has(stretch, message)) return;
      const sender = this.#sender[message];
      if (named && (sender === undefined || sender === person)) return;
      others += 1;
      absent = Math.min(absent, number);
    });
    return { absent, others };
  }

  /** The lowest number that nobody is known to have sent or received; infinite where senders are named. */
  #firstUnknown({ lowest, highest }: Stretch): number {
    if (this.#sender.length > 0) return Infinity;
    for (let number = lowest; number <= highest; number++) {
      if (this.#messages.byNumber.get(number) === NONE) return number;
    }
    return Infinity;
  }

  /** Each log is held against the longest one, message by message. */
  #compareLogs(): void {
    const logs: { row: number; messages: number[] }[] = [];
    const places = this.#logs.startOf(this.#people.count);
    for (let place = 0; place < places; place++) {
      const messages: number[] = [];
      const isReadable = this.#logs.each(place, (message) => messages.push(message));
      if (isReadable) logs.push({ row: this.#logs.rows[place] as number, messages });
    }
    const [longest, ...others] = logs.toSorted((a, b) => b.messages.length - a.messages.length);
    if (longest === undefined) return;
    for (const { row, messages } of others) {
      const place = messages.findIndex((message, i) => message !== longest.messages[i]);
      if (place >= 0) this.#noteLogs(place, row, messages, longest);
    }
    for (const [i, after] of longest.messages.slice(1).entries()) {
      this.#graph.tell(longest.messages[i] as number, after, LOG, longest.row, longest.row);
    }
  }

  #noteLogs(
    place: number,
    row: number,
    messages: readonly number[],
    longest: { row: number; messages: readonly number[] },
  ): void {
    const { history } = this.#question;
    const { returnNs } = history.columns;
    const bothNs = Math.max(returnNs[row] as number, returnNs[longest.row] as number);
    this.#faults.note("log", bothNs, [row, longest.row], () => {
      const [here, there] = [messages, longest.messages].map((list) =>
        this.#nameOf(list[place] as number),
      );
      const who = shortened(history.operation(row).id ?? "");
      const other = shortened(history.operation(longest.row).id ?? "");
      return `entry ${place + 1} of the log is ${here} for ${who}, and ${there} for ${other}`;
    });
  }

  #findCycle(): void {
    const cycle = this.#graph.cycle(this.#messages.count);
    if (cycle === undefined) return;
    const { returnNs } = this.#question.history.columns;
    const rows = cycle.flatMap(({ rowAfter, rowBefore }) => [rowAfter, rowBefore]);
    let lastNs = 0;
    for (const row of rows) lastNs = Math.max(lastNs, returnNs[row] as number);
    this.#faults.note("cycle", lastNs, rows, () => {
      const pairs = cycle.slice(0, IDS_NAMED_MAX).map((told) => this.#toldOf(told));
      return listed(pairs, cycle.length);
    });
  }

  #toldOf({ before, after, stream }: Told): string {
    const pair = `${this.#nameOf(before)} came before ${this.#nameOf(after)}`;
    if (stream === SENDERS) return `${pair} from their sender`;
    return stream === LOG
      ? `${pair} in the log`
      : `${pair} for ${shortened(this.#people.nameOf(stream))}`;
  }

  #nameOf(message: number): string {
    return shortened(textOf(this.#messages.nameOf(message)));
  }
}
