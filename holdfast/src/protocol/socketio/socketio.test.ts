import { describe, expect, test } from "vitest";
import { operation } from "../../scenario/operation.ts";
import { until } from "../http1/testing/fixture.ts";
import { open } from "../websocket/testing/fixture.ts";
import { serveIo } from "./testing/fixture.ts";

describe("against the real server", () => {
  test("connects with auth, sends an event, and takes the acknowledgement as an operation", async () => {
    await using server = await serveIo({}, (io) => {
      io.on("connection", (socket) => {
        socket.on("say", (text: string, acknowledge: (answer: unknown) => void) => {
          acknowledge({ seq: 7, text, token: socket.handshake.auth["token"] });
        });
      });
    });
    await using vu = open(server.url);
    const socket = await vu.io.connect("/", { auth: { token: "t" } });
    expect([socket.isOpen, socket.error, socket.namespace]).toEqual([true, undefined, "/"]);
    expect(socket.id).not.toBe("");
    const say = operation("say", { result: (answer) => answer.json<{ seq: number }>().seq });
    const answer = await socket.ask("say", ["hello"], { operation: say.on("room", { id: "1" }) });
    expect(answer?.args).toEqual([{ seq: 7, text: "hello", token: "t" }]);
    expect(vu.recorder.log.map(({ outcome, result }) => [outcome, result])).toEqual([["ok", 7]]);
    await socket.close();
    expect(socket.isOpen).toBe(false);
  });

  test("is refused by middleware, and knows what it said", async () => {
    await using server = await serveIo({}, (io) => {
      io.of("/chat").use((_, next) => {
        next(Object.assign(new Error("who are you"), { data: { code: 7 } }));
      });
    });
    await using vu = open(server.url);
    const socket = await vu.io.connect("/chat");
    expect([socket.isOpen, socket.error?.code]).toEqual([false, "HF_IO_REFUSED"]);
    expect(socket.refusal).toEqual({ message: "who are you", data: { code: 7 } });
    expect(await socket.emit("say")).toBe(false);
  });

  test("carries bytes anywhere in an event, both ways, and in acknowledgements", async () => {
    await using server = await serveIo({}, (io) => {
      io.on("connection", (socket) => {
        socket.on("file", (file: { name: string; part: Buffer }, acknowledge) => {
          socket.emit("copy", { again: [file.part, 1], name: file.name });
          acknowledge(Buffer.from([9]), "x");
        });
      });
    });
    await using vu = open(server.url);
    const socket = await vu.io.connect("/");
    const answer = await socket.ask("file", [{ name: "n", part: new Uint8Array([1, 2, 3]) }]);
    expect(answer?.args).toEqual([Buffer.from([9]), "x"]);
    const copy = await socket.expect("copy");
    expect(copy?.args).toEqual([{ again: [Buffer.from([1, 2, 3]), 1], name: "n" }]);
  });

  test("acknowledges what the server asks for", async () => {
    const answers: unknown[] = [];
    await using server = await serveIo({}, (io) => {
      io.on("connection", (socket) => {
        socket.emit("are you there", (answer: unknown) => answers.push(answer));
      });
    });
    await using vu = open(server.url);
    const socket = await vu.io.connect("/");
    (await socket.next())?.acknowledge("yes");
    await until(() => answers.length === 1);
    expect(answers).toEqual(["yes"]);
  });

  test("two namespaces share one connection, and it ends with the last", async () => {
    await using server = await serveIo({}, (io) => {
      io.of("/a").on("connection", (socket) => socket.emit("here", "a"));
      io.of("/b").on("connection", (socket) => socket.emit("here", "b"));
    });
    await using vu = open(server.url);
    const a = await vu.io.connect("/a");
    const b = await a.of("/b");
    expect([(await a.next())?.args, (await b.next())?.args]).toEqual([["a"], ["b"]]);
    expect(server.io.engine.clientsCount).toBe(1);
    await a.close();
    expect([a.isOpen, b.isOpen]).toEqual([false, true]);
    await b.close();
    await until(() => server.io.engine.clientsCount === 0);
  });

  test("answers the server's pings, and gives up a server that sends none", async () => {
    await using lively = await serveIo({ pingInterval: 20, pingTimeout: 50 });
    await using vu = open(lively.url);
    const socket = await vu.io.connect("/");
    expect(await socket.next({ within: "200ms" })).toBeUndefined();
    expect(socket.isOpen).toBe(true);
  });

  test("comes back after a loss with the state and the events that it missed", async () => {
    await using server = await serveIo({ connectionStateRecovery: {} }, (io) => {
      io.on("connection", async (socket) => {
        if (!socket.recovered) await socket.join("room");
      });
    });
    await using vu = open(server.url);
    const socket = await vu.io.connect("/", { reconnect: { delay: "20ms" } });
    server.io.to("room").emit("news", 1);
    expect((await socket.next())?.args[0]).toBe(1);
    let back = 0;
    socket.onReconnect(() => (back += 1));
    for (const one of server.io.sockets.sockets.values()) one.conn.close();
    await until(() => !socket.isOpen);
    server.io.to("room").emit("news", 2);
    expect((await socket.next({ within: "3s" }))?.args[0]).toBe(2);
    expect([socket.isOpen, socket.recovered, socket.reconnects, back]).toEqual([true, true, 1, 1]);
  });
});
