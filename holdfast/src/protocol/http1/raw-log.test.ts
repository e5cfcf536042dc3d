import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { Actor } from "../../record/recorder.ts";
import { operation } from "../../scenario/operation.ts";
import { RAW_BYTES_MAX, RAW_KEPT_MAX, RAW_TEXT_MAX } from "./limits.ts";
import { RawLog } from "./raw-log.ts";
import { deadPort, open, serve, serveRaw } from "./testing/fixture.ts";
import { testActor } from "./testing/memory-recorder.ts";

const order = operation("order", { rejected: [409] });
const claim = operation("claim", {});
const CUT = "… (cut at 4,096)";

/** What was recorded of each operation: by these a proof finds its request again. */
function placesOf(all: readonly { process: number; invokeNs: number }[]): [number, number][] {
  return all.map(({ process, invokeNs }) => [process, Math.floor(invokeNs)]);
}

describe("what is kept of an operation", () => {
  test("is its request and its answer as they were, with the process and the time of the history", async () => {
    await using server = await serveRaw(({ socket }) =>
      socket.write("HTTP/1.1 200 OK\r\nx-a: b\r\ncontent-length: 5\r\n\r\ngr\u00fcn"),
    );
    const raw = new RawLog();
    await using opened = open(server.url, {}, raw);
    const body = '{"to":"Käthe"}';
    await opened.http.post("/orders", { body, operation: order.on("phone", { id: "k-1" }) });
    const [kept, ...others] = raw.exchanges();
    expect(others).toEqual([]);
    expect(kept).toMatchObject({ name: "order", id: "k-1" });
    expect(kept?.request).toMatch(/^POST \/orders HTTP\/1\.1\r\n[^]*\r\n\r\n\{"to":"Käthe"\}$/);
    expect(kept?.answer).toMatch(/^HTTP\/1\.1 200 OK\r\nx-a: b\r\ncontent-length: 5\r\n\r\ngrün$/);
    expect(placesOf(raw.exchanges())).toEqual(placesOf(opened.recorder.log));
  });

  test("is nothing of a request that is no operation", async () => {
    await using server = await serve((_, response) => void response.end("hello"));
    const raw = new RawLog();
    await using opened = open(server.url, {}, raw);
    await opened.http.get("/");
    expect(raw.exchanges()).toEqual([]);
  });

  test("is the answer unpacked, as UTF-8, and cut at 4,096 characters each, head and body", async () => {
    const long = "ü".repeat(RAW_TEXT_MAX);
    await using server = await serve((request, response) => {
      const packed = gzipSync(request.url === "/long" ? long : "grün");
      const padding = request.url === "/long" ? "h".repeat(RAW_TEXT_MAX) : "h";
      response.writeHead(200, { "content-encoding": "gzip", "x-padding": padding }).end(packed);
    });
    const raw = new RawLog();
    await using opened = open(server.url, {}, raw);
    await opened.http.get("/short", { operation: order.on("a") });
    await opened.http.post("/long", { body: long, operation: order.on("a") });
    const [short, cut] = raw.exchanges();
    expect(short?.answer.endsWith("\r\n\r\ngrün")).toBe(true);
    expect(cut?.request).toHaveLength(RAW_TEXT_MAX + CUT.length);
    expect(cut?.request.endsWith(`ü${CUT}`)).toBe(true);
    // 4,096 bytes are 2,048 of these letters.
    expect(cut?.answer.split("\r\n\r\n")).toEqual([
      expect.stringMatching(/^HTTP\/1\.1 200 OK\r\n[^]*h… \(cut at 4,096\)$/),
      "ü".repeat(RAW_TEXT_MAX / 2) + CUT,
    ]);
  });

  test("of a body of bytes is the bytes, of a stream that it was one", async () => {
    await using server = await serve((_, response) => void response.end());
    const raw = new RawLog();
    await using opened = open(server.url, {}, raw);
    async function* stream(): AsyncGenerator<Uint8Array> {
      yield* [Buffer.from("secret")];
    }
    for (const body of [Buffer.from("grün"), stream()]) {
      await opened.http.post("/", { body, operation: order.on("a") });
    }
    const ends = raw.exchanges().map(({ request }) => request.split("\r\n\r\n")[1]);
    expect(ends).toEqual(["grün", "(a stream, not kept)"]);
  });

  test("where no answer came says why, and where it broke off what there was of it", async () => {
    const raw = new RawLog();
    await using refused = open(`http://127.0.0.1:${await deadPort()}`, {}, raw);
    await refused.http.get("/", { operation: order.on("a") });
    await using server = await serveRaw(({ socket }) =>
      socket.end("HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nhalf"),
    );
    await using broken = open(server.url, {}, raw);
    await broken.http.get("/", { operation: order.on("a") });
    const [first, second] = raw.exchanges();
    expect(first?.answer).toMatch(/^\(no answer: .+\)$/);
    expect(second?.answer).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\n\(and then: .+\)$/);
  });

  test("has the process that began it, though another request of it has ended unknown since", async () => {
    const gate = Promise.withResolvers<void>();
    await using server = await serve(async (request, response) => {
      if (request.url === "/late") await gate.promise;
      response.writeHead(request.url === "/late" ? 200 : 500).end();
    });
    const raw = new RawLog();
    await using opened = open(server.url, {}, raw);
    const late = opened.http.get("/late", { operation: order.on("a") });
    await opened.http.get("/unknown", { operation: order.on("a") });
    gate.resolve();
    await late;
    expect(opened.actor.process).not.toBe(1);
    expect(raw.exchanges().map(({ process }) => process)).toEqual([1, 1]);
  });

  test("of a redirect is the last request, at the time of the first", async () => {
    await using server = await serve((request, response) => {
      if (request.url === "/there") return void response.end("landed");
      response.writeHead(302, { location: "/there" }).end();
    });
    const raw = new RawLog();
    await using opened = open(server.url, {}, raw);
    await opened.http.get("/here", { redirect: "follow", operation: order.on("a") });
    expect(raw.exchanges()[0]?.request).toMatch(/^GET \/there /);
    expect(placesOf(raw.exchanges())).toEqual(placesOf(opened.recorder.log));
  });

  test("of 3 racers is told by the time of their first byte, not of their release", async () => {
    await using server = await serveRaw(({ socket }) =>
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"),
    );
    const raw = new RawLog();
    await using opened = open(server.url, {}, raw);
    const actors = [1, 2, 3].map((process): Actor => ({ ...testActor(), process }));
    const start = opened.http
      .startingLine()
      .start(actors, { hold: "last-byte", headStartNs: 0, serverTime: undefined });
    const answers = start.clients.map((http) =>
      http.post("/", { body: "abc", operation: claim.on("seat") }),
    );
    await start.ready;
    start.release();
    await Promise.all(answers);
    const kept = raw.exchanges();
    expect(kept.map(({ request }) => request.slice(-3))).toEqual(["abc", "abc", "abc"]);
    expect(new Set(placesOf(kept).map(String))).toEqual(
      new Set(placesOf(opened.recorder.log).map(String)),
    );
  });
});

