/**
 * Takes events from the outbox to the bus, in the order in which they were decided, for as long as it takes: an event
 * leaves the outbox when the bus has stored it. A bid never waits for this; when the bus is away the outbox grows, and
 * drains when it is back. What was published and not yet removed at a crash is published again, and stored once.
 */
import type { Outbox } from "../book/item-book.ts";
import type { EventBus } from "../bus/bus.ts";
import { RELAY_BATCH_MAX, RELAY_RETRY_MS, RELAY_WAIT_MS } from "../limits.ts";

export interface RelayOptions {
  readonly outbox: Outbox;
  readonly bus: Pick<EventBus, "publish">;
  /** Takes the first failure of each row of failures. */
  readonly report: (error: unknown) => void;
}

/** Until the signal; resolves when the batch at hand is through, or has failed. */
export async function runRelay(
  { outbox, bus, report }: RelayOptions,
  signal: AbortSignal,
): Promise<void> {
  let isFailing = false;
  while (!signal.aborted) {
    try {
      const entries = await outbox.oldest({ count: RELAY_BATCH_MAX, waitMs: RELAY_WAIT_MS });
      if (entries.length === 0 || signal.aborted) continue;
      await bus.publish(entries.map(({ event }) => event));
      await outbox.remove(entries);
      isFailing = false;
    } catch (error) {
      if (!isFailing && !signal.aborted) report(error);
      isFailing = true;
      await new Promise((resolve) => setTimeout(resolve, RELAY_RETRY_MS));
    }
  }
}
