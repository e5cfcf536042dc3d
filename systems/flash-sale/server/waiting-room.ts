/**
 * Where those wait whom the rate limiter turned away.
 *
 *     ticket 41 ── its turn when the counter ──► 41 ──► admission token ──► POST /order passes the limiter, once
 *
 * A line is two numbers: the last ticket given out, and the turn, which advances at a fixed rate but never past the last
 * ticket (a quiet hour saves up nothing). Tickets and tokens carry all that is known of a visitor and are signed, so a
 * million people in line take no memory. Those who leave simply never use their turn.
 *
 * The secret and the clock are this process's own: a restart empties the line, and old tickets are no longer valid.
 */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Clock } from "../../ports/clock.ts";
import {
  ADMISSION_SHARE,
  POLL_AFTER_MS_MAX,
  POLL_AFTER_MS_MIN,
  TICKET_LIFETIME_MS,
} from "./limits.ts";

export interface Place {
  readonly productId: string;
  /** 1 is next; 0 is admitted. */
  readonly position: number;
  readonly waitSeconds: number;
  readonly pollAfterMs: number;
  /** To be sent as `x-admission-token`; undefined until it is the visitor's turn. */
  readonly token: string | undefined;
}

interface Line {
  readonly perMs: number;
  lastTicket: number;
  turn: number;
  turnedAtMs: number;
}

interface Slip {
  readonly productId: string;
  readonly number: number;
  readonly issuedAtMs: number;
}

type Purpose = "ticket" | "token";

export class WaitingRoom {
  readonly #clock: Clock;
  readonly #secret = randomBytes(32);
  readonly #lines = new Map<string, Line>();
  /** Tokens used, with the order they were used for, oldest first; dropped when they could no longer be used anyway. */
  readonly #used = new Map<string, { key: string; issuedAtMs: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A new line for a new sale, emptying the old one. It admits a fixed share of the product's own rate. */
  open(productId: string, ordersPerSecond: number): void {
    const perMs = (ordersPerSecond * ADMISSION_SHARE) / 1_000;
    const turnedAtMs = this.#clock.nowMs();
    const last = this.#lines.get(productId)?.lastTicket ?? 0;
    this.#lines.set(productId, { perMs, lastTicket: last, turn: last, turnedAtMs });
  }

  /** A ticket for the end of the line; undefined for a product that has none. */
  join(productId: string): string | undefined {
    const line = this.#lineNow(productId);
    if (line === undefined) return undefined;
    line.lastTicket += 1;
    return this.#sign("ticket", {
      productId,
      number: line.lastTicket,
      issuedAtMs: Math.floor(this.#clock.nowMs()),
    });
  }

  /** Undefined when the ticket is not one of ours, or older than TICKET_LIFETIME_MS. */
  look(ticket: string): Place | undefined {
    const slip = this.#read("ticket", ticket);
    const line = slip === undefined ? undefined : this.#lineNow(slip.productId);
    if (slip === undefined || line === undefined) return undefined;
    const position = Math.max(0, slip.number - Math.floor(line.turn));
    const waitMs = Math.max(0, (slip.number - line.turn) / line.perMs);
    return {
      productId: slip.productId,
      position,
      waitSeconds: Math.ceil(waitMs / 100) / 10,
      pollAfterMs: Math.round(Math.min(POLL_AFTER_MS_MAX, Math.max(POLL_AFTER_MS_MIN, waitMs))),
      token: position === 0 ? this.#sign("token", slip) : undefined,
    };
  }

  /** Uses up a token; true again only for a repeat of the very order it was used for. */
  admits(token: string, productId: string, key: string): boolean {
    const slip = this.#read("token", token);
    if (slip === undefined || slip.productId !== productId) return false;
    this.#dropExpired();
    const used = this.#used.get(token);
    if (used !== undefined) return used.key === key;
    this.#used.set(token, { key, issuedAtMs: slip.issuedAtMs });
    return true;
  }

  #lineNow(productId: string): Line | undefined {
    const line = this.#lines.get(productId);
    if (line === undefined) return undefined;
    const nowMs = this.#clock.nowMs();
    line.turn = Math.min(line.lastTicket, line.turn + (nowMs - line.turnedAtMs) * line.perMs);
    line.turnedAtMs = nowMs;
    return line;
  }

  #sign(purpose: Purpose, { productId, number, issuedAtMs }: Slip): string {
    const text = `${productId}~${number}~${issuedAtMs}`;
    return `${text}~${this.#mac(purpose, text)}`;
  }

  #read(purpose: Purpose, signed: string): Slip | undefined {
    const cut = signed.lastIndexOf("~");
    const text = signed.slice(0, Math.max(0, cut));
    const given = Buffer.from(signed.slice(cut + 1));
    const mac = Buffer.from(this.#mac(purpose, text));
    if (given.length !== mac.length || !timingSafeEqual(given, mac)) return undefined;
    const [productId = "", number, issued] = text.split("~");
    const issuedAtMs = Number(issued);
    if (this.#clock.nowMs() - issuedAtMs > TICKET_LIFETIME_MS) return undefined;
    return { productId, number: Number(number), issuedAtMs };
  }

  #mac(purpose: Purpose, text: string): string {
    const mac = createHmac("sha256", this.#secret).update(`${purpose} ${text}`).digest();
    return mac.subarray(0, 16).toString("base64url");
  }

  /** Tokens are used roughly in the order of issue, so looking at the oldest ends is enough to stay bounded. */
  #dropExpired(): void {
    const nowMs = this.#clock.nowMs();
    for (const [token, { issuedAtMs }] of this.#used) {
      if (nowMs - issuedAtMs <= TICKET_LIFETIME_MS) return;
      this.#used.delete(token);
    }
  }
}
