import { describe, expect, test } from "vitest";
import { operation } from "../../scenario/operation.ts";
import { until } from "../http1/testing/fixture.ts";
import { UNREAD_MESSAGES_MAX } from "../websocket/limits.ts";
import { open, serveWs, type TestServer } from "../websocket/testing/fixture.ts";
import { serveIo } from "./testing/fixture.ts";

const HELLO = '0{"sid":"e","pingInterval":10000,"pingTimeout":10000}';
const say = operation("say");

/** Says these things to whoever connects, and the last of them once the namespace has been asked for. */
function saying(
  before: readonly string[],
  after: readonly (string | Buffer)[] = [],
): Promise<TestServer> {
  return serveWs((socket) => {
    for (const text of before) socket.send(text);
    socket.once("message", () => {
      for (const one of after) socket.send(one, { binary: typeof one !== "string" });
    });
  });
}

describe("a server that does not speak Socket.IO", () => {
  test.each([
    ["no handshake", ["hello"], "HF_IO_HANDSHAKE"],
    ["a handshake that is no JSON", ["0{"], "HF_IO_HANDSHAKE"],
    ["a handshake without a sid", ["0{}"], "HF_IO_HANDSHAKE"],
    ["an unknown Engine.IO packet", [HELLO, "9"], "HF_IO_PACKET"],
    ["an unknown Socket.IO packet", [HELLO, "49"], "HF_IO_PACKET"],
    ["a close packet", [HELLO, "1"], "HF_IO_CLOSED"],
    ["a middleware that refuses", [HELLO, '44{"message":"no"}'], "HF_IO_REFUSED"],
  ])("%s", async (_, before, code) => {
    await using server = await saying(before);
    await using vu = open(server.url);
    const socket = await vu.io.connect("/");
    expect([socket.isOpen, socket.error?.code]).toEqual([false, code]);
    const errors = vu.recorder.samples.filter(({ metric }) => metric === "ws_errors");
    expect(errors).toHaveLength(1);
  });

  test("silence after the handshake, and after the first word", async () => {
    await using silent = await saying([]);
    await using vu = open(silent.url);
    const none = await vu.io.connect("/", { timeout: "20ms" });
    expect(none.error?.code).toBe("HF_IO_HANDSHAKE");
    await using half = await saying([HELLO]);
    const late = await vu.io.connect(half.url, { timeout: "200ms" });
    expect(late.error?.code).toBe("HF_IO_TIMEOUT");
  });

  test.each([
    ["text where bytes were due", ['451-["a",{"_placeholder":true,"num":0}]', "2"], "HF_IO_PACKET"],
    ["bytes that nobody announced", [Buffer.from("x")], "HF_IO_PACKET"],
    [
      "a placeholder without its bytes",
      ['451-["a",{"_placeholder":true,"num":1}]', Buffer.from("x")],
      "HF_IO_PACKET",
    ],
    ["an event without a name", ["42[]"], "HF_IO_PACKET"],
  ])("%s", async (_, after, code) => {
    await using server = await saying([HELLO], ['40{"sid":"s"}', ...after]);
    await using vu = open(server.url);
    const socket = await vu.io.connect("/");
    expect(await socket.next()).toBeUndefined();
    expect(socket.error?.code).toBe(code);
  });

  test("a server that stops pinging is given up when interval and timeout are over", async () => {
    await using server = await saying(
      ['0{"sid":"e","pingInterval":10,"pingTimeout":10}'],
      ['40{"sid":"s"}'],
    );
    await using vu = open(server.url);
    const socket = await vu.io.connect("/");
    expect(await socket.next()).toBeUndefined();
    expect(socket.error?.code).toBe("HF_IO_HEARTBEAT");
  });

  test("packets for a namespace that nobody has are nobody's, and so are answers that nobody waits for", async () => {
    await using server = await saying(
      [HELLO],
      ['40{"sid":"s"}', '42/other,["x"]', "4377[1]", '42["mine"]'],
    );
    await using vu = open(server.url);
    const socket = await vu.io.connect("/");
    expect((await socket.next())?.name).toBe("mine");
  });
});

