/** A ping that is on its way. Its payload is the time it left, so that a late pong of an earlier one is not its answer. */
import { Buffer } from "node:buffer";
import { PING_TIMEOUT_NS } from "./limits.ts";

export class Ping {
  readonly sentNs: number;
  readonly payload: Buffer = Buffer.allocUnsafe(8);
  readonly promise: Promise<number | undefined>;
  /** In ms; undefined when no pong came. */
  readonly resolve: (tookMs: number | undefined) => void;

  constructor(nowNs: number) {
    const { promise, resolve } = Promise.withResolvers<number | undefined>();
    this.sentNs = nowNs;
    this.promise = promise;
    this.resolve = resolve;
    this.payload.writeDoubleBE(nowNs);
  }

  get deadlineNs(): number {
    return this.sentNs + PING_TIMEOUT_NS;
  }

  isAnsweredBy(buffer: Buffer, start: number, end: number): boolean {
    return this.payload.compare(buffer, start, end) === 0;
  }
}
