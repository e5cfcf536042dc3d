import { constants, deflateRawSync } from "node:zlib";
import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { deadPort, until } from "../http1/testing/fixture.ts";
import { WINDOW_BYTES_MAX } from "./limits.ts";
import {
  clientFrames,
  closing,
  handshake,
  open,
  type RawOptions,
  type RawPeer,
  rawFrame,
  serveRaw,
  text,
} from "./testing/fixture.ts";

const OFFER = "sec-websocket-extensions: permessage-deflate\r\n";

/** What the client makes of these bytes behind the handshake: its failure, its farewell, what it heard. */
async function answerTo(
  bytes: Buffer,
  { compress = false, messageBytesMax }: { compress?: boolean; messageBytesMax?: number } = {},
): Promise<{ code: string | undefined; farewell: number; heard: string[]; said: number }> {
  let peer: RawPeer | undefined;
  const options: RawOptions = { answer: (accept) => handshake(accept, compress ? OFFER : "") };
  await using server = await serveRaw((one) => {
    peer = one;
    one.socket.write(bytes);
  }, options);
  await using vu = open(server.url);
  const limit = messageBytesMax === undefined ? {} : { messageBytesMax };
  const socket = await vu.ws.connect("/", { compress, ...limit });
  const heard: string[] = [];
  for await (const message of socket) heard.push(message.text());
  await until(() => (peer?.heard().length ?? 0) >= 6);
  const frame = clientFrames(peer?.heard() as Buffer).find(({ first }) => first === 0x88);
  const farewell =
    frame === undefined || frame.payload.length < 2 ? 0 : frame.payload.readUInt16BE(0);
  return { code: socket.error?.code, farewell, heard, said: socket.closeCode };
}

describe("what a server may not send ends the connection, and the farewell says why", () => {
  const cut = Buffer.from("ü").subarray(0, 1);
  const cases: readonly (readonly [string, Buffer, string, number])[] = [
    [
      "a masked frame",
      rawFrame({ first: 0x81, payload: Buffer.from("x"), masked: true }),
      "HF_WS_FRAME",
      1002,
    ],
    ["an unknown opcode", rawFrame({ first: 0x83, payload: cut }), "HF_WS_FRAME", 1002],
    [
      "a packed message that nobody agreed to",
      rawFrame({ first: 0xc1, payload: cut }),
      "HF_WS_FRAME",
      1002,
    ],
    [
      "text that is no UTF-8",
      rawFrame({ first: 0x81, payload: Buffer.from([0xc3, 0x28]) }),
      "HF_WS_UTF8",
      1007,
    ],
    [
      "text that ends within a character",
      rawFrame({ first: 0x81, payload: cut }),
      "HF_WS_UTF8",
      1007,
    ],
    [
      "a surrogate as text",
      rawFrame({ first: 0x81, payload: Buffer.from([0xed, 0xa0, 0x80]) }),
      "HF_WS_UTF8",
      1007,
    ],
    [
      "half a close code",
      rawFrame({ first: 0x88, payload: Buffer.from([3]) }),
      "HF_WS_FRAME",
      1002,
    ],
    [
      "a reason that is no UTF-8",
      rawFrame({ first: 0x88, payload: Buffer.from([3, 232, 0xff]) }),
      "HF_WS_UTF8",
      1007,
    ],
    ...[0, 999, 1004, 1005, 1006, 1015, 2999, 5000].map(
      (code) => [`the close code ${code}`, closing(code), "HF_WS_FRAME", 1002] as const,
    ),
  ];
  test.each(cases)("%s", async (_, bytes, code, farewell) => {
    const heard = await answerTo(Buffer.concat([text("before"), bytes, text("behind")]));
    expect(heard).toEqual({ code, farewell, heard: ["before"], said: 1006 });
  });

  test("a message of 101 bytes where 100 may be", async () => {
    const heard = await answerTo(rawFrame({ first: 0x82, payload: Buffer.alloc(101) }), {
      messageBytesMax: 100,
    });
    expect([heard.code, heard.farewell]).toEqual(["HF_WS_SIZE", 1009]);
  });

  test("a bomb, and what cannot be unpacked", async () => {
    const bomb = rawFrame({ first: 0xc2, payload: packedZeros() });
    const big = await answerTo(bomb, { compress: true, messageBytesMax: 1_000 });
    expect([big.code, big.farewell]).toEqual(["HF_WS_SIZE", 1009]);
    const junk = await answerTo(rawFrame({ first: 0xc1, payload: Buffer.from([0xff, 0xff]) }), {
      compress: true,
    });
    expect([junk.code, junk.farewell]).toEqual(["HF_WS_UNPACK", 1007]);
    const wrongBit = await answerTo(rawFrame({ first: 0xe1, payload: Buffer.from([0]) }), {
      compress: true,
    });
    expect([wrongBit.code, wrongBit.farewell]).toEqual(["HF_WS_FRAME", 1002]);
  });
});

