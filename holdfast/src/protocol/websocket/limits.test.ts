import { describe, expect, test } from "vitest";
import { operation } from "../../scenario/operation.ts";
import { until } from "../http1/testing/fixture.ts";
import { SEND_BYTES_MAX, UNREAD_BYTES_MAX, UNREAD_MESSAGES_MAX } from "./limits.ts";
import { open, serveEcho, serveRaw, serveWs, text } from "./testing/fixture.ts";

const say = operation("say");

describe("messages that nobody reads", () => {
  test("1,001 of them end the connection, and the error says what to do", async () => {
    const flood = Buffer.concat(
      Array.from({ length: UNREAD_MESSAGES_MAX + 1 }, (_, i) => text(String(i))),
    );
    await using server = await serveRaw(({ socket }) => socket.write(flood));
    await using vu = open(server.url);
    const socket = await vu.ws.connect("/");
    await until(() => !socket.isOpen);
    expect(socket.error?.code).toBe("HF_WS_UNREAD");
    expect(socket.error?.message).toContain('unread: "drop"');
    expect((await socket.next())?.text()).toBe("0");
  });

  test("are dropped and counted, the oldest first, where the author says so", async () => {
    const flood = Buffer.concat(
      Array.from({ length: UNREAD_MESSAGES_MAX + 5 }, (_, i) => text(String(i))),
    );
    await using server = await serveRaw(({ socket }) => socket.write(flood));
    await using vu = open(server.url);
    const socket = await vu.ws.connect("/", { unread: "drop" });
    const dropped = (): number =>
      vu.recorder.samples.filter(({ metric }) => metric === "ws_msgs_dropped").length;
    await until(() => dropped() === 5);
    expect([socket.isOpen, (await socket.next())?.text()]).toEqual([true, "5"]);
  });

  test("three of 8 MiB are more than the room for them", async () => {
    await using server = await serveWs((socket) => {
      for (let i = 0; i < 3; i++) socket.send("x".repeat(UNREAD_BYTES_MAX / 2));
    });
    await using vu = open(server.url);
    const socket = await vu.ws.connect("/");
    await until(() => !socket.isOpen);
    expect(socket.error?.code).toBe("HF_WS_UNREAD");
  });

  test("are none where onMessage takes them: 5,000 pass", async () => {
    const flood = Buffer.concat(Array.from({ length: 5_000 }, () => text("x")));
    await using server = await serveRaw(({ socket }) => socket.write(flood));
    await using vu = open(server.url);
    const socket = await vu.ws.connect("/");
    let count = 0;
    socket.onMessage(() => (count += 1));
    await until(() => count === 5_000);
    expect(socket.isOpen).toBe(true);
  });
});

describe("a server that reads nothing", () => {
  /** Accepts, says yes, and never reads again. */
  const deaf = (): ReturnType<typeof serveRaw> => serveRaw(({ socket }) => socket.pause());

  test("makes send wait once 1 MiB waits for the kernel, until the socket ends", async () => {
    await using server = await deaf();
    await using vu = open(server.url);
    const socket = await vu.ws.connect("/");
    const part = "x".repeat(256 * 1024);
    let sent = 0;
    const sending = (async () => {
      while (await socket.send(part)) sent += 1;
    })();
    await until(
      () => vu.recorder.samples.filter(({ metric }) => metric === "ws_msgs_sent").length > sent,
    );
    await vu.sockets.close();
    await sending;
    expect(sent).toBeLessThan(SEND_BYTES_MAX / part.length);
  });

  test("ends the connection of a script that does not wait, at 64 MiB", async () => {
    await using server = await deaf();
    await using vu = open(server.url);
    const socket = await vu.ws.connect("/");
    const part = new Uint8Array(4 * 1024 * 1024);
    for (let i = 0; i < 24; i++) void socket.send(part);
    expect([socket.isOpen, socket.error?.code]).toEqual([false, "HF_WS_SEND_FULL"]);
  });
});

describe("time limits", () => {
  test("an answer that does not come within its time leaves the operation unknown, under a new process", async () => {
    await using server = await serveWs(() => undefined);
    await using vu = open(server.url);
    const socket = await vu.ws.connect("/");
    const before = vu.actor.process;
    const options = { answer: () => true, within: "10ms", operation: say.on("room") } as const;
    expect(await socket.ask("x", options)).toBeUndefined();
    const [entry] = vu.recorder.log;
    expect([entry?.outcome, entry?.completions]).toEqual(["unknown", 1]);
    expect(vu.actor.process).not.toBe(before);
    expect([socket.isOpen, await socket.next({ within: "1ms" })]).toEqual([true, undefined]);
  });

  test("what is asked of a closed socket failed for certain: nothing was sent", async () => {
    await using server = await serveEcho();
    await using vu = open(server.url);
    const socket = await vu.ws.connect("/");
    await socket.close();
    await socket.ask("x", { answer: () => true, operation: say.on("room") });
    await socket.send("x", { operation: say.on("room") });
    expect(vu.recorder.log.map(({ outcome }) => outcome)).toEqual(["failed", "failed"]);
  });

  test("a message that nobody acknowledges is unknown; a receipt is ok at the time it came", async () => {
    await using server = await serveEcho();
    await using vu = open(server.url);
    const socket = await vu.ws.connect("/");
    await socket.send("x", { operation: say.on("room", { id: "1" }) });
    const message = await socket.next();
    if (message === undefined) throw new Error("no echo");
    socket.record(message, say.on("room", { id: "1" }), "x");
    const [sent, receipt] = vu.recorder.log;
    expect([sent?.outcome, receipt?.outcome, receipt?.result]).toEqual(["unknown", "ok", "x"]);
    expect([receipt?.invokeNs, receipt?.returnNs]).toEqual([
      message.receivedNs,
      message.receivedNs,
    ]);
  });
});

