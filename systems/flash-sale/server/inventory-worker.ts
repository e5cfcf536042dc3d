/**
 * Takes orders from the log to the database. At least once in, exactly once in effect:
 *
 *     read ──► insert what is new, commit ──► acknowledge
 *                                        ▲
 *                          a crash here: the batch comes again, and nothing in it is new
 *
 * Workers are mortal: whatever goes wrong ends a worker, and the next one, under a new name, claims what the dead one
 * had read and not acknowledged. So that this is more than a promise, a worker of this reference system crashes once
 * in its life at that very point, in every run, and the sale must come out right all the same.
 */
import type { Clock } from "../../ports/clock.ts";
import type { EventLog, LogEntry } from "../../ports/event-log.ts";
import {
  WORKER_BATCH_ROWS_MAX,
  WORKER_CLAIM_EVERY_MS,
  WORKER_IDLE_MS,
  WORKER_LINGER_MS,
  WORKER_READ_WAIT_MS,
  WORKER_RETRY_MS,
} from "./limits.ts";
import { eventOf } from "./parts/order-event.ts";
import type { OrderStore } from "./parts/order-store.ts";
import type { FlashSaleParts } from "./parts/parts.ts";

/** Brings one batch home. `mayCrash` stands between its two steps. */
export type Settle = (batch: readonly LogEntry[], hands: WorkerHands) => Promise<number>;

export interface WorkerHands {
  readonly log: EventLog;
  readonly store: OrderStore;
  readonly mayCrash: () => void;
}

/** Commit first, acknowledge afterwards. Gives how many orders were new. */
export const settle: Settle = async (batch, { log, store, mayCrash }) => {
  const inserted = await store.insert(batch.map(eventOf));
  mayCrash();
  await log.acknowledge(batch.map(({ id }) => id));
  return inserted;
};

export interface WorkerOptions {
  readonly parts: FlashSaleParts;
  readonly clock: Clock;
  /** The worker that takes the count of orders to this number crashes there, once. 0: never. */
  readonly crashAtOrder: number;
  /** How long entries must lie with a silent worker before they are claimed. Default WORKER_IDLE_MS. */
  readonly idleMs?: number;
  readonly report: (event: WorkerEvent) => void;
}

export type WorkerEvent =
  | { readonly kind: "settled"; readonly read: number; readonly inserted: number }
  | { readonly kind: "crashed" }
  | { readonly kind: "failed"; readonly error: unknown };

class WorkerCrash extends Error {}

/** One worker after another, until the signal; resolves when the last one has put down its batch. */
export async function runInventoryWorkers(
  options: WorkerOptions,
  signal: AbortSignal,
): Promise<void> {
  const bomb = plannedCrash(options.crashAtOrder);
  for (let life = 1; !signal.aborted; life++) {
    try {
      await work(`worker-${process.pid}-${life}`, options, bomb, signal);
    } catch (error) {
      if (error instanceof WorkerCrash) {
        options.report({ kind: "crashed" });
      } else if (!signal.aborted) {
        options.report({ kind: "failed", error });
        await pause(WORKER_RETRY_MS);
      }
    }
  }
}

async function work(
  name: string,
  { parts, clock, idleMs = WORKER_IDLE_MS, report }: WorkerOptions,
  bomb: (orders: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const { log, store, settle } = parts;
  let claimAtMs = clock.nowMs();
  while (!signal.aborted) {
    let batch: LogEntry[] = [];
    if (clock.nowMs() >= claimAtMs) {
      batch = await log.claim(name, { count: WORKER_BATCH_ROWS_MAX, idleMs });
      claimAtMs = clock.nowMs() + WORKER_CLAIM_EVERY_MS;
    }
    if (batch.length === 0) {
      batch = await log.read(name, { count: WORKER_BATCH_ROWS_MAX, waitMs: WORKER_READ_WAIT_MS });
    }
    if (batch.length === 0) continue;
    const mayCrash = (): void => bomb(batch.length);
    const inserted = await settle(batch, { log, store, mayCrash });
    report({ kind: "settled", read: batch.length, inserted });
    await pause(WORKER_LINGER_MS);
  }
}

function plannedCrash(atOrder: number): (orders: number) => void {
  let seen = 0;
  let armed = atOrder > 0;
  return (orders) => {
    seen += orders;
    if (!armed || seen < atOrder) return;
    armed = false;
    throw new WorkerCrash();
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