async function drip(socket: RawPeer["socket"], bytes: Buffer): Promise<void> {
  for (const byte of bytes) {
    socket.write(Buffer.from([byte]));
    await turn();
  }
}

/** A 1 MiB message in about 1 KB. */
function packedZeros(): Buffer {
  const block = Buffer.alloc(WINDOW_BYTES_MAX);
  const packed = deflateRawSync(Buffer.concat(Array.from({ length: 32 }, () => block)), {
    finishFlush: constants.Z_SYNC_FLUSH,
  });
  return packed.subarray(0, -4);
}

describe("what a server may send", () => {
  test.each([1000, 1001, 1003, 1007, 1011, 1014, 3000, 4999])(
    "the close code %d is returned",
    async (code) => {
      const heard = await answerTo(Buffer.concat([text("a"), closing(code, "grüße")]));
      expect(heard).toEqual({ code: undefined, farewell: code, heard: ["a"], said: code });
    },
  );

  test("a farewell without a code is returned without one", async () => {
    const heard = await answerTo(rawFrame({ first: 0x88, payload: Buffer.alloc(0) }));
    expect(heard).toEqual({ code: undefined, farewell: 0, heard: [], said: 1005 });
  });

  test("a character cut in two by fragments, with a ping between, is whole text", async () => {
    const euro = Buffer.from("€");
    const bytes = Buffer.concat([
      rawFrame({ first: 0x01, payload: euro.subarray(0, 2) }),
      rawFrame({ first: 0x89, payload: Buffer.from("p") }),
      rawFrame({ first: 0x80, payload: euro.subarray(2) }),
      closing(1000),
    ]);
    expect((await answerTo(bytes)).heard).toEqual(["€"]);
  });

  test("the replacement character itself is text like any other", async () => {
    expect((await answerTo(Buffer.concat([text("a\ufffdb"), closing(1000)]))).heard).toEqual([
      "a\ufffdb",
    ]);
  });

  test("pings are answered with their own bytes, masked each time afresh; pongs nobody asked for are passed over", async () => {
    const ping = (payload: string): Buffer =>
      rawFrame({ first: 0x89, payload: Buffer.from(payload) });
    let peer: RawPeer | undefined;
    await using server = await serveRaw((one) => {
      peer = one;
      const pong = rawFrame({ first: 0x8a, payload: Buffer.from("?") });
      one.socket.write(Buffer.concat([ping("one"), pong, ping(""), ping("x".repeat(125))]));
    });
    await using vu = open(server.url);
    await vu.ws.connect("/");
    await until(() => (peer?.heard().length ?? 0) >= 6 * 3 + 128);
    const frames = clientFrames(peer?.heard() as Buffer);
    expect(frames.map(({ first, payload }) => [first, payload.toString()])).toEqual([
      [0x8a, "one"],
      [0x8a, ""],
      [0x8a, "x".repeat(125)],
    ]);
    expect(new Set(frames.map(({ mask }) => mask)).size).toBe(3);
  });
});

describe("a connection that ends without a farewell", () => {
  test.each([
    ["in order", (peer: RawPeer) => peer.socket.end(), "HF_WS_CUT"],
    ["by a reset", (peer: RawPeer) => peer.socket.resetAndDestroy(), "HF_TCP_RESET"],
    [
      "within a message",
      (peer: RawPeer) => peer.socket.end(text("hello").subarray(0, 4)),
      "HF_WS_CUT",
    ],
  ])("%s", async (_, end, code) => {
    await using server = await serveRaw((peer) => {
      peer.socket.once("data", () => end(peer));
    });
    await using vu = open(server.url);
    const socket = await vu.ws.connect("/");
    await socket.send("x");
    expect(await socket.next()).toBeUndefined();
    expect([socket.error?.code, socket.closeCode, socket.isOpen]).toEqual([code, 1006, false]);
    expect(vu.recorder.samples.filter(({ metric }) => metric === "ws_errors")).toHaveLength(1);
    expect(await socket.send("y")).toBe(false);
  });
});

