import type { IncomingMessage, ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import { operation } from "../../scenario/operation.ts";
import { deadPort, serve, serveRaw, until } from "../http1/testing/fixture.ts";
import { open } from "../websocket/testing/fixture.ts";
import { UNREAD_MESSAGES_MAX } from "../websocket/limits.ts";

const STREAM = { "content-type": "text/event-stream; charset=utf-8" };

function begin(response: ServerResponse): ServerResponse {
  return response.writeHead(200, STREAM);
}

describe("against Node's server", () => {
  test("events come with type, id and data; the request asks for them", async () => {
    const asked: IncomingMessage["headers"][] = [];
    await using server = await serve((request, response) => {
      asked.push(request.headers);
      begin(response).write('id: 7\nevent: bid\ndata: {"n":1}\n\ndata: two\n\n');
    });
    await using vu = open(server.url);
    const stream = await vu.sse.open("/events", {
      headers: { "x-key": "k" },
      lastEventId: "grüße",
    });
    expect([stream.isOpen, stream.status, stream.error]).toEqual([true, 200, undefined]);
    const bid = await stream.expect("bid");
    expect([bid?.id, bid?.json(), stream.lastEventId]).toEqual(["7", { n: 1 }, "7"]);
    expect((await stream.next())?.text()).toBe("two");
    expect(asked[0]).toMatchObject({ accept: "text/event-stream", "x-key": "k" });
    expect(Buffer.from(String(asked[0]?.["last-event-id"]), "latin1").toString()).toBe("grüße");
    const news = operation("news");
    if (bid !== undefined) stream.record(bid, news.on("item", { id: "ann", value: 1 }));
    expect(vu.recorder.log.map(({ outcome, returnNs }) => [outcome, returnNs])).toEqual([
      ["ok", bid?.receivedNs],
    ]);
    await stream.close();
    expect([stream.isOpen, stream.error]).toEqual([false, undefined]);
    const count = (name: string): number =>
      vu.recorder.samples.filter(({ metric }) => metric === name).length;
    expect([count("sse_connecting"), count("sse_events"), count("sse_errors")]).toEqual([1, 2, 0]);
  });

  test("it asks again from the last event on, as soon as the server said, when the stream ends or breaks", async () => {
    const from: unknown[] = [];
    await using server = await serve(({ headers, socket }, response) => {
      from.push(headers["last-event-id"]);
      begin(response).write(`retry: 5\nid: ${from.length}\ndata: ${from.length}\n\n`);
      if (from.length === 1) response.end();
      if (from.length === 2) setImmediate(() => socket.destroy());
    });
    await using vu = open(server.url);
    const stream = await vu.sse.open("/");
    const heard: string[] = [];
    for await (const event of stream) {
      heard.push(event.text());
      if (heard.length === 3) break;
    }
    expect([heard, from, stream.reconnects]).toEqual([["1", "2", "3"], [undefined, "1", "2"], 2]);
  });

  test("204 ends it for good, and so does a refusal after a loss", async () => {
    let asked = 0;
    await using server = await serve((_, response) => {
      asked += 1;
      if (asked === 1) begin(response).end("retry: 1\ndata: a\n\n");
      else response.writeHead(204).end();
    });
    await using vu = open(server.url);
    const stream = await vu.sse.open("/");
    const heard: string[] = [];
    for await (const event of stream) heard.push(event.text());
    expect([heard, stream.status, stream.error]).toEqual([["a"], 204, undefined]);
  });

  test("ends with the stream where it may not reconnect", async () => {
    await using server = await serve((_, response) => void begin(response).end("data: a\n\n"));
    await using vu = open(server.url);
    const stream = await vu.sse.open("/", { reconnect: false });
    expect((await stream.next())?.text()).toBe("a");
    expect([await stream.next(), stream.isOpen]).toEqual([undefined, false]);
  });

  test("waits no longer than it is told, and calls back for what comes later", async () => {
    let send: (text: string) => void = () => undefined;
    await using server = await serve((_, response) => {
      begin(response).flushHeaders();
      send = (text) => response.write(text);
    });
    await using vu = open(server.url);
    const stream = await vu.sse.open("/", { idOf: (event) => event.text() });
    expect(await stream.expect("bid", { within: "5ms" })).toBeUndefined();
    const heard: string[] = [];
    stream.onEvent((event) => heard.push(event.text()));
    vu.ws.sent("m-1");
    send("data: m-1\n\ndata: m-2\n\n");
    await until(() => heard.length === 2);
    const latencies = vu.recorder.samples.filter(({ metric }) => metric === "ws_message_latency");
    expect([heard, latencies.length]).toEqual([["m-1", "m-2"], 1]);
  });
});

describe("what is no stream", () => {
  const answer = (status: number, type: string) => (_: unknown, response: ServerResponse) => {
    response.writeHead(status, { "content-type": type, location: "/x" }).end("data: a\n\n");
  };
  test.each([
    ["503", answer(503, "text/event-stream"), "HF_SSE_STATUS"],
    ["a redirect", answer(302, "text/event-stream"), "HF_SSE_STATUS"],
    ["JSON", answer(200, "application/json"), "HF_SSE_TYPE"],
  ])("%s is refused, once", async (_, handler, code) => {
    await using server = await serve(handler);
    await using vu = open(server.url);
    const stream = await vu.sse.open("/");
    expect([stream.isOpen, stream.error?.code, await stream.next()]).toEqual([
      false,
      code,
      undefined,
    ]);
  });

  test.each([
    ["a body with a length", "content-length: 9\r\n\r\ndata: a\n\nrest", ["a"], undefined],
    ["a body until the end", "\r\ndata: a\n\n", ["a"], undefined],
    [
      "chunks",
      "transfer-encoding: chunked\r\n\r\n5\r\ndata:\r\n4\r\n a\n\n\r\n0\r\n\r\n",
      ["a"],
      undefined,
    ],
    ["chunks cut off", "transfer-encoding: chunked\r\n\r\n5\r\ndata:\r\n4", [], "HF_ANSWER_CUT"],
    ["malformed chunks", "transfer-encoding: chunked\r\n\r\nzz\r\n", [], "HF_ANSWER_CHUNK"],
    ["a length cut off", "content-length: 99\r\n\r\ndata: a\n\n", ["a"], "HF_ANSWER_CUT"],
    ["packed, which nobody asked for", "content-encoding: gzip\r\n\r\nx", [], "HF_ANSWER_ENCODING"],
  ])("%s", async (_, rest, events, code) => {
    const head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n";
    for (const bytewise of [false, true]) {
      await using server = await serveRaw(({ socket }) => {
        if (!bytewise) return void socket.end(head + rest);
        for (const byte of Buffer.from(head + rest)) socket.write(Buffer.from([byte]));
        socket.end();
      });
      await using vu = open(server.url);
      const stream = await vu.sse.open("/", { reconnect: false });
      const heard: string[] = [];
      for await (const event of stream) heard.push(event.text());
      expect([heard, stream.error?.code]).toEqual([events, code]);
    }
  });

  test("nobody there, a head that does not come, an event without end, and events that nobody reads", async () => {
    await using vu = open(undefined);
    const nobody = await vu.sse.open(`http://127.0.0.1:${await deadPort()}/`);
    expect(nobody.error?.code).toBe("HF_TCP_REFUSED");
    await using silent = await serve(() => undefined);
    const late = await vu.sse.open(silent.url, { timeout: "20ms" });
    expect(late.error?.code).toBe("HF_TIMEOUT_HEADERS");
    await using endless = await serve(
      (_, response) => void begin(response).write(`data: ${"x".repeat(200)}`),
    );
    const large = await vu.sse.open(endless.url, { eventBytesMax: 100, reconnect: false });
    await until(() => !large.isOpen);
    expect(large.error?.code).toBe("HF_SSE_SIZE");
    await using chatty = await serve((_, response) => {
      begin(response).write("data: x\n\n".repeat(UNREAD_MESSAGES_MAX + 1));
    });
    const unread = await vu.sse.open(chatty.url);
    await until(() => !unread.isOpen);
    expect(unread.error?.code).toBe("HF_WS_UNREAD");
  });
});

test.each([
  [{ retry: 1 }, "sse open: options.retry is not a known option"],
  [{ reconnect: "yes" }, 'sse open: options.reconnect must be true or false, got "yes" (string)'],
  [{ lastEventId: "a\nb" }, "sse open: options.lastEventId must be text of one line"],
])("misuse is one clear line: %j", async (options, says) => {
  await using vu = open("http://127.0.0.1:1");
  expect(() => vu.sse.open("/", options as never)).toThrow(says);
});
