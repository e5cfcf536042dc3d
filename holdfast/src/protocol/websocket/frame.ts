/** The words of RFC 6455 §5: what the first bytes of a frame say, and how a client's own frames are written. */
import { Buffer } from "node:buffer";

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export const FINAL_BIT = 0x80;
/** Of the first frame of a message packed by permessage-deflate. */
export const PACKED_BIT = 0x40;
export const RESERVED_BITS = 0x70;
export const MASK_BIT = 0x80;

/** Room before the payload of a client's frame with so many bytes. */
export function headBytes(payloadBytes: number): number {
  return payloadBytes < 126 ? 6 : payloadBytes < 65_536 ? 8 : 14;
}

/**
 * HOT. Writes the head of a final frame so that it ends where the payload begins, at `head`, and masks that payload in
 * place. `first`: opcode and bits. `mask`: 32 bits, fresh for each frame (RFC 6455 §5.3).
 */
export function finishFrame(frame: Buffer, head: number, first: number, mask: number): void {
  const payloadBytes = frame.length - head;
  frame[0] = first;
  if (payloadBytes < 126) {
    frame[1] = MASK_BIT | payloadBytes;
  } else if (payloadBytes < 65_536) {
    frame[1] = MASK_BIT | 126;
    frame[2] = payloadBytes >>> 8;
    frame[3] = payloadBytes & 0xff;
  } else {
    frame[1] = MASK_BIT | 127;
    frame.writeUIntBE(0, 2, 2);
    frame.writeUIntBE(payloadBytes, 4, 6);
  }
  const a = mask >>> 24;
  const b = (mask >>> 16) & 0xff;
  const c = (mask >>> 8) & 0xff;
  const d = mask & 0xff;
  frame[head - 4] = a;
  frame[head - 3] = b;
  frame[head - 2] = c;
  frame[head - 1] = d;
  const whole = frame.length - (payloadBytes & 3);
  let at = head;
  for (; at < whole; at += 4) {
    (frame[at] as number) ^= a;
    (frame[at + 1] as number) ^= b;
    (frame[at + 2] as number) ^= c;
    (frame[at + 3] as number) ^= d;
  }
  if (at < frame.length) (frame[at] as number) ^= a;
  if (at + 1 < frame.length) (frame[at + 1] as number) ^= b;
  if (at + 2 < frame.length) (frame[at + 2] as number) ^= c;
}

/** HOT. A text message as one frame. */
export function textFrame(text: string, mask: number): Buffer {
  const bytes = Buffer.byteLength(text);
  const head = headBytes(bytes);
  const frame = Buffer.allocUnsafe(head + bytes);
  frame.write(text, head, "utf8");
  finishFrame(frame, head, FINAL_BIT | OPCODE.text, mask);
  return frame;
}

/** HOT. Any other frame; `first` is its first byte. The payload itself stays as it is. */
export function bytesFrame(payload: Uint8Array, first: number, mask: number): Buffer {
  const head = headBytes(payload.length);
  const frame = Buffer.allocUnsafe(head + payload.length);
  frame.set(payload, head);
  finishFrame(frame, head, first, mask);
  return frame;
}

/** A farewell; `code` 0 says nothing. */
export function closeFrame(code: number, reason: string, mask: number): Buffer {
  if (code === 0) return bytesFrame(Buffer.alloc(0), FINAL_BIT | OPCODE.close, mask);
  const text = Buffer.from(reason, "utf8");
  const payload = Buffer.allocUnsafe(2 + text.length);
  payload.writeUInt16BE(code, 0);
  payload.set(text, 2);
  return bytesFrame(payload, FINAL_BIT | OPCODE.close, mask);
}
