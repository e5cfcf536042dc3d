/** The parts inside the process: two SQLite files in one folder, and the reservation in memory. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../../../ports/clock.ts";
import { SqliteEventLog } from "../../../ports/event-log-sqlite.ts";
import { settle } from "../inventory-worker.ts";
import { SqliteOrderStore } from "./order-store-sqlite.ts";
import type { FlashSaleParts } from "./parts.ts";
import { EmbeddedReservation } from "./reservation-embedded.ts";

export interface EmbeddedParts extends FlashSaleParts, AsyncDisposable {
  readonly kind: "embedded";
  readonly log: SqliteEventLog;
  readonly reservation: EmbeddedReservation;
  readonly store: SqliteOrderStore;
}

/** Goes on from what the folder holds. */
export async function openEmbeddedParts(folder: string, clock: Clock): Promise<EmbeddedParts> {
  mkdirSync(folder, { recursive: true });
  const log = new SqliteEventLog(join(folder, "log.sqlite"), clock);
  const store = new SqliteOrderStore(join(folder, "orders.sqlite"));
  const reservation = new EmbeddedReservation(log);
  await reservation.recover(store);
  return {
    kind: "embedded",
    log,
    reservation,
    store,
    settle,
    async [Symbol.asyncDispose]() {
      await log[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    },
  };
}
