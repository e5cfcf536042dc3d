/** Events of one namespace whose acknowledgement is awaited, by their numbers. */
import type { Deadlines, Expiring } from "../http1/deadlines.ts";
import type { Answer } from "./event.ts";
import { ASKED_MAX } from "./limits.ts";

export class Asked {
  readonly #deadlines: Deadlines;
  readonly #waiting = new Map<number, Waiting>();
  #next = 0;

  constructor(deadlines: Deadlines) {
    this.#deadlines = deadlines;
  }

  /** The number that the next event takes with it; -1 when too many are waited for. */
  number(): number {
    return this.#waiting.size < ASKED_MAX ? this.#next++ : -1;
  }

  /** Resolves to the answer; undefined at the deadline, or when none will come. */
  wait(number: number, deadlineNs: number): Promise<Answer | undefined> {
    const waiting = new Waiting(deadlineNs, () => this.settle(number, undefined));
    this.#waiting.set(number, waiting);
    this.#deadlines.add(waiting);
    return waiting.promise;
  }

  /** An answer that nobody waits for, or not any more, is nobody's. */
  settle(number: number, answer: Answer | undefined): void {
    const waiting = this.#waiting.get(number);
    if (waiting === undefined) return;
    this.#waiting.delete(number);
    this.#deadlines.remove(waiting);
    waiting.resolve(answer);
  }

  /** No answer will come. */
  end(): void {
    for (const number of this.#waiting.keys()) this.settle(number, undefined);
  }
}

class Waiting implements Expiring {
  readonly deadlineNs: number;
  deadlineIndex = -1;
  readonly promise: Promise<Answer | undefined>;
  readonly resolve: (answer: Answer | undefined) => void;
  readonly #late: () => void;

  constructor(deadlineNs: number, late: () => void) {
    const { promise, resolve } = Promise.withResolvers<Answer | undefined>();
    this.promise = promise;
    this.resolve = resolve;
    this.deadlineNs = deadlineNs;
    this.#late = late;
  }

  expire(): void {
    this.#late();
  }
}
