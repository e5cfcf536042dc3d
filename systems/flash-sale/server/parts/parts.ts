/** What a flash sale stands on. The server knows these ports only, not what is behind them. */
import type { EventLog } from "../../../ports/event-log.ts";
import type { Settle } from "../inventory-worker.ts";
import type { OrderStore } from "./order-store.ts";
import type { Reservation } from "./reservation.ts";

export interface FlashSaleParts {
  readonly log: EventLog;
  readonly reservation: Reservation;
  readonly store: OrderStore;
  /** How a worker brings a batch home. */
  readonly settle: Settle;
}
