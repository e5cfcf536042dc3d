/**
 * A message as one WebSocket frame, made once for all who get it: a server's frames are not masked, so they are the same
 * bytes for everybody (RFC 6455, 5.2).
 */
const FIN_AND_TEXT = 0x81;

/** The frame of a whole text message. */
export function textFrame(payload: Buffer): Buffer {
  const { length } = payload;
  if (length < 126) return Buffer.concat([Buffer.from([FIN_AND_TEXT, length]), payload]);
  const head = Buffer.alloc(length < 65_536 ? 4 : 10);
  head[0] = FIN_AND_TEXT;
  if (length < 65_536) {
    head[1] = 126;
    head.writeUInt16BE(length, 2);
  } else {
    head[1] = 127;
    head.writeBigUInt64BE(BigInt(length), 2);
  }
  return Buffer.concat([head, payload]);
}
