import { describe, expect, test } from "vitest";
import { operation } from "../../scenario/operation.ts";
import { open, serveEcho, serveWs } from "./testing/fixture.ts";

describe("an open socket", () => {
  test("sends text, bytes and objects, and gets them back as they were", async () => {
    await using server = await serveEcho();
    await using vu = open(server.url);
    const socket = await vu.ws.connect("/echo?x=1");
    expect([socket.isOpen, socket.status, socket.error]).toEqual([true, 101, undefined]);
    expect(await socket.send("grüße 🎉")).toBe(true);
    expect((await socket.next())?.text()).toBe("grüße 🎉");
    await socket.send(new Uint8Array([0, 1, 255]));
    const bytes = await socket.next();
    expect([bytes?.isBinary, [...(bytes?.bytes() ?? [])]]).toEqual([true, [0, 1, 255]]);
    await socket.send({ bid: 5 });
    expect((await socket.next())?.json()).toEqual({ bid: 5 });
    await socket.close();
    expect([socket.isOpen, socket.closeCode, socket.error]).toEqual([false, 1000, undefined]);
  });

  test("is asked, and the answer is an operation with the time the answer came", async () => {
    await using server = await serveEcho();
    await using vu = open(server.url);
    const bid = operation("bid", { result: (answer) => answer.json<{ n: number }>().n });
    await using socket = await vu.ws.connect("/");
    const answer = await socket.ask(
      { n: 7 },
      { answer: (message) => message.text().includes("7"), operation: bid.on("item") },
    );
    expect(answer?.json()).toEqual({ n: 7 });
    const [entry] = vu.recorder.log;
    expect([entry?.outcome, entry?.result, entry?.completions]).toEqual(["ok", 7, 1]);
    expect(entry?.returnNs).toBe(answer?.receivedNs);
  });

  test("ends its for await when the server says farewell", async () => {
    await using server = await serveWs((socket) => {
      for (const word of ["a", "b", "c"]) socket.send(word);
      socket.close(4001, "done");
    });
    await using vu = open(server.url);
    await using socket = await vu.ws.connect("/");
    const heard: string[] = [];
    for await (const message of socket) heard.push(message.text());
    expect([heard, socket.closeCode, socket.closeReason]).toEqual([["a", "b", "c"], 4001, "done"]);
  });
});
