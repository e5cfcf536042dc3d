/** The way in: an order passes with an admission token or by the rate limiter, or else it is sent to stand in line. */
import type { Clock } from "../../ports/clock.ts";
import { RequestProblem } from "../../http/request-problem.ts";
import { PRODUCTS_MAX } from "./limits.ts";
import type { Order } from "./parts/reservation.ts";
import { RateLimiter, type RateLimits } from "./rate-limiter.ts";
import { WaitingRoom } from "./waiting-room.ts";

export class Turnstile {
  readonly room: WaitingRoom;
  readonly #limiter: RateLimiter;
  readonly #limits: RateLimits;
  readonly #products = new Set<string>();

  constructor(limits: RateLimits, clock: Clock) {
    this.#limits = limits;
    this.#limiter = new RateLimiter(limits.perClient, clock);
    this.room = new WaitingRoom(clock);
  }

  /** Before a sale opens: throws when there are too many products. */
  checkRoomFor(productId: string): void {
    if (this.#products.has(productId) || this.#products.size < PRODUCTS_MAX) return;
    throw new RequestProblem(
      400,
      "too-many-products",
      `at most ${PRODUCTS_MAX} products can be open`,
    );
  }

  /** A full bucket and an empty line for a new sale. */
  open(productId: string, ordersPerSecond: number = this.#limits.perProduct): void {
    this.#products.add(productId);
    this.#limiter.open(productId, ordersPerSecond);
    this.room.open(productId, ordersPerSecond);
  }

  admits({ productId, key }: Order, client: string, token: unknown): boolean {
    if (typeof token === "string" && this.room.admits(token, productId, key)) return true;
    return this.#limiter.admits(productId, client);
  }
}
