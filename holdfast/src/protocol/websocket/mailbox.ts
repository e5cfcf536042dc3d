/**
 * What lies between a connection and its reader: messages that nobody has asked for yet, and those who wait for one.
 * Never both: while somebody waits, a message is offered to them in the order in which they came, and is gone when
 * nobody wanted it.
 */
import { Fifo } from "../http1/fifo.ts";
import type { Clock } from "../../base/clock.ts";
import type { Deadlines, Expiring } from "../http1/deadlines.ts";
import type { Shared } from "../http1/shared.ts";
import { UNREAD_BYTES_MAX, UNREAD_MESSAGES_MAX } from "./limits.ts";

/** Whatever lies in it. */
export interface Kept {
  /** Roughly what keeping it costs. */
  readonly size: number;
}

export class Mailbox<Message extends Kept> {
  readonly #deadlines: Deadlines;
  readonly #clock: Clock;
  #unread: Fifo<Message> | undefined;
  #unreadBytes = 0;
  #isChecked = true;
  #waiting: Awaiting<Message>[] | undefined;

  constructor({ deadlines, clock }: Pick<Shared, "deadlines" | "clock">) {
    this.#deadlines = deadlines;
    this.#clock = clock;
  }

  /** HOT. False when nobody waits: it may be kept. */
  offer(message: Message): boolean {
    const waiting = this.#waiting;
    if (waiting === undefined || waiting.length === 0) return false;
    const taker = waiting.find((awaiting) => awaiting.fits(message));
    if (taker !== undefined) this.#settle(taker, message);
    return true;
  }

  /**
   * `overflow` is called when there are too many, once the script has had its turn: a server may send thousands in one
   * piece with its first answer, and nobody can have read them by then.
   */
  keep(message: Message, overflow: () => void): void {
    (this.#unread ??= new Fifo()).push(message);
    this.#unreadBytes += message.size;
    if (!this.isOverfull || !this.#isChecked) return;
    this.#isChecked = false;
    this.#clock.soon(() => {
      this.#isChecked = true;
      if (this.isOverfull) overflow();
    });
  }

  get isOverfull(): boolean {
    const count = this.#unread === undefined ? 0 : this.#unread.size;
    if (count > UNREAD_MESSAGES_MAX) return true;
    return this.#unreadBytes > UNREAD_BYTES_MAX && count > 1;
  }

  /** The oldest unread one. */
  take(): Message | undefined {
    const message = this.#unread?.shift();
    if (message !== undefined) this.#unreadBytes -= message.size;
    return message;
  }

  /** All unread ones that fit, oldest first; the others stay. */
  takeAll(fits: (message: Message) => boolean): Message[] {
    const taken: Message[] = [];
    this.#unread?.keep((message) => {
      if (!fits(message)) return true;
      taken.push(message);
      this.#unreadBytes -= message.size;
      return false;
    });
    return taken;
  }

  /** Resolves to the next message that fits; undefined at the deadline, or when nothing more will come. */
  wait(fits: (message: Message) => boolean, deadlineNs: number): Promise<Message | undefined> {
    const awaiting = new Awaiting(fits, deadlineNs, (late) => this.#settle(late, undefined));
    (this.#waiting ??= []).push(awaiting);
    if (deadlineNs !== Number.POSITIVE_INFINITY) this.#deadlines.add(awaiting);
    return awaiting.promise;
  }

  /** Nothing more will come. What is unread may still be read. */
  end(): void {
    for (let first; (first = this.#waiting?.[0]) !== undefined;) this.#settle(first, undefined);
  }

  #settle(awaiting: Awaiting<Message>, message: Message | undefined): void {
    const waiting = this.#waiting ?? [];
    waiting.splice(waiting.indexOf(awaiting), 1);
    this.#deadlines.remove(awaiting);
    awaiting.resolve(message);
  }
}

/** One who waits. A script's own function that throws ends its wait with that. */
class Awaiting<Message> implements Expiring {
  deadlineNs: number;
  deadlineIndex = -1;
  readonly promise: Promise<Message | undefined>;
  resolve: (message: Message | undefined | Promise<never>) => void;
  readonly #fits: (message: Message) => boolean;
  readonly #late: (awaiting: Awaiting<Message>) => void;

  constructor(
    fits: (message: Message) => boolean,
    deadlineNs: number,
    late: (awaiting: Awaiting<Message>) => void,
  ) {
    const { promise, resolve } = Promise.withResolvers<Message | undefined>();
    this.promise = promise;
    this.resolve = resolve;
    this.deadlineNs = deadlineNs;
    this.#fits = fits;
    this.#late = late;
  }

  fits(message: Message): boolean {
    try {
      return this.#fits(message);
    } catch (error) {
      const { resolve } = this;
      this.resolve = () => resolve(Promise.reject(error));
      return true;
    }
  }

  expire(): void {
    this.#late(this);
  }
}
