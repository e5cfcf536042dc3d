/**
 * One request and its answer, from the moment the author asked until the answer is handed over. A plain record that the
 * pool, the connection and the accounting fill in one after another; besides it, a request allocates only its text, its
 * promise, and the small response object that authors see. Times are nanoseconds of the run's clock.
 *
 *   state     is                                     next
 *   queued    in a pool: no connection yet           sent | settled (no connection, too late)
 *   sent      a connection's, from the first byte    queued (retried) | settled
 *   settled   recorded; the caller has been told
 */
import type { OperationStart } from "../../record/operation.ts";
import type { Actor } from "../../record/recorder.ts";
import type { HttpResponse } from "../http.ts";
import type { Failure } from "./failures.ts";
import { type Head, NO_HEAD } from "./head.ts";
import type { HeadMemo } from "./head-memo.ts";
import type { Origin } from "./origin.ts";
import type { RouteSeries } from "./series.ts";
import type { TimeoutsNs } from "./settings.ts";

export type BodySource = Uint8Array | AsyncIterable<Uint8Array>;

/** What all requests of one kind share. */
export interface Route {
  readonly origin: Origin;
  readonly method: string;
  readonly url: string;
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

export class Exchange {
  readonly route: Route;
  readonly actor: Actor;
  state: "queued" | "sent" | "settled" = "queued";
  /** Head, and body when that is text. Empty once it is no longer needed. */
  wire: string;
  readonly encoding: "latin1" | "utf8";
  /** Sent after `wire`; undefined when that was all. */
  body: BodySource | undefined = undefined;
  readonly operation: OperationStart | undefined;
  /** Slot of the operation log; -1 before the operation is invoked. */
  slot = -1;
  attempts = 0;

  /** The latency counts from here in an open model; NaN in a closed one. */
  intendedNs: number = Number.NaN;
  /** When it was asked for; 0 when a connection was free at once. */
  queuedNs = 0;
  startNs = 0;
  sentNs = 0;
  firstNs = 0;
  endNs = 0;
  opening: OpeningTimesNs | undefined = undefined;

  head: Head = NO_HEAD;
  /** The body is in `bytes`; when those are undefined, in `text` as latin1. */
  text = "";
  bytes: Buffer | undefined = undefined;
  bytesSent = 0;
  bytesReceived = 0;
  failure: Failure | undefined = undefined;
  redirects = 0;
  response: HttpResponse | undefined = undefined;

  /** Called once, when everything is known and recorded. */
  settle: (exchange: Exchange) => void = ignore;
  resolve: (response: HttpResponse) => void = ignore;

  constructor(
    route: Route,
    actor: Actor,
    wire: string,
    encoding: "latin1" | "utf8",
    operation: OperationStart | undefined,
  ) {
    this.route = route;
    this.actor = actor;
    this.wire = wire;
    this.encoding = encoding;
    this.operation = operation;
  }
}

function ignore(): void {}
