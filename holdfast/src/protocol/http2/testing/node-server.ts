/** Node's own HTTP/2 server, in the clear or over TLS. */
import {
  createSecureServer,
  createServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
  type ServerOptions,
} from "node:http2";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { CERTIFICATE, KEY } from "../../http1/testing/fixture.ts";

export type Http2Handler = (
  request: Http2ServerRequest & { body: Buffer },
  response: Http2ServerResponse,
) => void;

export interface NodeServer extends AsyncDisposable {
  readonly url: string;
  readonly sessions: ServerHttp2Session[];
}

/** The handler is called when the whole request is there. */
export async function serveHttp2(
  handler: Http2Handler,
  { tls = false, ...options }: ServerOptions & { tls?: boolean } = {},
): Promise<NodeServer> {
  const listener = (request: Http2ServerRequest, response: Http2ServerResponse): void => {
    void buffer(request).then(
      (body) => handler(Object.assign(request, { body }), response),
      () => response.stream.destroy(),
    );
  };
  const server = tls
    ? createSecureServer({ cert: CERTIFICATE, key: KEY, ...options }, listener)
    : createServer(options, listener);
  const sessions: ServerHttp2Session[] = [];
  server.on("session", (session) => {
    sessions.push(session);
    session.on("error", () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls ? "https" : "http"}://127.0.0.1:${port}`,
    sessions,
    [Symbol.asyncDispose]: () => {
      for (const session of sessions) session.destroy();
      server.close();
      return Promise.resolve();
    },
  };
}
