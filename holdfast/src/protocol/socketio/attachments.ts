/** Bytes in a packet: taken out and numbered before it is sent, put back where their number stands when it has come. */
import type { Buffer } from "node:buffer";
import { Failure } from "../http1/failures.ts";
import { ATTACHMENTS_MAX, DEPTH_MAX } from "./limits.ts";

/** A payload without its bytes, and those bytes in the order of their numbers. Throws a TypeError past a limit. */
export function takeBytes(payload: unknown): { plain: unknown; bytes: Uint8Array[] } {
  const bytes: Uint8Array[] = [];
  const plain = hasBytes(payload, 0) ? withoutBytes(payload, bytes) : payload;
  if (bytes.length > ATTACHMENTS_MAX) {
    throw new TypeError(
      `io emit: args must hold at most ${ATTACHMENTS_MAX} byte strings, got ${bytes.length}`,
    );
  }
  return { plain, bytes };
}

/** The payload with its bytes in place, or what is wrong with it. */
export function putBytes(payload: unknown, bytes: readonly Buffer[], depth = 0): unknown {
  if (depth > DEPTH_MAX) return new Failure("HF_IO_PACKET", `over ${DEPTH_MAX} levels deep`);
  if (payload === null || typeof payload !== "object") return payload;
  if (Array.isArray(payload))
    return settle(payload.map((item) => putBytes(item, bytes, depth + 1)));
  const { _placeholder: placeholder, num } = payload as { _placeholder?: unknown; num?: unknown };
  if (placeholder === true) {
    const found = typeof num === "number" ? bytes[num] : undefined;
    return found ?? new Failure("HF_IO_PACKET", `an attachment ${String(num)} that never came`);
  }
  const put: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(payload)) {
    const item = putBytes(value, bytes, depth + 1);
    if (item instanceof Failure) return item;
    Object.defineProperty(put, name, { value: item, enumerable: true, writable: true });
  }
  return put;
}

function settle(items: unknown[]): unknown {
  return items.find((item) => item instanceof Failure) ?? items;
}

/** HOT. Most events have none: then nothing is copied. */
function hasBytes(value: unknown, depth: number): boolean {
  if (value === null || typeof value !== "object") return false;
  if (isBytes(value)) return true;
  if (depth > DEPTH_MAX) {
    throw new TypeError(`io emit: args must be at most ${DEPTH_MAX} levels deep, got more`);
  }
  if (Array.isArray(value)) return value.some((item) => hasBytes(item, depth + 1));
  return Object.values(value).some((item) => hasBytes(item, depth + 1));
}

function withoutBytes(value: unknown, bytes: Uint8Array[]): unknown {
  if (value === null || typeof value !== "object") return value;
  if (isBytes(value)) {
    const own = value instanceof ArrayBuffer ? new Uint8Array(value) : value;
    bytes.push(new Uint8Array(own.buffer, own.byteOffset, own.byteLength));
    return { _placeholder: true, num: bytes.length - 1 };
  }
  if (Array.isArray(value)) return value.map((item) => withoutBytes(item, bytes));
  if (typeof (value as { toJSON?: unknown }).toJSON === "function") return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, withoutBytes(item, bytes)]),
  );
}

function isBytes(value: object): value is ArrayBufferView | ArrayBuffer {
  return ArrayBuffer.isView(value) || value instanceof ArrayBuffer;
}
