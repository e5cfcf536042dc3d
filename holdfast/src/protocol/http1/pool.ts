/** The connections to one origin, by whichever version of HTTP: what a session asks of them. */
import { Http2Pool } from "../http2/pool.ts";
import type { ClientFamily } from "./client-family.ts";
import type { Exchange } from "./exchange.ts";
import type { Origin } from "./origin.ts";
import { OriginPool } from "./origin-pool.ts";

export interface Pool {
  readonly origin: Origin;
  /** HOT. Sends the request in this turn of the event loop, or as soon as there is room. */
  send(exchange: Exchange): void;
  /** Gives one exchange up, wherever it is. */
  abort(exchange: Exchange): void;
  close(): void;
}

/** A new pool; opens no connection yet. `single`: HTTP/2 has only one connection, whatever the options allow. */
export function openPool(origin: Origin, family: ClientFamily, single = false): Pool {
  const { version, connectionsMax } = family.settings;
  if (version === "1.1") return new OriginPool(origin, family);
  return new Http2Pool(origin, family, single ? 1 : connectionsMax);
}
