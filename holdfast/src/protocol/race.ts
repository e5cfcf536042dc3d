/**
 * A race as a protocol sees it: clients whose first requests are held back just before their end, and let go together.
 * What an author writes is `scenario/race.ts`.
 */
import type { Http } from "./http.ts";

/**
 * What of a request is held back until the release.
 *
 * - `last-byte`: all but the last byte is sent beforehand: enough for servers that act on the whole request.
 * - `head`: the end of the head and all of the body are held, for servers that begin to act on the head alone.
 */
export type Hold = "last-byte" | "head";

export interface StartOptions {
  readonly hold: Hold;
  /** How long what is sent beforehand has to arrive before the release. HTTP/2 knows when it has, and waits for that. */
  readonly headStartNs: number;
  /** Header of the answers that says when the request came, in ms; undefined when none does. */
  readonly serverTime: string | undefined;
}

/** How close a race was. */
export interface RaceFigures {
  /** Requests that were let go together. */
  readonly released: number;
  /** From the first release to the last as this side wrote them, in ms. 0 where one write held them all. */
  readonly spreadMs: number;
  /** The most requests about one key that were in flight at once: released, and not yet answered. */
  readonly overlap: number;
  /** From the first request's arrival to the last's as the server says; undefined where it does not. */
  readonly serverSpreadMs: number | undefined;
}

/** One race about to begin. */
export interface Start {
  /** One client a racer, with connections of its own or, in HTTP/2, a stream; its first request is held back. */
  readonly clients: readonly Http[];
  /** All racers' requests are held back, or there will be none. */
  readonly ready: Promise<void>;
  /** This racer is done, whether or not it has sent a request. */
  leave(racer: number): void;
  /** Lets all go. Only the first call does. */
  release(): void;
  /** Once all racers are done. */
  figures(): RaceFigures;
}