describe("a handshake", () => {
  const refusals: [string, NonNullable<RawOptions["answer"]>, string, number][] = [
    ["200 is none", () => "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", "HF_WS_STATUS", 200],
    [
      "a redirect is not followed",
      () => "HTTP/1.1 302 Found\r\nlocation: /x\r\n\r\n",
      "HF_WS_STATUS",
      302,
    ],
    ["403 is a refusal", () => "HTTP/1.1 403 Forbidden\r\n\r\n", "HF_WS_STATUS", 403],
    ["the wrong key", () => handshake("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), "HF_WS_HANDSHAKE", 101],
    [
      "no upgrade",
      (accept) => handshake(accept).replace("upgrade: websocket\r\n", ""),
      "HF_WS_HANDSHAKE",
      101,
    ],
    [
      "another upgrade",
      (accept) => handshake(accept).replace("upgrade: websocket", "upgrade: h2c"),
      "HF_WS_HANDSHAKE",
      101,
    ],
    [
      "no connection: upgrade",
      (accept) => handshake(accept).replace("connection: Upgrade\r\n", ""),
      "HF_WS_HANDSHAKE",
      101,
    ],
    [
      "a subprotocol nobody offered",
      (accept) => handshake(accept, "sec-websocket-protocol: x\r\n"),
      "HF_WS_HANDSHAKE",
      101,
    ],
    ["an extension nobody offered", (accept) => handshake(accept, OFFER), "HF_WS_HANDSHAKE", 101],
    ["a head that is none", () => "hello\r\n\r\n", "HF_ANSWER_STATUS_LINE", 0],
    [
      "interim answers without end",
      () => "HTTP/1.1 103 Early\r\n\r\n".repeat(99),
      "HF_ANSWER_INTERIM",
      103,
    ],
  ];
  test.each(refusals)("%s", async (_, answer, code, status) => {
    await using server = await serveRaw(() => undefined, { answer });
    await using vu = open(server.url);
    const socket = await vu.ws.connect("/");
    expect([socket.isOpen, socket.error?.code, socket.status]).toEqual([false, code, status]);
    expect(await socket.next()).toBeUndefined();
  });

  test.each([
    ["an unknown parameter", "permessage-deflate; x=1"],
    ["a window of 16 bits", "permessage-deflate; server_max_window_bits=16"],
    [
      "a parameter twice",
      "permessage-deflate; client_no_context_takeover; client_no_context_takeover",
    ],
    ["a second extension", "permessage-deflate, permessage-deflate"],
    ["another extension", "x-webkit-deflate-frame"],
  ])("terms that cannot be: %s", async (_, terms) => {
    const answer = (accept: string): string =>
      handshake(accept, `sec-websocket-extensions: ${terms}\r\n`);
    await using server = await serveRaw(() => undefined, { answer });
    await using vu = open(server.url);
    const socket = await vu.ws.connect("/", { compress: true });
    expect(socket.error?.code).toBe("HF_WS_HANDSHAKE");
  });

  test("an answer with a first message in one piece opens the socket", async () => {
    const answer = (accept: string): string => handshake(accept) + text("first").toString("latin1");
    await using server = await serveRaw(() => undefined, { answer });
    await using vu = open(server.url);
    const socket = await vu.ws.connect("/");
    expect([socket.isOpen, (await socket.next())?.text()]).toEqual([true, "first"]);
  });

  test("an answer byte by byte opens the socket, after interim ones", async () => {
    let accepted = "";
    const answer = (accept: string): string => {
      accepted = accept;
      return "";
    };
    await using server = await serveRaw(
      ({ socket }) => {
        const whole = `HTTP/1.1 103 Early Hints\r\n\r\n${handshake(accepted)}`;
        void drip(socket, Buffer.concat([Buffer.from(whole), text("first")]));
      },
      { answer },
    );
    await using vu = open(server.url);
    const socket = await vu.ws.connect("/");
    expect([socket.isOpen, (await socket.next())?.text()]).toEqual([true, "first"]);
  });

  test("nobody there, and nobody who answers in time", async () => {
    const port = await deadPort();
    await using vu = open(undefined);
    const refused = await vu.ws.connect(`ws://127.0.0.1:${port}/`);
    expect([refused.error?.code, refused.error?.definite]).toEqual(["HF_TCP_REFUSED", true]);
    await using silent = await serveRaw(() => undefined, { answer: () => "" });
    const late = await vu.ws.connect(`${silent.url}/`, { timeout: "30ms" });
    expect([late.error?.code, late.error?.definite]).toEqual(["HF_WS_TIMEOUT", true]);
  });
});
