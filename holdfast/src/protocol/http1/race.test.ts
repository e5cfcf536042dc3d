import { describe, expect, test } from "vitest";
import { NS_PER_S } from "../../base/units.ts";
import type { Actor } from "../../record/recorder.ts";
import { operation } from "../../scenario/operation.ts";
import type { HttpResponse } from "../http.ts";
import type { Hold, Start, StartOptions } from "../race.ts";
import { open, serve, serveRaw, until } from "./testing/fixture.ts";
import { testActor } from "./testing/memory-recorder.ts";
import type { StartingLine } from "./starting-line.ts";

const claim = operation("claim", { rejected: [409] });
const EMPTY = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";

function startOf(line: StartingLine, racers: number, rest: Partial<StartOptions> = {}): Start {
  const actors = Array.from({ length: racers }, (_, process): Actor => {
    return { ...testActor(), process };
  });
  return line.start(actors, { hold: "last-byte", headStartNs: 0, serverTime: undefined, ...rest });
}

function post(start: Start, body: string): Promise<HttpResponse>[] {
  return start.clients.map((http) => http.post("/", { body, operation: claim.on("seat") }));
}

describe("a race over HTTP/1.1", () => {
  test("has 5 requests on 5 connections before any can be answered, and answers for all after the release", async () => {
    let requests = 0;
    await using server = await serveRaw(({ socket }) => {
      requests += 1;
      socket.write(EMPTY);
    });
    await using opened = open(server.url);
    const start = startOf(opened.http.startingLine(), 5);
    const answers = post(start, "abc");
    await start.ready;
    await until(() => server.connections === 5);
    expect(requests).toBe(0);
    start.release();
    start.release();
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    expect(statuses).toEqual([200, 200, 200, 200, 200]);
    expect(requests).toBe(5);
    const figures = start.figures();
    expect(figures).toMatchObject({ released: 5, overlap: 5, serverSpreadMs: undefined });
    expect(figures.spreadMs).toBeGreaterThan(0);
  });

  test("records each racer as a process of its own, from before the first byte to the answer; latency from the release", async () => {
    await using server = await serveRaw(({ socket }) => socket.write(EMPTY));
    await using opened = open(server.url);
    const { clock, log, exchanges } = opened.recorder;
    const start = startOf(opened.http.startingLine(), 3);
    const answers = post(start, "abc");
    await start.ready;
    const releasedNs = clock.nowNs();
    start.release();
    await Promise.all(answers);
    expect(log.map(({ process }) => process).toSorted((a, b) => a - b)).toEqual([0, 1, 2]);
    expect(log.map(({ outcome, completions }) => [outcome, completions])).toEqual(
      Array.from({ length: 3 }, () => ["ok", 1]),
    );
    for (const { invokeNs, returnNs } of log) {
      expect(invokeNs).toBeLessThan(releasedNs);
      expect(returnNs).toBeGreaterThan(releasedNs);
    }
    const wholeMs = Math.max(...log.map(({ invokeNs, returnNs }) => returnNs - invokeNs)) / 1e6;
    for (const { timings } of exchanges) expect(timings.durationMs).toBeLessThan(wholeMs);
  });

  test.each<[Hold, string, string]>([
    ["last-byte", "abc", "POST / HTTP/1.1 … ab"],
    ["last-byte", "naïve 😀", "POST / HTTP/1.1 … naïve "],
    ["head", "abc", "POST / HTTP/1.1 …"],
  ])("with hold %s and the body %j has sent %j beforehand", async (hold, body, sent) => {
    let received = "";
    const { createServer } = await import("node:net");
    const server = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.on("data", (bytes) => {
        received += bytes.toString("utf8");
        if (received.endsWith(body)) socket.write(EMPTY);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    await using opened = open(`http://127.0.0.1:${port}`);
    const start = startOf(opened.http.startingLine(), 1, { hold });
    const [answer] = post(start, body);
    await start.ready;
    await until(() => received.includes("content-length"));
    const [head, rest = ""] = received.split("\r\n\r\n");
    expect(`${head?.split("\r\n")[0]} … ${rest}`.trim()).toBe(sent.trim());
    expect(received.endsWith("\r\n\r")).toBe(hold === "head");
    start.release();
    expect((await answer)?.status).toBe(200);
    expect(received).toContain(`content-length: ${Buffer.byteLength(body)}\r\n`);
    server.close();
  });

  test("holds the last byte of the head when there is no body", async () => {
    await using server = await serve((_, response) => void response.end("free"));
    await using opened = open(server.url);
    const start = startOf(opened.http.startingLine(), 2);
    const answers = start.clients.map((http) => http.get("/seat"));
    await start.ready;
    start.release();
    expect((await Promise.all(answers)).map((answer) => answer.text())).toEqual(["free", "free"]);
  });

  test("holds back only the first request of each racer", async () => {
    await using server = await serve((request, response) => void response.end(request.url));
    await using opened = open(server.url);
    const start = startOf(opened.http.startingLine(), 2);
    const runs = start.clients.map(async (http) => {
      const first = await http.get("/claim");
      const second = await http.get("/pay");
      return [first.text(), second.text()];
    });
    await start.ready;
    start.release();
    expect(await Promise.all(runs)).toEqual([
      ["/claim", "/pay"],
      ["/claim", "/pay"],
    ]);
    expect(start.figures().released).toBe(2);
  });

  test("uses the same 4 connections in the next race, and the cookies of the virtual user", async () => {
    const cookies: (string | undefined)[] = [];
    await using server = await serve((request, response) => {
      cookies.push(request.headers.cookie);
      response.setHeader("set-cookie", "session=s1").end();
    });
    await using opened = open(server.url);
    await opened.http.get("/login");
    const line = opened.http.startingLine();
    for (let race = 0; race < 3; race++) {
      const start = startOf(line, 4);
      const answers = post(start, "x");
      await start.ready;
      start.release();
      await Promise.all(answers);
    }
    expect(server.connections).toBe(1 + 4);
    expect(cookies).toEqual([undefined, ...Array.from({ length: 12 }, () => "session=s1")]);
  });

  test("a racer that leaves without a request is not waited for", async () => {
    await using server = await serve((_, response) => void response.end());
    await using opened = open(server.url);
    const start = startOf(opened.http.startingLine(), 3);
    const answers = start.clients.slice(0, 2).map((http) => http.get("/"));
    start.leave(2);
    await start.ready;
    start.release();
    await Promise.all(answers);
    expect(start.figures()).toMatchObject({ released: 2, overlap: 2 });
  });

  test("a connection that is lost before the release is made anew, since nothing can have happened", async () => {
    await using server = await serveRaw(({ socket, nth, connection }) => {
      if (connection === 1 && nth === 2) socket.destroy();
      else socket.write(EMPTY);
      if (connection === 1 && nth === 1) setImmediate(() => socket.destroy());
    });
    await using opened = open(server.url);
    const line = opened.http.startingLine();
    for (let race = 0; race < 3; race++) {
      const start = startOf(line, 1);
      const answers = post(start, "x");
      await start.ready;
      start.release();
      expect((await answers[0])?.status).toBe(200);
    }
  });

  test("a request whose end was never sent has certainly failed", async () => {
    await using server = await serveRaw(() => undefined);
    await using opened = open(server.url);
    const line = opened.http.startingLine();
    const start = startOf(line, 2);
    const answers = post(start, "abc");
    await start.ready;
    line.close();
    start.release();
    const errors = (await Promise.all(answers)).map(({ error }) => [error?.code, error?.definite]);
    expect(errors).toEqual(Array.from({ length: 2 }, () => ["HF_RACE_UNRELEASED", true]));
    expect(opened.recorder.log.map(({ outcome }) => outcome)).toEqual(["failed", "failed"]);
    expect(start.figures()).toEqual({
      released: 0,
      spreadMs: 0,
      overlap: 0,
      serverSpreadMs: undefined,
    });
  });

  test("an answer that comes before the release counts, and its connection is not used again", async () => {
    const { createServer } = await import("node:net");
    let connections = 0;
    const server = createServer((socket) => {
      connections += 1;
      socket.on("error", () => undefined);
      socket.once("data", () => socket.write("HTTP/1.1 409 Conflict\r\ncontent-length: 0\r\n\r\n"));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    await using opened = open(`http://127.0.0.1:${port}`);
    const line = opened.http.startingLine();
    for (let race = 0; race < 2; race++) {
      const start = startOf(line, 1, { headStartNs: 10 * NS_PER_S });
      const [answer] = post(start, "abc");
      expect((await answer)?.status).toBe(409);
    }
    expect(connections).toBe(2);
    expect(opened.recorder.log.map(({ outcome }) => outcome)).toEqual(["rejected", "rejected"]);
    server.close();
  });

  test("says how far apart the server got the requests, where its answers tell", async () => {
    let count = 0;
    await using server = await serve((_, response) => {
      response.setHeader("x-at", String(1000 + 2.5 * count++)).end();
    });
    await using opened = open(server.url);
    const start = startOf(opened.http.startingLine(), 3, { serverTime: "x-at" });
    const answers = post(start, "x");
    await start.ready;
    start.release();
    await Promise.all(answers);
    expect(start.figures().serverSpreadMs).toBe(5);
  });

  test("a body of bytes cannot be held back, and says so", async () => {
    await using opened = open("http://127.0.0.1:1");
    const start = startOf(opened.http.startingLine(), 1);
    expect(() => start.clients[0]?.post("/", { body: new Uint8Array(3) })).toThrow(
      /race: a racer's first request must be made of text/,
    );
  });
});
