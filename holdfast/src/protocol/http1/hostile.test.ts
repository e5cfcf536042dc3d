/** Servers that misbehave, over real sockets: every request ends, as what it was, and says why. */
import { type AddressInfo, createServer, type Socket } from "node:net";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FailureCode } from "./failures.ts";
import { wellFormedAnswer } from "./testing/answers.ts";
import { open, serveRaw, until } from "./testing/fixture.ts";

const RUNS = Number(process.env.HOLDFAST_FUZZ_RUNS ?? 150);
const SEED = Number(process.env.HOLDFAST_FUZZ_SEED ?? 20261120);

const OK = "HTTP/1.1 200 OK\r\n";
const write = { definition: { name: "write", statuses: {} }, key: "k" };

describe("an answer that is wrong", () => {
  const rows: [string, string, FailureCode][] = [
    ["no HTTP at all", "220 mail.test ESMTP\r\n", "HF_ANSWER_STATUS_LINE"],
    ["a bare LF", "HTTP/1.1 200 OK\ncontent-length: 0\n\n", "HF_ANSWER_STATUS_LINE"],
    ["a NUL in a header", `${OK}x: \0\r\n\r\n`, "HF_ANSWER_HEADER"],
    ["two lengths", `${OK}content-length: 1\r\ncontent-length: 2\r\n\r\nab`, "HF_ANSWER_FRAMING"],
    [
      "a length and chunks",
      `${OK}content-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
      "HF_ANSWER_FRAMING",
    ],
    ["a wrong chunk", `${OK}transfer-encoding: chunked\r\n\r\nq\r\n`, "HF_ANSWER_CHUNK"],
    ["too many headers", `${OK}${"a: b\r\n".repeat(300)}\r\n`, "HF_ANSWER_HEAD_SIZE"],
    ["a head without end", `${OK}x: ${"y".repeat(100_000)}`, "HF_ANSWER_HEAD_SIZE"],
    [
      "no gzip in a gzip body",
      `${OK}content-encoding: gzip\r\ncontent-length: 3\r\n\r\nabc`,
      "HF_ANSWER_ENCODING",
    ],
    [
      "an unknown coding",
      `${OK}content-encoding: zip\r\ncontent-length: 3\r\n\r\nabc`,
      "HF_ANSWER_ENCODING",
    ],
  ];
  for (const [name, bytes, code] of rows) {
    test(`with ${name} is ${code}, an unknown outcome, and status 0`, async () => {
      await using server = await serveRaw(({ socket }) => socket.write(bytes, "latin1"));
      await using opened = open(server.url);
      const response = await opened.http.post("/", { json: {}, operation: write });
      expect(response.error).toMatchObject({ code, definite: false });
      expect(response).toMatchObject({ status: 0, ok: false, headers: {} });
      expect(opened.recorder.log).toMatchObject([{ outcome: "unknown", completions: 1 }]);
      expect(opened.recorder.exchanges).toMatchObject([{ timings: { failed: true } }]);
    });
  }
});

describe("a connection that ends", () => {
  test("before the answer is unknown for a POST on a new connection, and is not tried again", async () => {
    await using server = await serveRaw(({ socket }) => socket.destroy());
    await using opened = open(server.url);
    const response = await opened.http.post("/", { json: {}, operation: write });
    expect(response.error?.code).toBe("HF_TCP_CLOSED");
    expect(opened.recorder.log).toMatchObject([{ outcome: "unknown", completions: 1 }]);
    expect(server.connections).toBe(1);
  });

  test("by a reset is told from one in order", async () => {
    await using server = await serveRaw(({ socket }) => socket.resetAndDestroy());
    await using opened = open(server.url);
    const response = await opened.http.post("/", { json: {} });
    expect(response.error).toMatchObject({ code: "HF_TCP_RESET", number: 1220 });
  });

  test("after a 201 and half its body: it happened, its result is unknown", async () => {
    await using server = await serveRaw(({ socket }) => {
      socket.end("HTTP/1.1 201 Created\r\ncontent-length: 10\r\n\r\nhalf");
    });
    await using opened = open(server.url);
    const definition = { name: "write", statuses: {}, result: () => "never read" };
    const response = await opened.http.post("/", { operation: { definition, key: "" } });
    expect(response.status).toBe(0);
    expect(response.error?.code).toBe("HF_ANSWER_CUT");
    expect(response.error?.message).toContain("status 201, after 4 of 10 bytes");
    expect(opened.recorder.log).toMatchObject([{ outcome: "ok", status: 201, result: undefined }]);
  });

  test("after the head of a declared rejection: it was rejected", async () => {
    await using server = await serveRaw(({ socket }) => {
      socket.end("HTTP/1.1 409 Conflict\r\ncontent-length: 10\r\n\r\n");
    });
    await using opened = open(server.url);
    const definition = { name: "write", statuses: { rejected: [409] } };
    await opened.http.post("/", { operation: { definition, key: "" } });
    expect(opened.recorder.log).toMatchObject([{ outcome: "rejected", status: 409 }]);
  });

  test("between two requests is not noticed by the second", async () => {
    await using server = await serveRaw(({ socket, nth }) => {
      socket.write(`${OK}content-length: 1\r\n\r\n${nth}`);
      socket.end();
    });
    await using opened = open(server.url);
    const bodies: string[] = [];
    for (let i = 0; i < 3; i++) {
      bodies.push((await opened.http.post("/", { json: {} })).text());
      await until(() => server.connections === i + 1);
      await new Promise((resolve) => setImmediate(resolve));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(bodies).toEqual(["1", "1", "1"]);
    expect(server.connections).toBe(3);
  });
});

/** The server answers the first request of a connection and closes at the second, without a byte. */
function closesAtSecond() {
  return serveRaw(({ socket, nth }) => {
    if (nth === 1) socket.write(`${OK}content-length: 2\r\n\r\nok`);
    else socket.destroy();
  });
}

describe("a kept connection closed by the server as the next request is sent", () => {
  test("is replaced once for a GET, within one operation", async () => {
    await using server = await closesAtSecond();
    await using opened = open(server.url);
    await opened.http.get("/");
    const response = await opened.http.get("/", { operation: write });
    expect(response.text()).toBe("ok");
    expect(server.connections).toBe(2);
    expect(opened.recorder.log).toMatchObject([{ outcome: "ok", completions: 1 }]);
    expect(opened.recorder.exchanges).toHaveLength(2);
  });

  test("is replaced for a DELETE, but not for one that the history records", async () => {
    await using server = await closesAtSecond();
    await using opened = open(server.url);
    await opened.http.get("/");
    expect((await opened.http.delete("/")).status).toBe(200);
    const recorded = await opened.http.delete("/", { operation: write });
    expect(recorded.error?.code).toBe("HF_TCP_CLOSED");
    expect(opened.recorder.log).toMatchObject([{ outcome: "unknown" }]);
  });

  test("is an unknown outcome for a POST", async () => {
    await using server = await closesAtSecond();
    await using opened = open(server.url);
    await opened.http.get("/");
    const response = await opened.http.post("/", { json: {}, operation: write });
    expect(response.error).toMatchObject({ code: "HF_TCP_CLOSED", definite: false });
    expect(opened.recorder.log).toMatchObject([{ outcome: "unknown", completions: 1 }]);
    expect(server.connections).toBe(1);
  });

  test("is given up when the new connection breaks, too", async () => {
    await using server = await serveRaw(({ socket, nth, connection }) => {
      if (nth === 1 && connection === 1) socket.write(`${OK}content-length: 0\r\n\r\n`);
      else socket.destroy();
    });
    await using opened = open(server.url);
    await opened.http.get("/");
    const response = await opened.http.get("/");
    expect(response.error?.code).toBe("HF_TCP_CLOSED");
    expect(server.connections).toBe(2);
  });
});

describe("bytes that nobody asked for", () => {
  test("right after an answer: the answer counts, the connection is dropped", async () => {
    await using server = await serveRaw(({ socket }) => {
      socket.write(`${OK}content-length: 2\r\n\r\nok${OK}content-length: 4\r\n\r\nevil`);
    });
    await using opened = open(server.url);
    expect((await opened.http.get("/")).text()).toBe("ok");
    expect((await opened.http.get("/")).text()).toBe("ok");
    expect(server.connections).toBe(2);
  });

  test("on an idle connection: they are not the next request's answer", async () => {
    await using server = await serveRaw(({ socket, connection }) => {
      socket.write(`${OK}content-length: 1\r\n\r\n${connection}`, () => {
        setImmediate(() => socket.write("HTTP/1.1 408 Request Timeout\r\n\r\n"));
      });
    });
    await using opened = open(server.url);
    expect((await opened.http.get("/")).text()).toBe("1");
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect((await opened.http.post("/")).text()).toBe("2");
  });
});

describe("an early answer", () => {
  test("to bytes that are still being sent is taken, and the connection is not used again", async () => {
    await using server = await serveRaw(() => undefined);
    await using early = await serveEarly();
    await using opened = open(early.url);
    const body = Buffer.alloc(30_000_000, "x");
    const response = await opened.http.post("/", { body });
    expect(response.status).toBe(413);
    expect((await opened.http.get("/")).status).toBe(413);
    expect(early.connections).toBe(2);
    expect(server.connections).toBe(0);
  });

  test("to a stream ends the stream", async () => {
    await using early = await serveEarly();
    await using opened = open(early.url);
    let parts = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        parts += 1;
        yield Buffer.alloc(1000, "x");
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    const response = await opened.http.post("/", { body: endless() });
    expect(response.status).toBe(413);
    expect(parts).toBeGreaterThan(0);
  });
});

/** Answers at the first byte, and never reads the rest. */
async function serveEarly() {
  let connections = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.once("data", () => {
      socket.pause();
      socket.write("HTTP/1.1 413 Too Large\r\ncontent-length: 2\r\n\r\nno");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get connections() {
      return connections;
    },
    [Symbol.asyncDispose]: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      return Promise.resolve();
    },
  };
}

describe("over a real socket", () => {
  test(`${RUNS} generated answers, cut by the wire, mean what was meant, or fail when damaged`, async () => {
    let next: { bytes: Buffer; cuts: number[] };
    await using server = await serveRaw(({ socket }) => {
      void (async () => {
        let start = 0;
        for (const stop of [...next.cuts, next.bytes.length]) {
          if (stop > start) socket.write(next.bytes.subarray(start, stop));
          start = Math.max(start, stop);
          await new Promise((resolve) => setImmediate(resolve));
        }
        socket.end();
      })();
    });
    await using opened = open(server.url);
    const damage = fc.option(fc.record({ at: fc.nat(), byte: fc.nat(255) }));
    const cuts = fc.array(fc.nat(300), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(wellFormedAnswer, damage, cuts, async (answer, damaged, cuts) => {
        const bytes = Buffer.from(answer.bytes);
        if (damaged !== null) bytes[damaged.at % bytes.length] = damaged.byte;
        next = { bytes, cuts: cuts.sort((a, b) => a - b) };
        const method = answer.bodiless ? "HEAD" : "GET";
        const headers = { connection: "close" };
        const response = await opened.http.request(method, "/", { headers });
        if (damaged === null) {
          expect(response.error).toBeUndefined();
          expect(response.status).toBe(answer.status);
          expect(Buffer.from(response.bytes())).toEqual(answer.body);
        } else {
          expect(response.status === 0).toBe(response.error !== undefined);
        }
      }),
      { numRuns: RUNS, seed: SEED },
    );
    expect(opened.recorder.exchanges.length).toBeGreaterThanOrEqual(RUNS);
  });
});
