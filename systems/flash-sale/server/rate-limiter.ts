/**
 * Who may order now: a token bucket for each product and one for each client, and an order needs a token of both. A
 * token is only taken when both have one, so that a client who hammers does not drain the product for the others.
 *
 * A client is what its `x-client-id` header says, or else its address. `x-forwarded-for` is not believed: anybody can
 * write it, and this server stands behind no proxy of its own.
 */
import type { Clock } from "../../ports/clock.ts";
import { BURST_SECONDS, CLIENTS_MAX } from "./limits.ts";
import { TokenBucket } from "./token-bucket.ts";

/** Orders a second. */
export interface RateLimits {
  /** For one product, unless its sale says otherwise. */
  readonly perProduct: number;
  readonly perClient: number;
}

export class RateLimiter {
  readonly #clock: Clock;
  readonly #perClient: number;
  readonly #products = new Map<string, TokenBucket>();
  readonly #clients = new Map<string, TokenBucket>();

  constructor(perClient: number, clock: Clock) {
    this.#perClient = perClient;
    this.#clock = clock;
  }

  /** A product's bucket starts full. Products that were never opened are not limited: they are refused anyway. */
  open(productId: string, ordersPerSecond: number): void {
    this.#products.set(productId, newBucket(ordersPerSecond, this.#clock.nowMs()));
  }

  admits(productId: string, client: string): boolean {
    const nowMs = this.#clock.nowMs();
    const forProduct = this.#products.get(productId);
    if (forProduct === undefined) return true;
    const forClient = this.#clients.get(client) ?? this.#newClient(client, nowMs);
    if (!forClient.has(nowMs) || !forProduct.has(nowMs)) return false;
    forClient.take();
    forProduct.take();
    return true;
  }

  #newClient(client: string, nowMs: number): TokenBucket {
    const oldest = this.#clients.size < CLIENTS_MAX ? undefined : this.#clients.keys().next().value;
    if (oldest !== undefined) this.#clients.delete(oldest);
    const bucket = newBucket(this.#perClient, nowMs);
    this.#clients.set(client, bucket);
    return bucket;
  }
}

function newBucket(perSecond: number, nowMs: number): TokenBucket {
  return new TokenBucket(perSecond, Math.max(1, perSecond * BURST_SECONDS), nowMs);
}