describe("a virtual user", () => {
  test("counts from send to receipt over connections, by the id that both know", async () => {
    await using server = await serveWs((socket) => {
      socket.on("message", (data) => setImmediate(() => socket.send(data, { binary: false })));
    });
    await using vu = open(server.url);
    const idOf = (message: { text(): string }): string => message.text();
    const socket = await vu.ws.connect("/", { idOf, name: "room" });
    await socket.send("m-1", { id: "m-1" });
    await socket.send("m-2");
    await socket.next();
    await socket.next();
    vu.ws.sent("bid");
    vu.ws.received("bid");
    const latencies = vu.recorder.samples.filter(({ metric }) => metric === "ws_message_latency");
    expect(latencies).toHaveLength(2);
    expect(latencies[0]?.tags).toEqual({ scenario: "test", name: "room" });
    for (const { value } of latencies) expect(value).toBeGreaterThanOrEqual(0);
  });

  test("loses the sockets of an iteration with it, and keeps those that it said or set up", async () => {
    await using server = await serveEcho();
    await using vu = open(server.url);
    const [own, kept] = [await vu.ws.connect("/"), await vu.ws.connect("/", { keep: "vu" })];
    vu.actor.onIterationEnd?.();
    await until(() => !own.isOpen);
    expect([own.closeCode, kept.isOpen]).toEqual([0, true]);
    await vu.sockets.close();
    expect([own.closeCode, kept.isOpen, kept.closeCode]).toEqual([1000, false, 1001]);
    const late = await vu.ws.connect("/");
    expect([late.isOpen, late.error?.code]).toEqual([false, "HF_ABORTED_UNSENT"]);
  });

  test("hears of what its own functions throw, and the socket goes on", async () => {
    await using server = await serveEcho();
    await using vu = open(server.url);
    const thrown: unknown[] = [];
    vu.actor.threw = (error) => thrown.push(error);
    const socket = await vu.ws.connect("/", {
      idOf: () => {
        throw new Error("idOf");
      },
    });
    await socket.send("1");
    const wrong = socket.expect(() => {
      throw new Error("fits");
    });
    await expect(wrong).rejects.toThrow("fits");
    socket.onMessage(() => {
      throw new Error("onMessage");
    });
    await socket.send("2");
    await until(() => thrown.length === 3);
    expect(thrown.map(String)).toEqual(["Error: idOf", "Error: idOf", "Error: onMessage"]);
    expect(socket.isOpen).toBe(true);
  });

  test("two that wait each get the first message that is theirs; what neither wants is gone", async () => {
    await using server = await serveEcho();
    await using vu = open(server.url);
    const socket = await vu.ws.connect("/");
    const [a, b] = [
      socket.expect((message) => message.text().startsWith("a")),
      socket.expect((message) => message.text().startsWith("b")),
    ];
    for (const word of ["c", "b1", "a1"]) await socket.send(word);
    expect([(await a)?.text(), (await b)?.text()]).toEqual(["a1", "b1"]);
    await socket.send("d");
    expect((await socket.next())?.text()).toBe("d");
  });

  test("that leaves waits for a server's farewell no longer than a second", async () => {
    await using server = await serveRaw(() => undefined);
    await using vu = open(server.url);
    const socket = await vu.ws.connect("/");
    const leaving = vu.sockets.close();
    await leaving;
    expect([socket.isOpen, socket.closeCode, socket.error]).toEqual([false, 1006, undefined]);
  });
});

describe("misuse is one clear line", () => {
  test.each([
    [
      { protocol: ["x"] },
      "ws connect: options.protocol is not a known option; known are name, headers",
    ],
    [
      { protocols: ["a b"] },
      "ws connect: options.protocols must be a list of at most 32 different names, got",
    ],
    [
      { timeout: "soon" },
      'ws connect: options.timeout must be a duration such as "500ms" or "10s", got "soon" (string)',
    ],
    [
      { unread: "keep" },
      'ws connect: options.unread must be "close" or "drop", got "keep" (string)',
    ],
    [{ headers: { Upgrade: "x" } }, "ws connect: headers.Upgrade must be left to the handshake"],
    [{ messageBytesMax: -1 }, "ws connect: options.messageBytesMax must be a whole number from 0"],
  ])("%j", async (options, says) => {
    await using vu = open("http://127.0.0.1:1");
    expect(() => vu.ws.connect("/", options as never)).toThrow(says);
  });

  test("of an open socket", async () => {
    await using server = await serveEcho();
    await using vu = open(server.url);
    const socket = await vu.ws.connect("/");
    await expect(socket.close(1005)).rejects.toThrow("ws close: code must be 1000 to 1003");
    await expect(socket.close(1000, "x".repeat(124))).rejects.toThrow("at most 123 bytes");
    expect(() => socket.send(5 as never)).toThrow("ws send: data must be text, bytes or an object");
    expect(() => socket.next({ within: "x" })).toThrow(
      "ws next: options.within must be a duration",
    );
  });
});
