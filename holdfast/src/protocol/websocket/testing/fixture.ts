/** A virtual user's sockets, and servers to talk to: the `ws` package, and one that says exactly what it is told. */
import { createServer, type AddressInfo, type Socket } from "node:net";
import { createServer as createHttpsServer } from "node:https";
import { type ServerOptions, type WebSocket, WebSocketServer } from "ws";
import { seededRandom } from "../../../base/random.ts";
import type { Actor } from "../../../record/recorder.ts";
import type { HttpClientOptions } from "../../http.ts";
import { CERTIFICATE, KEY } from "../../http1/testing/fixture.ts";
import {
  type MemoryRecorder,
  memoryRecorder,
  testActor,
} from "../../http1/testing/memory-recorder.ts";
import { openHttp } from "../../http1/transport.ts";
import type { HttpClient } from "../../http1/client.ts";
import type { EventStreams } from "../../sse.ts";
import type { SocketIo } from "../../socketio.ts";
import type { WebSockets } from "../../websocket.ts";
import { acceptOf } from "../handshake.ts";
import { openSockets, type Sockets } from "../../sockets.ts";

export interface Opened extends AsyncDisposable {
  readonly ws: WebSockets;
  readonly io: SocketIo;
  readonly sse: EventStreams;
  readonly sockets: Sockets;
  readonly http: HttpClient;
  readonly recorder: MemoryRecorder;
  readonly actor: Actor & { uncounted?: boolean };
}

/** One virtual user's sockets. */
export function open(baseUrl: string | undefined, options: HttpClientOptions = {}): Opened {
  const recorder = memoryRecorder();
  const transport = openHttp({ recorder, baseUrl, options, random: seededRandom(1) });
  const sockets = openSockets(recorder);
  const actor = testActor();
  const http = transport.client(actor);
  const own = sockets.sockets(http);
  return {
    recorder,
    actor,
    http,
    sockets: own,
    ws: own.ws,
    io: own.io,
    sse: own.sse,
    async [Symbol.asyncDispose]() {
      // Without a farewell first: a hostile server would let us wait for its own.
      await sockets[Symbol.asyncDispose]();
      await own.close();
      await transport.close();
    },
  };
}

export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
}

/** The `ws` package as server. */
export function serveWs(
  handle: (socket: WebSocket, request: { url?: string; headers: object }) => void,
  options: Omit<ServerOptions, "port" | "host" | "server"> & { tls?: boolean } = {},
): Promise<TestServer> {
  const { tls = false, ...rest } = options;
  const http = tls ? createHttpsServer({ cert: CERTIFICATE, key: KEY }) : undefined;
  const server = new WebSocketServer(
    http === undefined ? { ...rest, port: 0, host: "127.0.0.1" } : { ...rest, server: http },
  );
  server.on("connection", (socket, request) => {
    socket.on("error", () => undefined);
    handle(socket, request as { url?: string; headers: object });
  });
  const listener = http === undefined ? server : http.listen(0, "127.0.0.1");
  return new Promise((resolve) => {
    listener.once("listening", () => {
      const { port } = listener.address() as AddressInfo;
      resolve({
        port,
        url: `${tls ? "https" : "http"}://127.0.0.1:${port}`,
        [Symbol.asyncDispose]() {
          for (const socket of server.clients) socket.terminate();
          server.close();
          http?.closeAllConnections();
          http?.close();
          return Promise.resolve();
        },
      });
    });
  });
}

/** Sends back what it gets, as it came. */
export function serveEcho(options: Parameters<typeof serveWs>[1] = {}): Promise<TestServer> {
  return serveWs((socket) => {
    socket.on("message", (data, binary) => socket.send(data, { binary }));
  }, options);
}

/** A connection of the hostile server, its handshake done. */
export interface RawPeer {
  readonly socket: Socket;
  /** What the client sent after its handshake, so far. */
  readonly heard: () => Buffer;
}

export interface RawOptions {
  /** The whole answer to the handshake; `accept` is the right key. Default: an honest one. */
  answer?: (accept: string, request: string) => string;
}

/** Does the handshake, then whatever `handle` writes. */
export async function serveRaw(
  handle: (peer: RawPeer) => void,
  options: RawOptions = {},
): Promise<TestServer> {
  const open = new Set<Socket>();
  const answer = options.answer ?? ((accept) => handshake(accept));
  const server = createServer((socket) => {
    let heard = Buffer.alloc(0);
    let asked = false;
    open.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => open.delete(socket));
    socket.on("data", (bytes) => {
      heard = Buffer.concat([heard, bytes]);
      const end = heard.indexOf("\r\n\r\n");
      if (asked || end < 0) return;
      asked = true;
      const request = heard.toString("latin1", 0, end + 2);
      heard = heard.subarray(end + 4);
      const key = /^sec-websocket-key: (.*)\r$/im.exec(request)?.[1] ?? "";
      socket.write(answer(acceptOf(key), request), "latin1");
      handle({ socket, heard: () => heard });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      server.close();
      return Promise.resolve();
    },
  };
}

/** An honest answer, with more headers if need be. */
export function handshake(accept: string, more: string = ""): string {
  return (
    "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n" +
    `sec-websocket-accept: ${accept}\r\n${more}\r\n`
  );
}

export interface RawFrame {
  /** First byte: bits and opcode. */
  first: number;
  payload: Buffer;
  /** Announced instead of the payload's own length. */
  length?: number;
  masked?: boolean;
}

/** A server's frame, right or wrong. */
export function rawFrame({
  first,
  payload,
  length = payload.length,
  masked = false,
}: RawFrame): Buffer {
  const bit = masked ? 0x80 : 0;
  const head =
    length < 126
      ? Buffer.from([first, bit | length])
      : length < 65_536
        ? Buffer.from([first, bit | 126, length >> 8, length & 0xff])
        : Buffer.concat([Buffer.from([first, bit | 127]), bigLength(length)]);
  return Buffer.concat([head, masked ? Buffer.alloc(4) : Buffer.alloc(0), payload]);
}

export function text(content: string): Buffer {
  return rawFrame({ first: 0x81, payload: Buffer.from(content) });
}

export function closing(code: number, reason: string = ""): Buffer {
  const payload = Buffer.concat([Buffer.from([code >> 8, code & 0xff]), Buffer.from(reason)]);
  return rawFrame({ first: 0x88, payload });
}

/** The frames that a client sent, unmasked. */
export function clientFrames(bytes: Buffer): { first: number; payload: Buffer; mask: number }[] {
  const frames: { first: number; payload: Buffer; mask: number }[] = [];
  let at = 0;
  while (at < bytes.length) {
    const first = bytes[at] as number;
    const second = bytes[at + 1] as number;
    if ((second & 0x80) === 0) throw new Error("a client's frame without a mask");
    let length = second & 0x7f;
    at += 2;
    if (length === 126) {
      length = bytes.readUInt16BE(at);
      at += 2;
    } else if (length === 127) {
      length = Number(bytes.readBigUInt64BE(at));
      at += 8;
    }
    const key = bytes.subarray(at, at + 4);
    const payload = Buffer.from(bytes.subarray(at + 4, at + 4 + length));
    payload.forEach((byte, i) => (payload[i] = byte ^ (key[i % 4] as number)));
    frames.push({ first, payload, mask: key.readUInt32BE(0) });
    at += 4 + length;
  }
  return frames;
}

function bigLength(length: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(length));
  return bytes;
}