describe("limits and endings", () => {
  test("1,001 events that nobody takes end the connection; where some are taken by name, the others are gone", async () => {
    const flood = Array.from({ length: UNREAD_MESSAGES_MAX + 1 }, () => '42["news"]');
    await using server = await saying([HELLO], ['40{"sid":"s"}', ...flood, '42["end"]']);
    await using vu = open(server.url);
    const unread = await vu.io.connect("/");
    await until(() => !unread.isOpen);
    expect(unread.error?.code).toBe("HF_WS_UNREAD");
    const taking = await vu.io.connect("/");
    let ended = false;
    taking.on("end", () => (ended = true));
    await until(() => ended);
    expect(taking.isOpen).toBe(true);
  });

  test("an acknowledgement that does not come leaves the operation unknown; none is sent on a closed socket", async () => {
    await using server = await serveIo();
    await using vu = open(server.url);
    const socket = await vu.io.connect("/");
    expect(
      await socket.ask("say", [], { within: "10ms", operation: say.on("room") }),
    ).toBeUndefined();
    const waiting = socket.ask("say", [], { operation: say.on("room") });
    await socket.close();
    expect(await waiting).toBeUndefined();
    await socket.ask("say", [], { operation: say.on("room") });
    expect(vu.recorder.log.map(({ outcome }) => outcome)).toEqual(["unknown", "unknown", "failed"]);
  });

  test("the server puts it out of the namespace: that is an end without an error", async () => {
    await using server = await serveIo({}, (io) => {
      io.on("connection", (socket) => socket.on("go", () => socket.disconnect()));
    });
    await using vu = open(server.url);
    const socket = await vu.io.connect("/", { reconnect: true });
    await socket.emit("go");
    expect(await socket.next()).toBeUndefined();
    expect([socket.isOpen, socket.error, socket.reconnects]).toEqual([false, undefined, 0]);
  });

  test("it gives up after as many attempts as it was told", async () => {
    const server = await serveIo();
    await using vu = open(server.url);
    const socket = await vu.io.connect("/", { reconnect: { attempts: 2, delay: "1ms" } });
    await server[Symbol.asyncDispose]();
    expect(await socket.next()).toBeUndefined();
    expect([socket.isOpen, socket.error?.code]).toEqual([false, "HF_TCP_REFUSED"]);
  });

  test("what was asked when the connection was lost is unknown; afterwards the same socket goes on", async () => {
    await using server = await serveIo({}, (io) => {
      io.on("connection", (socket) => {
        socket.on("lose", () => socket.conn.close());
        socket.on("say", (acknowledge) => acknowledge(1));
      });
    });
    await using vu = open(server.url);
    const socket = await vu.io.connect("/", { reconnect: { delay: "1ms" } });
    let back = 0;
    socket.onReconnect(() => (back += 1));
    expect(await socket.ask("lose", [], { operation: say.on("room") })).toBeUndefined();
    await until(() => back === 1);
    expect((await socket.ask("say"))?.args).toEqual([1]);
    expect([socket.recovered, socket.reconnects, vu.recorder.log[0]?.outcome]).toEqual([
      false,
      1,
      "unknown",
    ]);
  });

  test("the events of an id are timed, and what the script throws is heard of", async () => {
    await using server = await serveIo({}, (io) => {
      io.on("connection", (socket) => socket.on("say", (id) => io.emit("said", id)));
    });
    await using vu = open(server.url);
    const thrown: unknown[] = [];
    vu.actor.threw = (error) => thrown.push(error);
    const [a, b] = [
      await vu.io.connect("/"),
      await vu.io.connect("/", { idOf: (event) => String(event.args[0]) }),
    ];
    b.on("said", () => {
      throw new Error("mine");
    });
    await a.emit("say", ["m-1"], { id: "m-1" });
    await until(() => thrown.length === 1);
    const timed = vu.recorder.samples.filter(({ metric }) => metric === "ws_message_latency");
    expect([timed.length, String(thrown[0])]).toEqual([1, "Error: mine"]);
  });
});

test.each([
  [{ auth: "t" }, 'io connect: auth must be an object, got "t" (string)'],
  [
    { path: "x" },
    'io connect: options.path must be a path such as "/socket.io/", got "x" (string)',
  ],
  [
    { reconnect: { attempts: 0 } },
    "io connect: options.reconnect.attempts must be a whole number from 1",
  ],
  [
    { reconnect: { tries: 1 } },
    "io connect: options.reconnect must be made of attempts, delay and delayMax",
  ],
  [{ namespace: "/x" }, "io connect: options.namespace is not a known option"],
])("misuse is one clear line: %j", async (options, says) => {
  await using vu = open("http://127.0.0.1:1");
  expect(() => vu.io.connect("/", options as never)).toThrow(says);
});

test("misuse of a socket is one clear line", async () => {
  await using server = await serveIo();
  await using vu = open(server.url);
  const socket = await vu.io.connect("/");
  expect(() => socket.emit("connect")).toThrow("io emit: event must be text other than connect");
  await expect(socket.ask("disconnect")).rejects.toThrow("io ask: event must be");
  expect(() => socket.of("chat")).toThrow('io of: namespace must be a name such as "/chat"');
  expect(() => socket.of("/")).toThrow("io of: namespace must be one that is not connected");
});
