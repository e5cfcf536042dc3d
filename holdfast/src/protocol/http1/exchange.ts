/**
 * One request and its answer, from the moment the author asked until the answer is handed over. A plain record that the
 * pool, the connection and the accounting fill in one after another; besides it, a request allocates only its text, its
 * promise, and the small response object that authors see. Times are nanoseconds of the run's clock.
 *
 *   state     is                                     next
 *   queued    in the outbox, or in a pool             sent | settled (no connection, too late, given up)
 *   sent      a connection's, from the first byte    queued (retried) | settled
 *   settled   ended; the session has been told
 */
import type { OperationStart } from "../../record/operation.ts";
import type { HttpResponse } from "../http.ts";
import type { Failure } from "./failures.ts";
import { type Head, NO_HEAD } from "./head.ts";
import type { HeldBack } from "./held-back.ts";
import type { HeadMemo } from "./head-memo.ts";
import type { Origin } from "./origin.ts";
import type { RedirectChain } from "./redirect-chain.ts";
import type { RouteSeries } from "./series.ts";
import type { Session } from "./session.ts";
import type { TimeoutsNs } from "./settings.ts";

/** What all requests of one kind share. */
export interface Route {
  readonly origin: Origin;
  readonly method: string;
  readonly url: string;
  /** Without the query. */
  readonly path: string;
  readonly series: RouteSeries;
  readonly timeouts: TimeoutsNs;
  /** Which statuses are no failure. */
  readonly expected: (status: number) => boolean;
  readonly keepBody: boolean;
  readonly responseBytesMax: number;
  readonly memo: HeadMemo;
}

/** How long it took to open the connection that an exchange was the first to use. */
export interface OpeningTimesNs {
  lookingUp: number;
  connecting: number;
  tls: number;
}

/** What only few exchanges have; the others do not carry it. */
export class Extras {
  /** Sent after `wire`; undefined when that was all. */
  source: Uint8Array | AsyncIterable<Uint8Array> | undefined = undefined;
  /** Of `source`; -1 when only its end will tell. */
  sourceBytes = 0;
  /** Of a racer's request: its end is sent when the race is released. */
  held: HeldBack | undefined = undefined;
  /** The author wants no other request on this connection. */
  closes = false;
  /** When it began to wait for a connection; 0 when one was free at once. */
  queuedNs = 0;
  /** When its operation began, if that was before `startNs`; else 0. */
  invokedNs = 0;
  /** When the whole answer must be there; 0 when that counts from the start. */
  deadlineNs = 0;
  /** Of the connection that was opened for it. */
  opening: OpeningTimesNs | undefined = undefined;
  /** Undefined where redirects are handed back. */
  chain: RedirectChain | undefined = undefined;
  redirects = 0;
  /** The exchange that follows this one's redirect. */
  successor: Exchange | undefined = undefined;
  /** What the author's own body stream threw. */
  thrown: unknown = undefined;
}

export class Exchange {
  readonly route: Route;
  readonly session: Session;
  state: "queued" | "sent" | "settled" = "queued";
  /** Head, and body when that is text. Empty once it is no longer needed. */
  wire: string;
  readonly encoding: "latin1" | "utf8";
  readonly operation: OperationStart | undefined;
  /** Slot of the operation log; -1 before the operation is invoked. */
  slot = -1;
  /** Who invoked it: by the time it ends its actor may be another. */
  process = -1;
  attempts = 0;
  extras: Extras | undefined = undefined;

  /** The latency counts from here in an open model; NaN in a closed one. */
  intendedNs: number = Number.NaN;
  startNs = 0;
  sentNs = 0;
  firstNs = 0;
  endNs = 0;

  head: Head = NO_HEAD;
  /** The body is in `bytes`; when those are undefined, in `text` as latin1. */
  text = "";
  bytes: Buffer | undefined = undefined;
  bytesSent = 0;
  bytesReceived = 0;
  failure: Failure | undefined = undefined;
  response: HttpResponse | undefined = undefined;
  resolve: (response: HttpResponse | Promise<never>) => void = ignore;

  constructor(
    route: Route,
    session: Session,
    wire: string,
    encoding: "latin1" | "utf8",
    operation: OperationStart | undefined,
  ) {
    this.route = route;
    this.session = session;
    this.wire = wire;
    this.encoding = encoding;
    this.operation = operation;
  }

  /** For writing; reading goes by `extras`. */
  get extra(): Extras {
    return (this.extras ??= new Extras());
  }

  /** When the whole answer must be there. Only once it has been queued or started. */
  get deadlineNs(): number {
    const said = this.extras === undefined ? 0 : this.extras.deadlineNs;
    return said === 0 ? this.startNs + this.route.timeouts.whole : said;
  }
}

function ignore(): void {}

/** Ends an exchange without an answer. Times that it did not get to are as long as nothing. */
export function endWith(exchange: Exchange, failure: Failure, nowNs: number): void {
  exchange.failure = failure;
  exchange.endNs = nowNs;
  if (exchange.firstNs === 0) exchange.firstNs = nowNs;
  if (exchange.sentNs === 0) exchange.sentNs = exchange.firstNs;
  if (exchange.startNs === 0) exchange.startNs = exchange.sentNs;
  exchange.session.ended(exchange);
}
