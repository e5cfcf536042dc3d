/**
 * A request whose end is held back: everything before it is sent as soon as there is a connection, the rest when the
 * race is released. A server cannot act on what it has not got, so requests that were on their way for a while can
 * still be let go in the same instant.
 *
 *     wire  POST /claim … content-length: 14 ⏎⏎ {"user":"u-1"   |   }
 *           sent beforehand, on a warm connection               |   released
 *
 * Latency counts from the release; the operation's interval, which must enclose every effect, from the first byte.
 */
import type { Hold } from "../race.ts";
import type { Exchange } from "./exchange.ts";
import { Failure } from "./failures.ts";
import { misuse } from "./misuse.ts";

/** A connection on which several requests wait for their ends: those leave in one write. */
export interface Gathering {
  flush(): void;
  /** Calls back once the server has everything that was sent beforehand. */
  arrived(then: () => void): void;
}

export class HeldBack {
  readonly exchange: Exchange;
  readonly hold: Hold;
  /** What is written at the release. */
  readonly tail: string;
  /** Undefined where each end leaves in a write of its own. */
  gathering: Gathering | undefined = undefined;
  readonly #onReady: () => void;
  #state: "waiting" | "ready" | "released" | "stopped" = "waiting";
  #write: (() => unknown) | undefined;
  #sent: (() => void) | undefined;

  /**
   * `onReady` is called when all but the end has been sent: again, when that had to be done anew on another connection.
   * Throws a TypeError for a body that is not text.
   */
  constructor(exchange: Exchange, hold: Hold, onReady: () => void) {
    const source = exchange.extras?.source;
    if (source !== undefined) {
      throw misuse(
        "race",
        "a racer's first request",
        "made of text, not of bytes or a stream",
        source,
      );
    }
    this.exchange = exchange;
    this.hold = hold;
    this.#onReady = onReady;
    const at = cutAt(exchange.wire, hold);
    this.tail = exchange.wire.slice(at);
    exchange.extra.held = this;
  }

  /** What goes out before the release. */
  get lead(): string {
    const { wire } = this.exchange;
    return wire.slice(0, wire.length - this.tail.length);
  }

  /** The end is with the kernel, or never will be. */
  get isSent(): boolean {
    return this.#state === "released";
  }

  /** All but the end has been sent. `write` sends the end, `sent` is told once all ends have been sent. */
  ready(write: () => unknown, sent: () => void): void {
    this.#write = write;
    this.#sent = sent;
    this.#state = "ready";
    this.#onReady();
  }

  /** Nothing but the write, so that all racers' ends leave one right after the other. False when it is too late. */
  release(): boolean {
    if (this.#state !== "ready") return false;
    this.#state = "released";
    this.#write?.();
    return true;
  }

  /** Sets the times of a released request right: it began when it was released. */
  settle(releasedNs: number, sentNs: number): void {
    const { exchange } = this;
    exchange.extra.invokedNs = exchange.startNs;
    exchange.startNs = releasedNs;
    exchange.sentNs = sentNs;
    exchange.bytesSent += this.tail.length;
    exchange.extra.deadlineNs = 0;
    exchange.extra.queuedNs = 0;
    this.#sent?.();
  }

  /** The connection is done with it. */
  stop(): void {
    if (this.#state !== "released") this.#state = "stopped";
  }

  /** What a failure of the connection means for it: without its end, a request is none. */
  failure(reason: Failure): Failure {
    if (this.isSent || reason.definite) return reason;
    return new Failure("HF_RACE_UNRELEASED", reason.message);
  }
}

/** The last character, which may be more than one byte or more than one unit; of a head, its last line feed. */
function cutAt(wire: string, hold: Hold): number {
  if (hold === "head") return wire.indexOf("\r\n\r\n") + 3;
  const last = wire.charCodeAt(wire.length - 1);
  const isLowSurrogate = last >= 0xdc00 && last <= 0xdfff;
  return wire.length - (isLowSurrogate ? 2 : 1);
}