describe("how much is kept", () => {
  test("are the first 2,000 of each name and outcome, whatever the others are", async () => {
    await using server = await serve((request, response) => {
      response.statusCode = Number(request.url?.slice(1));
      response.end();
    });
    const raw = new RawLog();
    await using opened = open(server.url, { pool: "shared" }, raw);
    const send = async (status: number, kind: typeof order, count: number): Promise<void> => {
      const one = opened.http.prepare({ method: "POST", url: `/${status}` });
      for (let i = 0; i < count; i += 50) {
        const id = (n: number): string => `${kind.name} ${status} ${i + n}`;
        const all = Array.from({ length: 50 }, (_, n) =>
          one.send("", [], kind.on("a", { id: id(n) })),
        );
        await Promise.all(all);
      }
    };
    await send(200, order, RAW_KEPT_MAX + 100);
    await send(409, order, 100);
    await send(200, claim, 100);
    const kept = raw.exchanges();
    expect(kept).toHaveLength(RAW_KEPT_MAX + 200);
    const ids = new Set(kept.map(({ id }) => id));
    expect(ids.has("order 200 1949")).toBe(true);
    expect(ids.has("order 200 2050")).toBe(false);
    expect([ids.has("order 409 99"), ids.has("claim 200 99")]).toEqual([true, true]);
  });

  test("is nothing more of any name once 16 MB are there", async () => {
    await using server = await serve((_, response) => void response.end("x".repeat(RAW_TEXT_MAX)));
    const raw = new RawLog();
    await using opened = open(server.url, { pool: "shared" }, raw);
    const body = "y".repeat(RAW_TEXT_MAX);
    const names = Array.from({ length: 3 }, (_, n) => operation(`order ${n}`, {}));
    for (const kind of names) {
      for (let i = 0; i < 800; i += 50) {
        const all = Array.from({ length: 50 }, () =>
          opened.http.post("/", { body, operation: kind.on("a") }),
        );
        await Promise.all(all);
      }
    }
    const kept = raw.exchanges();
    const most = Math.ceil(RAW_BYTES_MAX / (2 * RAW_TEXT_MAX));
    expect(kept.length).toBeLessThanOrEqual(most);
    expect(kept.length).toBeGreaterThan(most * 0.9);
    expect(raw.placesOf("another").every((places) => places === 0)).toBe(true);
  });
});
