/**
 * Requests that answers have brought about, held until all answers of this turn of the event loop are dealt with, and
 * then sent one right after another: the last of the programs of a turn (see inbox.ts). The first read opens the box; it
 * is emptied and closed in the turn's end.
 *
 * A request is begun, in its numbers and in the history, when it is written. Outside of reads the box is closed:
 * whatever a timer or an arrival brings about is written at once. A script that computes for long is no reason to let
 * others wait: then the box is emptied in the middle of the turn.
 */
import { assert } from "../../base/assert.ts";
import type { Clock } from "../../base/clock.ts";
import type { Exchange } from "./exchange.ts";
import { GATHERED_MAX, GATHERED_NS_MAX } from "./limits.ts";

/** How many go in between two looks at the clock. */
const LOOK_EVERY = 8;

export interface Sender {
  /** HOT. `nowNs` was read just before; gives the time when it was done. */
  sendNow(exchange: Exchange, nowNs: number): number;
}

export class Outbox {
  /** Whether requests are gathered. */
  isOpen = false;
  readonly #clock: Clock;
  readonly #senders: (Sender | undefined)[] = Array.from({ length: GATHERED_MAX });
  readonly #exchanges: (Exchange | undefined)[] = Array.from({ length: GATHERED_MAX });
  #count = 0;
  /** When the first of those that are in it came. */
  #sinceNs = 0;
  #isLate = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** HOT. An answer has been read: from here on requests are gathered, until the end of this turn. */
  open(): void {
    if (this.isOpen) return;
    this.isOpen = true;
    this.#clock.soon(this.#close);
  }

  /** HOT. */
  add(sender: Sender, exchange: Exchange): void {
    assert(this.isOpen, "a closed outbox takes nothing");
    this.#senders[this.#count] = sender;
    this.#exchanges[this.#count] = exchange;
    if (this.#count % LOOK_EVERY === 0) this.#look();
    this.#count += 1;
    if (this.#count === GATHERED_MAX || this.#isLate) this.#sendAll();
  }

  #look(): void {
    const nowNs = this.#clock.nowNs();
    if (this.#count === 0) this.#sinceNs = nowNs;
    else this.#isLate = nowNs - this.#sinceNs > GATHERED_NS_MAX;
  }

  readonly #close = (): void => {
    this.#sendAll();
    this.isOpen = false;
  };

  /** One that has been given up meanwhile is no longer queued. */
  #sendAll(): void {
    const count = this.#count;
    let nowNs = this.#clock.nowNs();
    for (let i = 0; i < count; i++) {
      const exchange = this.#exchanges[i] as Exchange;
      if (exchange.state === "queued") {
        nowNs = (this.#senders[i] as Sender).sendNow(exchange, nowNs);
      }
      this.#senders[i] = this.#exchanges[i] = undefined;
    }
    this.#count = 0;
    this.#isLate = false;
  }
}
