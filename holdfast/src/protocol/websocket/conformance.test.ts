import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { CERTIFICATE, serve, until } from "../http1/testing/fixture.ts";
import { handshake, open, serveEcho, serveRaw, serveWs } from "./testing/fixture.ts";

const SIZES = [0, 1, 124, 125, 126, 127, 65_535, 65_536, 65_537, 1_000_000];

describe("against the ws package as server", () => {
  test.each(SIZES)("%d bytes and as many characters come back as they were sent", async (size) => {
    await using server = await serveEcho();
    await using vu = open(server.url);
    const socket = await vu.ws.connect("/");
    const bytes = randomBytes(size);
    await socket.send(bytes);
    expect(Buffer.compare((await socket.next())?.bytes() ?? Buffer.alloc(1), bytes)).toBe(0);
    const text = "aü€🎉".repeat(Math.ceil(size / 5)).slice(0, size);
    await socket.send(text);
    const back = (await socket.next())?.text();
    // A pair cut in two is no character: what is sent in its place is what UTF-8 has for that.
    expect(back === text.toWellFormed()).toBe(true);
  });

  test.each([
    ["context on both sides", true, {}],
    ["context on no side, as the client asked", "fresh", {}],
    ["no context on the server's side", true, { serverNoContextTakeover: true }],
    ["no context on the client's side", true, { clientNoContextTakeover: true }],
    ["windows of 9 and 10 bits", true, { serverMaxWindowBits: 9, clientMaxWindowBits: 10 }],
    ["a window of 8 bits, so that the client sends unpacked", true, { clientMaxWindowBits: 8 }],
  ] as const)("packed messages with %s", async (_, compress, terms) => {
    const heard: string[] = [];
    const perMessageDeflate = { threshold: 0, ...terms };
    await using server = await serveWs(
      (socket) => {
        heard.push(socket.extensions);
        socket.on("message", (data, binary) => socket.send(data, { binary, compress: true }));
      },
      { perMessageDeflate },
    );
    await using vu = open(server.url);
    const socket = await vu.ws.connect("/", { compress });
    expect([socket.error, heard.length]).toEqual([undefined, 1]);
    expect(heard[0]).toContain("permessage-deflate");
    for (const size of [0, 10, 127, 128, 5_000, 70_000, 5_000, 40_000]) {
      const text = "bid accepted ü ".repeat(Math.ceil(size / 15)).slice(0, size);
      await socket.send(text);
      expect((await socket.next({ within: "2s" }))?.text() === text).toBe(true);
      await socket.send(randomBytes(size));
      expect((await socket.next({ within: "2s" }))?.bytes()).toHaveLength(size);
    }
  });

  test("a server that will not pack is talked to unpacked", async () => {
    await using server = await serveEcho({ perMessageDeflate: false });
    await using vu = open(server.url);
    const socket = await vu.ws.connect("/", { compress: true });
    await socket.send("x".repeat(500));
    expect((await socket.next())?.text()).toHaveLength(500);
  });

  test("fragments of the server's are one message, packed or not", async () => {
    await using server = await serveWs(
      (socket) => {
        for (const compress of [false, true]) {
          socket.send("one ", { fin: false, compress });
          socket.ping("between");
          socket.send("two ", { fin: false, compress });
          socket.send("three", { fin: true, compress });
        }
      },
      { perMessageDeflate: { threshold: 0 } },
    );
    await using vu = open(server.url);
    const socket = await vu.ws.connect("/", { compress: true });
    expect((await socket.next())?.text()).toBe("one two three");
    expect((await socket.next())?.text()).toBe("one two three");
  });

  test("the server chooses among the subprotocols on offer; one that chooses none is refused", async () => {
    await using choosing = await serveWs(() => undefined, {
      handleProtocols: (protocols) => [...protocols][1] ?? false,
    });
    await using vu = open(choosing.url);
    const socket = await vu.ws.connect("/", { protocols: ["v1", "v2"] });
    expect([socket.isOpen, socket.protocol]).toEqual([true, "v2"]);
    await using silent = await serveWs(() => undefined, { handleProtocols: () => false });
    const refused = await vu.ws.connect(silent.url, { protocols: ["v1"] });
    expect([refused.isOpen, refused.error?.code]).toEqual([false, "HF_WS_HANDSHAKE"]);
  });

  test("headers, the credentials of the URL, and the cookies of the virtual user's HTTP go with the handshake", async () => {
    const seen: Record<string, unknown>[] = [];
    await using server = await serveWs((_, { headers }) => seen.push({ ...headers }));
    await using login = await serve((_, response) => {
      response.setHeader("set-cookie", "session=s1; Path=/").end();
    });
    await using vu = open(login.url);
    await vu.http.get("/");
    const url = `ws://ann:secret@127.0.0.1:${server.port}/room`;
    const socket = await vu.ws.connect(url, {
      headers: { "x-key": ["a", "b"], origin: "http://shop" },
    });
    expect(socket.isOpen).toBe(true);
    expect(seen[0]).toMatchObject({ "x-key": "a, b", origin: "http://shop" });
    expect(seen[0]?.["authorization"]).toBe(`Basic ${btoa("ann:secret")}`);
    // Cookies know hosts, not ports (RFC 6265 §8.5).
    expect(seen[0]?.["cookie"]).toBe("session=s1");
  });

  test("cookies of the handshake are the virtual user's from then on", async () => {
    const asked: string[] = [];
    const answer = (accept: string, request: string): string => {
      asked.push(request);
      return handshake(accept, "set-cookie: room=7\r\n");
    };
    await using server = await serveRaw(() => undefined, { answer });
    await using vu = open(server.url);
    await vu.ws.connect("/");
    await vu.ws.connect("/");
    expect(asked.map((request) => /cookie: .*/.exec(request)?.[0])).toEqual([
      undefined,
      "cookie: room=7",
    ]);
  });

  test("over TLS, with the authority that the options name, and not without it", async () => {
    await using server = await serveEcho({ tls: true });
    await using trusting = open(server.url, { tls: { ca: CERTIFICATE } });
    const socket = await trusting.ws.connect(`wss://127.0.0.1:${server.port}/`);
    await socket.send("x".repeat(100_000));
    expect((await socket.next())?.text()).toHaveLength(100_000);
    await using careful = open(server.url);
    const refused = await careful.ws.connect("/");
    expect(refused.error?.code).toBe("HF_TLS_UNTRUSTED");
  });

  test("pings are answered, and the author's own take their time", async () => {
    let pongs = 0;
    await using server = await serveWs((socket) => {
      socket.on("pong", (data) => (pongs += data.toString() === "hello" ? 1 : 0));
      socket.ping("hello");
    });
    await using vu = open(server.url);
    const socket = await vu.ws.connect("/");
    const [first, second] = await Promise.all([socket.ping(), socket.ping()]);
    expect(first).toBeGreaterThan(0);
    expect(second).toBe(first);
    await until(() => pongs === 1);
    const pings = vu.recorder.samples.filter(({ metric }) => metric === "ws_ping");
    expect(pings.map(({ value }) => value)).toEqual([first]);
  });

  test("the author's farewell reaches the server with code and reason, and is answered", async () => {
    const farewells: [number, string][] = [];
    await using server = await serveWs((socket) => {
      socket.on("close", (code, reason) => farewells.push([code, reason.toString()]));
    });
    await using vu = open(server.url);
    const socket = await vu.ws.connect("/");
    await socket.close(4000, "grüße");
    expect([socket.closeCode, socket.error]).toEqual([4000, undefined]);
    await until(() => farewells.length === 1);
    expect(farewells).toEqual([[4000, "grüße"]]);
  });

  test("a server that is terminated leaves no farewell, and the socket says so", async () => {
    await using server = await serveWs((socket) => {
      socket.on("message", () => socket.terminate());
    });
    await using vu = open(server.url);
    const socket = await vu.ws.connect("/");
    await socket.send("end");
    expect(await socket.next()).toBeUndefined();
    expect(socket.closeCode).toBe(1006);
    expect(["HF_WS_CUT", "HF_TCP_RESET"]).toContain(socket.error?.code);
  });
});
