/** A client with everything it needs, and servers to talk to; all on loopback, all closed with `await using`. */
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import { createServer as createHttpsServer, type ServerOptions } from "node:https";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import { buffer } from "node:stream/consumers";
import { readFileSync } from "node:fs";
import { seededRandom } from "../../../base/random.ts";
import type { Actor } from "../../../record/recorder.ts";
import type { HttpClientOptions } from "../../http.ts";
import type { HttpClient } from "../client.ts";
import type { RawLog } from "../raw-log.ts";
import { type HttpTransport, openHttp } from "../transport.ts";
import { type MemoryRecorder, memoryRecorder, testActor } from "./memory-recorder.ts";

export interface Opened extends AsyncDisposable {
  readonly http: HttpClient;
  readonly recorder: MemoryRecorder;
  readonly transport: HttpTransport;
  readonly actor: Actor;
}

/** One virtual user's client. */
export function open(
  baseUrl: string | undefined,
  options: HttpClientOptions = {},
  raw?: RawLog,
): Opened {
  const recorder = memoryRecorder();
  const transport = openHttp({ recorder, baseUrl, options, random: seededRandom(1), raw });
  const actor = testActor();
  return {
    recorder,
    transport,
    actor,
    http: transport.client(actor),
    [Symbol.asyncDispose]: () => transport.close(),
  };
}

export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Connections accepted so far. */
  readonly connections: number;
}

export type Handler = (
  request: IncomingMessage & { body: Buffer },
  response: ServerResponse,
) => void | Promise<void>;

/** Node's own server; the handler is called when the whole request is there. */
export function serve(handler: Handler, tls?: ServerOptions): Promise<TestServer> {
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    void buffer(request).then(
      (body) => handler(Object.assign(request, { body }), response),
      () => response.destroy(),
    );
  };
  const server = tls === undefined ? createHttpServer(listener) : createHttpsServer(tls, listener);
  return listening(server, tls === undefined ? "http" : "https", () => {
    server.closeAllConnections();
    server.close();
  });
}

export interface RawRequest {
  readonly socket: Socket;
  /** Head and body, as latin1. */
  readonly text: string;
  /** 1 for the first on its connection. */
  readonly nth: number;
  /** 1 for the first connection. */
  readonly connection: number;
}

/** A server that says exactly what the handler writes. Called for each whole request. */
export function serveRaw(handler: (request: RawRequest) => void): Promise<TestServer> {
  let connections = 0;
  const open = new Set<Socket>();
  const server = createTcpServer((socket) => {
    const connection = ++connections;
    open.add(socket);
    let text = "";
    let nth = 0;
    socket.on("error", () => undefined);
    socket.on("close", () => open.delete(socket));
    socket.on("data", (bytes) => {
      text += bytes.toString("latin1");
      for (let size = requestSize(text); size > 0; size = requestSize(text)) {
        const request = { socket, text: text.slice(0, size), nth: ++nth, connection };
        text = text.slice(size);
        handler(request);
      }
    });
  });
  return listening(server, "http", () => {
    for (const socket of open) socket.destroy();
    server.close();
  });
}

/** 0 while the request is not whole. */
function requestSize(text: string): number {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return 0;
  if (/^transfer-encoding: chunked$/im.test(text.slice(0, end))) {
    const last = text.indexOf("0\r\n\r\n", end + 4);
    return last < 0 ? 0 : last + 5;
  }
  const length = Number(/^content-length: (\d+)$/im.exec(text.slice(0, end))?.[1] ?? 0);
  return text.length >= end + 4 + length ? end + 4 + length : 0;
}

async function listening(
  server: ReturnType<typeof createTcpServer>,
  scheme: string,
  close: () => void,
): Promise<TestServer> {
  let connections = 0;
  server.on("connection", () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `${scheme}://127.0.0.1:${port}`,
    get connections() {
      return connections;
    },
    [Symbol.asyncDispose]: () => {
      close();
      return Promise.resolve();
    },
  };
}

/** A port on which nobody listens. */
export async function deadPort(): Promise<number> {
  const server = await serveRaw(() => undefined);
  await server[Symbol.asyncDispose]();
  return server.port;
}

/** Self-signed, for localhost and 127.0.0.1, valid from 2020 to 2120; its own authority. */
export const CERTIFICATE: string = readFileSync(
  new URL("server-cert.pem", import.meta.url),
  "utf8",
);
export const KEY: string = readFileSync(new URL("server-key.pem", import.meta.url), "utf8");

/** Waits until something has become true; the test's own time limit ends it otherwise. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
