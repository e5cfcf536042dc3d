/**
 * A kept connection can be closed by the server in the very moment a request is put on it. That is no fault of either
 * side, and every client sends such a request again, on a new connection, once: but only where a second sending cannot
 * do a second thing.
 *
 * - When a race has not yet released its end, the server cannot have acted on it: any method.
 * - When the kernel refused the write, the server has seen nothing: any method.
 * - Otherwise it may have: only methods that are idempotent by RFC 9110 §9.2.2. Where the history records the request,
 *   only those without any effect: two effects of one operation, one before and one after somebody else's, would look
 *   like the system's fault.
 *
 * Everything else ends as `connection lost`, with an unknown outcome.
 */
import type { Exchange } from "./exchange.ts";

const SAFE: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);
const IDEMPOTENT: ReadonlySet<string> = new Set([...SAFE, "PUT", "DELETE"]);

/** `untaken`: no byte of the request was taken by the kernel. */
export function mayBeSentAgain(exchange: Exchange, untaken: boolean): boolean {
  const held = exchange.extras?.held;
  if (held !== undefined) return exchange.attempts === 1 && !held.isSent;
  const source = exchange.extras?.source;
  if (exchange.attempts > 1 || (source !== undefined && !(source instanceof Uint8Array))) {
    return false;
  }
  if (untaken) return true;
  const methods = exchange.operation === undefined ? IDEMPOTENT : SAFE;
  return methods.has(exchange.route.method);
}
