/**
 * A race: requests prepared on warm connections and let go in one instant, because what goes wrong between two requests
 * mostly goes wrong within a millisecond, and no crowd hits that millisecond by itself.
 *
 *     const { results, overlap } = await race(20, ({ http, index }) =>
 *       http.post("/claim", { json: { user: index }, operation: claim.on(seat) }),
 *     );
 */
import type { Duration } from "../base/units.ts";
import type { Http } from "../protocol/http.ts";
import type { Hold, RaceFigures } from "../protocol/race.ts";
import type { VuHands } from "./vu.ts";

export type { Hold, RaceFigures, Start, StartOptions } from "../protocol/race.ts";

/** `act` is called once for each racer, all at the same time; the first request it sends by the racer's `http` races. */
export type Race = <T>(
  racers: number,
  act: (racer: Racer) => Promise<T>,
  options?: RaceOptions,
) => Promise<RaceOutcome<T>>;

/** One who races: a process of its own in the history, with connections of its own, and the virtual user's cookies. */
export interface Racer {
  /** From 0. */
  readonly index: number;
  /** The first request waits for the release; those that follow are sent as they come. */
  readonly http: Http;
  /** As the virtual user's own, but done by this racer. */
  readonly operation: VuHands<never, never, never, never>["operation"];
}

export interface RaceOptions {
  /** Default `last-byte`. Servers that act before they have the body want `head`. */
  readonly hold?: Hold;
  /**
   * How long what is sent beforehand has to arrive, before the release. Default `10ms`; through a slow network at least
   * its jitter. HTTP/2 knows when it has arrived, and waits just as long.
   */
  readonly headStart?: Duration;
  /**
   * Races of the same name are one: each waits until the others are ready, and all are released in one instant, over all
   * virtual users of the scenario and all threads.
   */
  readonly together?: string;
  /** How many virtual users race `together`. Default: all that are active. */
  readonly parties?: number;
  /** Header of the answers that says when the server got the request, in ms; any clock does. */
  readonly serverTime?: string;
}

export interface RaceOutcome<T> extends RaceFigures {
  /** What `act` returned, by the racers' index. */
  readonly results: readonly T[];
}
