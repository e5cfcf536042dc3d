/** The client against Node's own server. */
import { createServer } from "node:http2";
import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { operation } from "../../scenario/operation.ts";
import type { HttpClientOptions } from "../http.ts";
import {
  CERTIFICATE,
  deadPort,
  KEY,
  open,
  serve,
  until,
  type Opened,
} from "../http1/testing/fixture.ts";
import { serveHttp2 } from "./testing/node-server.ts";

const order = operation("order", { rejected: [409] });

function open2(url: string, options: HttpClientOptions = {}): Opened {
  return open(url, { version: "2", ...options });
}

describe("HTTP/2", () => {
  test("over TLS, with h2 chosen by ALPN, answers as HTTP/1.1 would", async () => {
    await using server = await serveHttp2(
      (request, response) => {
        response.setHeader("x-seen", String(request.headers["x-key"]));
        response.setHeader("set-cookie", ["a=1", "b=2"]);
        response.end(`${request.method} ${request.url} ${request.body.toString()}`);
      },
      { tls: true },
    );
    await using opened = open2(server.url, { tls: { ca: CERTIFICATE } });
    const { http } = opened;
    const answer = await http.post("/orders?x=1", {
      json: { a: "é" },
      headers: { "X-Key": "k1" },
      query: { y: 2 },
    });
    expect(answer.error).toBeUndefined();
    expect([answer.status, answer.ok]).toEqual([200, true]);
    expect(answer.text()).toBe('POST /orders?x=1&y=2 {"a":"é"}');
    expect(answer.header("X-Seen")).toBe("k1");
    expect(answer.headers["set-cookie"]).toEqual(["a=1", "b=2"]);
    expect(answer.timings.tls).toBeGreaterThan(0);
    expect(answer.timings.waiting).toBeGreaterThan(0);
  });

  test("in the clear, with prior knowledge, has 100 requests under way on one connection", async () => {
    let most = 0;
    let now = 0;
    await using server = await serveHttp2((request, response) => {
      most = Math.max(most, ++now);
      setImmediate(() => {
        now -= 1;
        response.end(request.body);
      });
    });
    await using opened = open2(server.url);
    const bodies = Array.from({ length: 100 }, (_, index) => `body ${index}`);
    const answers = await Promise.all(bodies.map((body) => opened.http.post("/", { body })));
    expect(answers.map((answer) => answer.text())).toEqual(bodies);
    expect(server.sessions).toHaveLength(1);
    expect(most).toBeGreaterThan(50);
    expect(opened.recorder.exchanges).toHaveLength(100);
  });

  test("waits its turn where the server allows 3 streams", async () => {
    let most = 0;
    let now = 0;
    await using server = await serveHttp2(
      (_, response) => {
        most = Math.max(most, ++now);
        setImmediate(() => {
          now -= 1;
          response.end();
        });
      },
      { settings: { maxConcurrentStreams: 3 } },
    );
    await using opened = open2(server.url);
    const all = Array.from({ length: 20 }, () => opened.http.get("/"));
    expect((await Promise.all(all)).every(({ status }) => status === 200)).toBe(true);
    expect(most).toBe(3);
  });

  test("opens as many connections as it may while all are busy, and no more", async () => {
    await using server = await serveHttp2((_, response) => void setImmediate(() => response.end()));
    await using opened = open2(server.url, { connectionsMax: 3 });
    for (let round = 0; round < 10; round++) {
      await Promise.all(Array.from({ length: 30 }, () => opened.http.get("/")));
    }
    expect(server.sessions.length).toBe(3);
  });

  test.each([0, 1, 16_384, 16_385, 65_535, 65_536, 300_000, 2_000_000])(
    "carries %d bytes there and back, within the windows",
    async (size) => {
      await using server = await serveHttp2((request, response) => response.end(request.body));
      await using opened = open2(server.url);
      const body = Buffer.alloc(size);
      for (let at = 0; at < size; at++) body[at] = (at * 7 + (at >>> 8)) & 0xff;
      const answer = await opened.http.post("/", { body });
      expect(answer.error).toBeUndefined();
      expect(Buffer.compare(Buffer.from(answer.bytes()), body)).toBe(0);
      const text = "x".repeat(size);
      expect((await opened.http.post("/", { body: text })).text()).toBe(text);
    },
  );

  test("sends a stream part by part, and gives it up when it throws", async () => {
    await using server = await serveHttp2((request, response) => response.end(request.body));
    await using opened = open2(server.url);
    async function* parts(count: number, throws = false): AsyncIterable<Uint8Array> {
      for (let part = 0; part < count; part++) yield Buffer.alloc(10_000, 65 + part);
      if (throws) throw new Error("no more");
    }
    const answer = await opened.http.post("/", { body: parts(20) });
    expect(answer.text().length).toBe(200_000);
    expect(answer.text().slice(-1)).toBe("T");
    await expect(opened.http.post("/", { body: parts(3, true) })).rejects.toThrow("no more");
    expect((await opened.http.get("/")).status).toBe(200);
  });

  test("knows answers without a body: HEAD, 204 and 304", async () => {
    await using server = await serveHttp2((request, response) => {
      if (request.method === "HEAD") response.setHeader("content-length", "10");
      else response.statusCode = Number(request.url.slice(1));
      response.end();
    });
    await using opened = open2(server.url);
    const head = await opened.http.head("/");
    expect([head.status, head.header("content-length"), head.text()]).toEqual([200, "10", ""]);
    expect((await opened.http.get("/204")).status).toBe(204);
    expect((await opened.http.get("/304")).status).toBe(304);
  });

  test("passes over interim answers, and reads trailers", async () => {
    const server = createServer();
    server.on("stream", (stream) => {
      stream.additionalHeaders({ ":status": 103, link: "</a.css>; rel=preload" });
      stream.respond({ ":status": 200 }, { waitForTrailers: true });
      stream.on("wantTrailers", () => stream.sendTrailers({ "x-sum": "1" }));
      stream.end("body");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    await using opened = open2(`http://127.0.0.1:${port}`);
    for (let time = 0; time < 2; time++) {
      const answer = await opened.http.get("/");
      expect([answer.status, answer.text(), answer.header("x-sum")]).toEqual([
        200,
        "body",
        undefined,
      ]);
    }
    server.close();
  });

  test("keeps cookies, follows redirects and undoes gzip as HTTP/1.1 does", async () => {
    await using server = await serveHttp2((request, response) => {
      if (request.url === "/in") {
        response.setHeader("set-cookie", "session=s1");
        response.setHeader("location", "/home");
        response.statusCode = 303;
        response.end();
      } else {
        response.setHeader("content-encoding", "gzip");
        response.end(gzipSync(`${request.method} with ${request.headers.cookie}`));
      }
    });
    await using opened = open2(server.url);
    const answer = await opened.http.post("/in", { json: {}, redirect: "follow" });
    expect([answer.redirects, answer.text()]).toEqual([1, "GET with session=s1"]);
  });

  test("has heads of any allowed characters arrive as they were written", async () => {
    await using server = await serveHttp2((request, response) => {
      const own = Object.entries(request.headers).filter(([name]) => name.startsWith("x-"));
      response.end(JSON.stringify({ url: request.url, own: Object.fromEntries(own) }));
    });
    await using opened = open2(server.url);
    const value = fc.stringMatching(/^[!-~]([ -~]{0,60}[!-~])?$/);
    const name = fc.stringMatching(/^x-[a-z0-9!#$%&'*+.^_`|~-]{1,12}$/);
    const headers = fc.dictionary(name, value, { maxKeys: 6, noNullPrototype: true });
    const path = fc.stringMatching(/^\/[a-z0-9]{0,140}$/);
    await fc.assert(
      fc.asyncProperty(path, headers, async (url, own) => {
        const answer = await opened.http.get(url, { headers: own });
        expect(answer.json()).toEqual({ url, own });
      }),
      { numRuns: 150 },
    );
  });

  test("sends an author's own host as the authority, and a header longer than a frame", async () => {
    await using server = await serveHttp2(
      (request, response) => {
        response.end(`${request.authority} ${String(request.headers["x-long"]).length}`);
      },
      { maxHeaderListPairs: 100, settings: { maxHeaderListSize: 100_000 } },
    );
    await using opened = open2(server.url);
    const headers = { Host: "shop.test", "x-long": "l".repeat(40_000) };
    expect((await opened.http.get("/", { headers })).text()).toBe("shop.test 40000");
    expect((await opened.http.get("/", { headers: { "x-long": "s" } })).text()).toMatch(/ 1$/);
  });

  test("records operations and samples as HTTP/1.1 does", async () => {
    await using server = await serveHttp2((request, response) => {
      response.statusCode = request.url === "/sold" ? 409 : 200;
      response.end();
    });
    await using opened = open2(server.url);
    await opened.http.get("/free", { operation: order.on("a") });
    await opened.http.get("/sold", { operation: order.on("b") });
    const { log, exchanges } = opened.recorder;
    expect(log.map(({ outcome, status }) => [outcome, status])).toEqual([
      ["ok", 200],
      ["rejected", 409],
    ]);
    expect(log.every(({ invokeNs, returnNs }) => invokeNs < returnNs)).toBe(true);
    expect(exchanges.map(({ tags }) => tags["status"])).toEqual(["200", "409"]);
    const [first] = exchanges;
    expect(first?.timings.bytesSent).toBeGreaterThan(20);
    expect(first?.timings.bytesReceived).toBeGreaterThan(9);
    expect(first?.timings.connectingMs).toBeGreaterThan(0);
  });

  test("a server that only speaks HTTP/1.1 has certainly done nothing, over TLS and in the clear", async () => {
    const tls = { cert: CERTIFICATE, key: KEY };
    await using secure = await serve((_, response) => void response.end(), tls);
    await using plain = await serve((_, response) => void response.end());
    for (const url of [secure.url, plain.url]) {
      await using opened = open2(url, { tls: { ca: CERTIFICATE } });
      const answer = await opened.http.post("/", { json: {}, operation: order.on("a") });
      expect(answer.error?.code).toMatch(/HF_HTTP2_UNSUPPORTED|HF_TLS/);
      expect(answer.error?.definite).toBe(true);
      expect(opened.recorder.log[0]?.outcome).toBe("failed");
    }
  });

  test("where nobody listens all who wait learn of it", async () => {
    await using opened = open2(`http://127.0.0.1:${await deadPort()}`);
    const answers = await Promise.all(Array.from({ length: 5 }, () => opened.http.get("/")));
    expect(answers.map(({ error }) => error?.code)).toEqual(
      Array.from({ length: 5 }, () => "HF_TCP_REFUSED"),
    );
  });

  test("gives up one stream without the others: by a time limit, and by a signal", async () => {
    const aborted: string[] = [];
    await using server = await serveHttp2((request, response) => {
      request.on("aborted", () => aborted.push(request.url));
      if (request.url === "/quick") response.end("quick");
    });
    await using opened = open2(server.url);
    const abort = new AbortController();
    const [late, given, quick] = [
      opened.http.get("/late", { timeout: { headers: "30ms" }, operation: order.on("a") }),
      opened.http.get("/given", { signal: abort.signal }),
      opened.http.get("/quick"),
    ];
    expect((await quick).text()).toBe("quick");
    expect((await late).error?.code).toBe("HF_TIMEOUT_HEADERS");
    abort.abort();
    expect((await given).error?.code).toBe("HF_ABORTED");
    await until(() => aborted.length === 2);
    expect(server.sessions).toHaveLength(1);
    expect(opened.recorder.log[0]?.outcome).toBe("unknown");
  });

  test("goes on elsewhere when the server leaves in peace", async () => {
    await using server = await serveHttp2((_, response) => response.end("ok"));
    await using opened = open2(server.url);
    for (let round = 0; round < 3; round++) {
      expect((await opened.http.get("/")).text()).toBe("ok");
      server.sessions.at(-1)?.close();
      await until(() => server.sessions.at(-1)?.destroyed === true);
    }
    expect(server.sessions).toHaveLength(3);
  });

  test("closed in the middle ends everything, and what was not sent certainly failed", async () => {
    let asked = false;
    const settings = { maxConcurrentStreams: 1 };
    await using server = await serveHttp2(() => void (asked = true), { settings });
    await using opened = open2(server.url);
    const sent = opened.http.get("/", { operation: order.on("a") });
    const waits = opened.http.get("/", { operation: order.on("b") });
    await until(() => asked);
    await opened.http.close();
    expect((await sent).error?.code).toBe("HF_ABORTED");
    expect((await waits).error?.code).toBe("HF_ABORTED_UNSENT");
    expect(opened.recorder.log.map(({ outcome }) => outcome)).toEqual(["unknown", "failed"]);
  });
});
