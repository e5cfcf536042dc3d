/** The client against servers that break the rules, lie, or fall silent. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { operation } from "../../scenario/operation.ts";
import type { HttpClientOptions, HttpResponse } from "../http.ts";
import { open, until } from "../http1/testing/fixture.ts";
import { FRAME } from "./frames.ts";
import { answering, frame, OK, serveFrames } from "./testing/raw-server.ts";

const order = operation("order");
const END = 5; // END_STREAM and END_HEADERS
const HEADERS = 4; // END_HEADERS

function u32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => bytes.writeUInt32BE(value, index * 4));
  return bytes;
}

async function ask(
  url: string,
  options: HttpClientOptions = {},
  times = 1,
): Promise<{ answers: HttpResponse[]; outcomes: unknown[] }> {
  await using opened = open(url, { version: "2", timeout: { whole: "2s" }, ...options });
  const answers: HttpResponse[] = [];
  for (let time = 0; time < times; time++) {
    answers.push(await opened.http.post("/", { body: "abc", operation: order.on("k") }));
  }
  return { answers, outcomes: opened.recorder.log.map(({ outcome }) => outcome) };
}

describe("an answer", () => {
  test.each<[string, (stream: number) => Buffer, string, string]>([
    ["whole", (s) => frame(1, END, s, OK), "200", "ok"],
    [
      "in padded frames with a priority",
      (s) =>
        Buffer.concat([
          frame(1, HEADERS | 8 | 32, s, `\x02\x00\x00\x00\x00\x10${OK}\x00\x00`),
          frame(0, 1 | 8, s, "\x03abc\x00\x00\x00"),
        ]),
      "200",
      "ok",
    ],
    [
      "with headers in three frames",
      (s) =>
        Buffer.concat([frame(1, 1, s, OK), frame(9, 0, s, "\x00\x01x"), frame(9, 4, s, "\x01y")]),
      "200",
      "ok",
    ],
    [
      "before the request's end, and then RST_STREAM with NO_ERROR",
      (s) => Buffer.concat([frame(1, END, s, OK), frame(3, 0, s, u32(0))]),
      "200",
      "ok",
    ],
    [
      "with frames of unknown types about it",
      (s) => Buffer.concat([frame(200, 9, s, "?"), frame(1, END, s, OK)]),
      "200",
      "ok",
    ],
    [
      "with a body that is too short",
      (s) => Buffer.concat([frame(1, HEADERS, s, `${OK}\x0f\x0d\x015`), frame(0, 1, s, "abc")]),
      "HF_ANSWER_FRAMING",
      "unknown",
    ],
    ["with a body before its head", (s) => frame(0, 1, s, "abc"), "HF_ANSWER_FRAMING", "unknown"],
    [
      "with a head that makes no sense",
      (s) => frame(1, END, s, "\x00\x01X\x01y"),
      "HF_ANSWER_HEADER",
      "unknown",
    ],
    [
      "with a second head in its body",
      (s) => Buffer.concat([frame(1, HEADERS, s, OK), frame(1, HEADERS, s, "\x00\x01x\x01y")]),
      "HF_ANSWER_HEADER",
      "unknown",
    ],
    [
      "that is switched to another protocol",
      (s) => frame(1, END, s, "\x08\x03101"),
      "HF_ANSWER_STATUS_LINE",
      "unknown",
    ],
    [
      "cut by RST_STREAM before its head",
      (s) => frame(3, 0, s, u32(8)),
      "HF_HTTP2_STREAM",
      "unknown",
    ],
    [
      "cut by RST_STREAM in its body",
      (s) => Buffer.concat([frame(1, HEADERS, s, OK), frame(3, 0, s, u32(2))]),
      "HF_HTTP2_STREAM",
      "ok",
    ],
    ["refused", (s) => frame(3, 0, s, u32(7)), "HF_HTTP2_REFUSED", "failed"],
    [
      "never begun, says GOAWAY with an error",
      () => frame(7, 0, 0, u32(0, 11)),
      "HF_HTTP2_GOAWAY",
      "failed",
    ],
  ])("%s", async (_, say, result, outcome) => {
    await using server = await answering(say);
    const { answers, outcomes } = await ask(server.url);
    expect(answers.map(({ status, error }) => error?.code ?? String(status))).toEqual([result]);
    expect(outcomes).toEqual([outcome]);
  });

  test("may come for one stream while another is reset: the connection stays", async () => {
    await using server = await answering((stream) =>
      stream === 3 ? frame(3, 0, stream, u32(2)) : frame(1, END, stream, OK),
    );
    const { answers } = await ask(server.url, {}, 3);
    expect(answers.map(({ status, error }) => error?.code ?? status)).toEqual([
      200,
      "HF_HTTP2_STREAM",
      200,
    ]);
    expect(server.connections).toBe(1);
  });

  test("that is too large is given up, and the server is told", async () => {
    await using server = await answering((stream) =>
      Buffer.concat([frame(1, HEADERS, stream, OK), frame(0, 0, stream, "x".repeat(2_000))]),
    );
    await using opened = open(server.url, { version: "2", responseBytesMax: 1_000 });
    expect((await opened.http.get("/")).error?.code).toBe("HF_ANSWER_SIZE");
    await until(() => server.received.some(({ type }) => type === FRAME.rstStream));
  });

  test("begun twice elsewhere: what GOAWAY leaves out is sent again, once", async () => {
    await using server = await serveFrames(({ type, stream }, socket, connection) => {
      if (type !== 1) return;
      if (connection === 1) socket.write(frame(7, 0, 0, u32(0, 0)));
      else socket.write(frame(1, END, stream, OK));
    });
    const { answers, outcomes } = await ask(server.url);
    expect([answers[0]?.status, outcomes, server.connections]).toEqual([200, ["ok"], 2]);
  });
});

describe("a server that breaks the rules", () => {
  test.each<[string, (stream: number) => Buffer]>([
    ["with a frame of 16,385 bytes", (s) => frame(0, 0, s, "x".repeat(16_385))],
    [
      "with a header block that is interrupted",
      (s) => Buffer.concat([frame(1, 0, s, OK), frame(6, 0, 0, "12345678")]),
    ],
    ["with the continuation of nothing", (s) => frame(9, 4, s, OK)],
    ["with a header block that cannot be read", (s) => frame(1, END, s, "\xbe")],
    ["with more padding than frame", (s) => frame(0, 8, s, "\x05abc")],
    ["with an answer on a stream of its own", () => frame(1, END, 2, OK)],
    ["with an answer on a stream that is not open", (s) => frame(1, END, s + 2, OK)],
    ["with an answer on stream 0", () => frame(1, END, 0, OK)],
    ["with SETTINGS on a stream", (s) => frame(4, 0, s)],
    ["with SETTINGS cut off", () => frame(4, 0, 0, "abc")],
    ["with frames that are too small", () => frame(4, 0, 0, "\x00\x05\x00\x00\x00\x01")],
    ["with a window of 2 GiB", () => frame(4, 0, 0, "\x00\x04\x80\x00\x00\x00")],
    ["with a push that was not allowed", (s) => frame(5, 4, s, `\x00\x00\x00\x02${OK}`)],
    ["with a window that grows by 0", () => frame(8, 0, 0, u32(0))],
    ["with a window that grows beyond all bounds", () => frame(8, 0, 0, u32(0x7fff_ffff))],
    ["with a PING of 7 bytes", () => frame(6, 0, 0, "1234567")],
    ["with a GOAWAY of 4 bytes", () => frame(7, 0, 0, u32(0))],
    [
      "with headers of 80 KiB",
      (s) =>
        Buffer.concat([
          frame(1, 0, s, OK),
          ...Array.from({ length: 6 }, () => frame(9, 0, s, "x".repeat(16_000))),
        ]),
    ],
    [
      "with empty continuations without end",
      (s) =>
        Buffer.concat([frame(1, 0, s, OK), ...Array.from({ length: 8_000 }, () => frame(9, 0, s))]),
    ],
  ])("%s is left, with the reason, and the outcome is unknown", async (_, say) => {
    await using server = await answering(say);
    const { answers, outcomes } = await ask(server.url);
    expect(answers[0]?.error?.code).toBe("HF_HTTP2_CONNECTION");
    expect(outcomes).toEqual(["unknown"]);
    await until(() => server.received.some(({ type }) => type === FRAME.goaway));
  });

  test("by asking for answers and never reading them is left before memory runs out", async () => {
    const pings = Buffer.concat(Array.from({ length: 20_000 }, () => frame(6, 0, 0, "12345678")));
    await using server = await serveFrames(({ type }, socket) => {
      if (type !== 1) return;
      socket.pause();
      const flood = (): void => {
        if (!socket.destroyed) socket.write(pings, flood);
      };
      flood();
    });
    const { answers } = await ask(server.url, { timeout: { whole: "10s" } });
    expect(answers[0]?.error?.code).toBe("HF_HTTP2_CONNECTION");
  });

  test.each<[string, Buffer]>([
    ["speaks HTTP/1.1", Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n")],
    ["begins with a PING", frame(6, 0, 0, "12345678")],
    ["begins with the acknowledgement of SETTINGS", frame(4, 1, 0)],
  ])("in its greeting (%s) was asked for nothing", async (_, greeting) => {
    await using server = await serveFrames(() => undefined, greeting);
    const { answers, outcomes } = await ask(server.url);
    expect(answers[0]?.error?.code).toBe("HF_HTTP2_UNSUPPORTED");
    expect(outcomes).toEqual(["failed"]);
    expect(server.received.some(({ type }) => type === 1)).toBe(false);
  });

  test("by silence is given up as late as the test says: before the greeting, and after it", async () => {
    await using mute = await serveFrames(() => undefined, Buffer.alloc(0));
    const first = await ask(mute.url, { timeout: { connect: "40ms" } });
    expect(first.answers[0]?.error?.code).toBe("HF_HTTP2_UNSUPPORTED");
    expect(first.outcomes).toEqual(["failed"]);
    await using silent = await serveFrames(() => undefined);
    const second = await ask(silent.url, { timeout: { headers: "40ms" } });
    expect(second.answers[0]?.error?.code).toBe("HF_TIMEOUT_HEADERS");
    expect(second.outcomes).toEqual(["unknown"]);
  });
});

describe("the windows", () => {
  test("a body waits for its stream's window and for the connection's, and loses no byte", async () => {
    const got: Buffer[] = [];
    await using server = await serveFrames(
      ({ type, flags, stream, payload }, socket) => {
        if (type !== 0) return;
        got.push(payload);
        const size = payload.length;
        socket.write(
          Buffer.concat([frame(8, 0, 0, u32(size || 1)), frame(8, 0, stream, u32(size || 1))]),
        );
        if ((flags & 1) !== 0) socket.write(frame(1, END, stream, OK));
      },
      frame(4, 0, 0, "\x00\x04\x00\x00\x00\x64"),
    );
    await using opened = open(server.url, { version: "2" });
    const body = Array.from({ length: 10_000 }, (_, index) =>
      String.fromCharCode(97 + (index % 26)),
    );
    const answer = await opened.http.post("/", { body: body.join("") });
    expect(answer.status).toBe(200);
    expect(Buffer.concat(got).toString()).toBe(body.join(""));
    expect(Math.max(...got.map(({ length }) => length))).toBe(100);
  });

  test("a window that shrinks below zero is waited out", async () => {
    const got: number[] = [];
    await using server = await serveFrames(({ type, flags, stream, payload }, socket) => {
      if (type === 1) {
        const smaller = frame(4, 0, 0, "\x00\x04\x00\x00\x00\x00");
        socket.write(Buffer.concat([smaller, frame(8, 0, stream, u32(100_000))]));
        socket.write(frame(8, 0, 0, u32(100_000)));
      }
      if (type !== 0) return;
      got.push(payload.length);
      if ((flags & 1) !== 0) socket.write(frame(1, END, stream, OK));
    });
    await using opened = open(server.url, { version: "2" });
    const answer = await opened.http.post("/", { body: "x".repeat(90_000) });
    expect(answer.status).toBe(200);
    expect(got.reduce((sum, size) => sum + size, 0)).toBe(90_000);
  });
});

describe("a race over HTTP/2", () => {
  test("that is never released has certainly failed", async () => {
    await using silent = await serveFrames(({ type, payload }, socket) => {
      if (type === 6) socket.write(frame(6, 1, 0, payload));
    });
    await using opened = open(silent.url, { version: "2" });
    for (const hold of ["last-byte", "head"] as const) {
      const line = opened.http.startingLine();
      const start = line.start([opened.actor, opened.actor], {
        hold,
        headStartNs: 0,
        serverTime: undefined,
      });
      const answers = start.clients.map((http) =>
        http.post("/", { body: "abc", operation: order.on("k") }),
      );
      await start.ready;
      line.close();
      start.release();
      const codes = (await Promise.all(answers)).map(({ error }) => error?.code);
      expect(codes).toEqual(["HF_RACE_UNRELEASED", "HF_RACE_UNRELEASED"]);
    }
    expect(new Set(opened.recorder.log.map(({ outcome }) => outcome))).toEqual(new Set(["failed"]));
  });

  test("with more racers than the server allows streams goes on with those that have one", async () => {
    const greeting = frame(4, 0, 0, "\x00\x03\x00\x00\x00\x03");
    await using server = await serveFrames(({ type, flags, stream, payload }, socket) => {
      if (type === 6) socket.write(frame(6, 1, 0, payload));
      if (type === 0 && (flags & 1) !== 0) socket.write(frame(1, END, stream, OK));
    }, greeting);
    await using opened = open(server.url, { version: "2" });
    const line = opened.http.startingLine();
    for (let race = 0; race < 2; race++) {
      const start = line.start(
        Array.from({ length: 5 }, () => opened.actor),
        { hold: "last-byte", headStartNs: 0, serverTime: undefined },
      );
      const answers = start.clients.map(async (http, index) => {
        const answer = await http.post("/", { body: "abc" });
        start.leave(index);
        return answer.error?.code ?? answer.status;
      });
      await start.ready;
      start.release();
      const ends = Map.groupBy(await Promise.all(answers), (end) => end);
      expect(ends.get(200)).toHaveLength(3);
      expect(ends.get("HF_RACE_UNRELEASED")).toHaveLength(2);
      expect(start.figures()).toMatchObject({ released: 3, overlap: 3 });
    }
  });

  test("is over for those that had not begun when the server leaves", async () => {
    await using server = await serveFrames(({ type, payload }, socket) => {
      if (type !== 6) return;
      socket.write(Buffer.concat([frame(6, 1, 0, payload), frame(7, 0, 0, u32(0, 0))]));
    });
    await using opened = open(server.url, { version: "2" });
    const options = { hold: "head", headStartNs: 0, serverTime: undefined } as const;
    const start = opened.http.startingLine().start([opened.actor, opened.actor], options);
    const answers = start.clients.map((http) => http.post("/", { body: "abc" }));
    await start.ready;
    const codes = (await Promise.all(answers)).map(({ error }) => error?.code);
    start.release();
    expect(codes).toEqual(["HF_HTTP2_GOAWAY", "HF_HTTP2_GOAWAY"]);
    expect(server.received.some(({ type }) => type === 1)).toBe(false);
  });

  test("sends the last bytes of 5 requests in one piece, after the server has had all the rest", async () => {
    const pieces: number[] = [];
    let data = 0;
    await using server = await serveFrames(({ type, flags, stream, payload }, socket) => {
      if (type === 6) socket.write(frame(6, 1, 0, payload));
      if (type !== 0) return;
      data += 1;
      if ((flags & 1) === 0) return;
      expect(payload.toString()).toBe("c");
      pieces.push(socket.bytesRead);
      socket.write(frame(1, END, stream, OK));
    });
    await using opened = open(server.url, { version: "2" });
    const actors = Array.from({ length: 5 }, () => opened.actor);
    const options = { hold: "last-byte", headStartNs: 0, serverTime: undefined } as const;
    const start = opened.http.startingLine().start(actors, options);
    const answers = start.clients.map((http) => http.post("/", { body: "abc" }));
    await start.ready;
    await until(() => data === 5);
    expect(pieces).toEqual([]);
    start.release();
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([
      200, 200, 200, 200, 200,
    ]);
    expect(new Set(pieces).size).toBe(1);
    expect(server.connections).toBe(1);
    expect(start.figures()).toMatchObject({ released: 5, spreadMs: 0, overlap: 5 });
  });
});

describe("whatever a server says", () => {
  const anyFrame = fc
    .record({
      type: fc.oneof(fc.integer({ min: 0, max: 10 }), fc.nat(255)),
      flags: fc.nat(255),
      stream: fc.oneof(fc.constant(0), fc.constant(1), fc.nat(5)),
      payload: fc.oneof(fc.uint8Array({ maxLength: 20 }), fc.constant(Buffer.from(OK, "latin1"))),
    })
    .map(({ type, flags, stream, payload }) => frame(type, flags, stream, payload));
  const sensible = fc.constantFrom(
    frame(1, END, 1, OK),
    frame(1, HEADERS, 1, OK),
    frame(1, 0, 1, OK),
    frame(9, 4, 1, "\x00\x01x\x01y"),
    frame(0, 0, 1, "abc"),
    frame(0, 1, 1, "abc"),
    frame(3, 0, 1, u32(7)),
    frame(4, 0, 0),
    frame(7, 0, 0, u32(0, 0)),
    frame(8, 0, 1, u32(10)),
  );
  const anything = fc.oneof(
    { weight: 8, arbitrary: sensible },
    { weight: 3, arbitrary: anyFrame },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)) },
  );

  test("each request ends once, with an answer or a reason", async () => {
    let say: Buffer[] = [];
    await using server = await serveFrames(({ type, stream }, socket) => {
      if (type !== 1 || stream !== 1) return;
      for (const part of say) socket.write(part);
      socket.end();
    });
    const codes = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(anything, { minLength: 1, maxLength: 6 }), async (parts) => {
        say = parts;
        await using opened = open(server.url, { version: "2", timeout: { whole: "5s" } });
        const answer = await opened.http.post("/", { body: "abc", operation: order.on("k") });
        codes.add(answer.error?.code ?? "answered");
        expect(answer.error?.code).not.toBe("HF_TIMEOUT");
        expect(opened.recorder.log.map(({ completions }) => completions)).toEqual([1]);
      }),
      { numRuns: 300 },
    );
    expect(codes.size).toBeGreaterThan(4);
  });

  test("it means the same however it is cut into pieces", async () => {
    const story = (stream: number): Buffer =>
      Buffer.concat([
        frame(6, 0, 0, "12345678"),
        frame(1, 0, stream, "\x48"),
        frame(9, 4, stream, "\x03103"),
        frame(1, HEADERS, stream, `${OK}\x40\x01x\x01y`),
        frame(0, 8, stream, "\x02he\x00\x00"),
        frame(0, 0, stream, "llo"),
        frame(1, END, stream, "\xbe"),
      ]);
    const whole = story(1).length;
    for (let cut = 0; cut <= whole; cut++) {
      await using server = await serveFrames(({ type, stream }, socket) => {
        if (type !== 1) return;
        const bytes = story(stream);
        socket.setNoDelay(true);
        socket.write(bytes.subarray(0, cut));
        setImmediate(() => socket.write(bytes.subarray(cut)));
      });
      const { answers } = await ask(server.url);
      expect([answers[0]?.status, answers[0]?.text(), answers[0]?.header("x")]).toEqual([
        200,
        "hello",
        "y",
      ]);
    }
  });
});
