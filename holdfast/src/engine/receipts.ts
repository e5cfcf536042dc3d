/**
 * What receivers got, as runs of consecutive numbers: one row of history for each run instead of one for each message,
 * so that ten thousand watchers of one auction can be proved to have seen every bid.
 *
 *     numbers   1 2 3 4   6 7   7 8        a run ends where the next number is not the next one …
 *     rows      {1..4}    {6..7} {7..8}    … so a gap, a repeat or a swap is still there to be seen
 *
 * A row's interval is from the first receipt of its run to the last. Runs are written RUN_NS_MAX after the first of them
 * began at the latest, so that what is lost with a killed process is no more than that.
 */
import type { OperationDefinition } from "../record/operation.ts";
import { RULE } from "../record/outcome.ts";
import type { Actor, Recorder } from "../record/recorder.ts";
import type { Receipts } from "../scenario/receipts.ts";
import { RUN_NS_MAX, RUNS_MAX } from "./limits.ts";
import type { Sleepers } from "./sleepers.ts";

interface Run {
  readonly owner: RunKeeper;
  readonly key: string;
  from: number;
  to: number;
  firstNs: number;
  lastNs: number;
}

/** All runs of one engine thread that are not written yet. */
export class ReceiptBook {
  readonly #recorder: Recorder;
  readonly #sleepers: Sleepers;
  readonly #open = new Set<Run>();
  #cancelTimer: (() => void) | undefined;

  constructor(recorder: Recorder, sleepers: Sleepers) {
    this.#recorder = recorder;
    this.#sleepers = sleepers;
  }

  /** For one receiver; `actor` is the virtual user that listens for it. */
  keep(actor: Actor, receipt: OperationDefinition, receiver: string): Receipts {
    return new RunKeeper(this, actor, receipt, receiver);
  }

  nowNs(): number {
    return this.#recorder.clock.nowNs();
  }

  opened(run: Run): void {
    if (this.#open.size >= RUNS_MAX) this.flush();
    this.#open.add(run);
    this.#cancelTimer ??= this.#sleepers.at(run.firstNs + RUN_NS_MAX, () => this.flush());
  }

  closed(run: Run): void {
    this.#open.delete(run);
    this.#write(run);
  }

  /** Writes all of them. */
  flush(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    for (const run of this.#open) {
      run.owner.forget(run.key);
      this.#write(run);
    }
    this.#open.clear();
  }

  #write({ owner, key, from, to, firstNs, lastNs }: Run): void {
    const { actor, receipt: definition, receiver: id } = owner;
    const { operations } = this.#recorder;
    const value = from === to ? from : { from, to };
    const start = { definition, key, id, value };
    const slot = operations.invoke(start, actor.process, actor.phase, firstNs);
    operations.complete(slot, lastNs, RULE.received, 0, undefined);
  }
}

class RunKeeper implements Receipts {
  readonly actor: Actor;
  readonly receipt: OperationDefinition;
  readonly receiver: string;
  readonly #book: ReceiptBook;
  readonly #runs = new Map<string, Run>();

  constructor(book: ReceiptBook, actor: Actor, receipt: OperationDefinition, receiver: string) {
    this.#book = book;
    this.actor = actor;
    this.receipt = receipt;
    this.receiver = receiver;
  }

  /** HOT. */
  add(key: string, number: number, receivedNs?: number): void {
    const atNs = receivedNs ?? this.#book.nowNs();
    const run = this.#runs.get(key);
    if (run !== undefined && number === run.to + 1) {
      run.to = number;
      run.lastNs = atNs;
      return;
    }
    if (!Number.isSafeInteger(number)) {
      throw new TypeError(`receipts: number must be a whole number, got ${String(number)}`);
    }
    if (run !== undefined) this.#book.closed(run);
    const next: Run = { owner: this, key, from: number, to: number, firstNs: atNs, lastNs: atNs };
    this.#runs.set(key, next);
    this.#book.opened(next);
  }

  forget(key: string): void {
    this.#runs.delete(key);
  }
}
