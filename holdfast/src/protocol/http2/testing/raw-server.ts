/** A server that says exactly the frames it is told to, after a proper greeting or without one. */
import { Buffer } from "node:buffer";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { FRAME_HEAD_BYTES } from "../frames.ts";

export interface RawFrame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

export function frame(
  type: number,
  flags: number,
  stream: number,
  payload: Uint8Array | string = "",
): Buffer {
  const body = typeof payload === "string" ? Buffer.from(payload, "latin1") : payload;
  const head = Buffer.alloc(FRAME_HEAD_BYTES);
  head.writeUIntBE(body.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, body]);
}

/** `:status 200`, by the static table. */
export const OK = "\x88";

export interface RawServer extends AsyncDisposable {
  readonly url: string;
  /** Connections accepted so far. */
  readonly connections: number;
  /** Every frame received so far, over all connections. */
  readonly received: RawFrame[];
}

const PREFACE_BYTES = 24;

/** `greeting`: the first bytes it says; by default SETTINGS without values. */
export async function serveFrames(
  onFrame: (frame: RawFrame, socket: Socket, connection: number) => void,
  greeting: Uint8Array = frame(4, 0, 0),
): Promise<RawServer> {
  const received: RawFrame[] = [];
  const open = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    const connection = ++connections;
    open.add(socket);
    let bytes = Buffer.alloc(0);
    let skipped = false;
    socket.on("error", () => undefined);
    socket.on("close", () => open.delete(socket));
    socket.write(greeting);
    socket.on("data", (chunk) => {
      bytes = Buffer.concat([bytes, chunk]);
      if (!skipped && bytes.length >= PREFACE_BYTES) {
        bytes = bytes.subarray(PREFACE_BYTES);
        skipped = true;
      }
      if (!skipped) return;
      while (bytes.length >= FRAME_HEAD_BYTES) {
        const end = FRAME_HEAD_BYTES + bytes.readUIntBE(0, 3);
        if (bytes.length < end) return;
        const one: RawFrame = {
          type: bytes[3] as number,
          flags: bytes[4] as number,
          stream: bytes.readUInt32BE(5),
          payload: Buffer.from(bytes.subarray(FRAME_HEAD_BYTES, end)),
        };
        bytes = bytes.subarray(end);
        received.push(one);
        onFrame(one, socket, connection);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get connections() {
      return connections;
    },
    received,
    [Symbol.asyncDispose]: () => {
      for (const socket of open) socket.destroy();
      server.close();
      return Promise.resolve();
    },
  };
}

/** Answers each request with these bytes; `say` is given the stream. */
export function answering(say: (stream: number) => Uint8Array): Promise<RawServer> {
  return serveFrames(({ type, stream }, socket) => {
    if (type === 1) socket.write(say(stream));
  });
}
