import { describe, expect, test } from "vitest";
import * as fc from "fast-check";
import { Failure } from "../http1/failures.ts";
import type { Head } from "../http1/head.ts";
import { ConnectionError } from "./errors.ts";
import { HeadLines } from "./head-lines.ts";
import { HeaderDecoder } from "./header-decoder.ts";
import { STATIC_TABLE } from "./static-table.ts";

function bytesOf(hex: string): Buffer {
  return Buffer.from(hex.replaceAll(" ", ""), "hex");
}

function read(decoder: HeaderDecoder, block: Buffer): Head | Failure {
  return decoder.head(block, 0, block.length);
}

/** `literal("x", "y")`: a field without a place in any table, as latin1. */
function literal(name: string, value: string): string {
  return `\x00${String.fromCharCode(name.length)}${name}${String.fromCharCode(value.length)}${value}`;
}

function readText(text: string): Head | Failure {
  return read(new HeaderDecoder(), Buffer.from(text, "latin1"));
}

describe("the header decoder", () => {
  test("knows the 61 headers of the static table", () => {
    expect(STATIC_TABLE).toHaveLength(61);
    expect(STATIC_TABLE[7]).toEqual({ name: ":status", value: "200" });
    expect(STATIC_TABLE[15]).toEqual({ name: "accept-encoding", value: "gzip, deflate" });
    expect(STATIC_TABLE[30]).toEqual({ name: "content-type", value: "" });
    expect(STATIC_TABLE[60]).toEqual({ name: "www-authenticate", value: "" });
  });

  test("reads the answers of RFC 7541 C.6, whose table of 256 bytes forgets on the way", () => {
    const decoder = new HeaderDecoder();
    const first = read(
      decoder,
      bytesOf(
        `3fe101 4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b
         ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3`.replaceAll("\n", ""),
      ),
    );
    const lines =
      "cache-control: private\r\ndate: Mon, 21 Oct 2013 20:13:21 GMT\r\n" +
      "location: https://www.example.com\r\n\r\n";
    expect(first).toMatchObject({ status: 302, text: `HTTP/2 302\r\n${lines}` });
    const second = read(decoder, bytesOf("4883 640e ffc1 c0bf"));
    expect(second).toMatchObject({ status: 307, text: `HTTP/2 307\r\n${lines}` });
    const third = read(
      decoder,
      bytesOf(
        `88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7
         821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed
         4ee5 b106 3d50 07`.replaceAll("\n", ""),
      ),
    );
    expect(third).toMatchObject({
      status: 200,
      hasContentEncoding: true,
      hasCookies: true,
      text:
        "HTTP/2 200\r\ncache-control: private\r\ndate: Mon, 21 Oct 2013 20:13:22 GMT\r\n" +
        "location: https://www.example.com\r\ncontent-encoding: gzip\r\n" +
        "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1\r\n\r\n",
    });
  });

  test("gives the same head for the same block, but not when the table behind it has changed", () => {
    const decoder = new HeaderDecoder();
    const plain = Buffer.from(`\x88${literal("x", "1")}`, "latin1");
    expect(read(decoder, plain)).toBe(read(decoder, plain));
    const adds = (value: string): Buffer => Buffer.from(`\x88\x40\x01y\x01${value}`, "latin1");
    const newest = Buffer.from("\x88\xbe", "latin1");
    read(decoder, adds("1"));
    expect(read(decoder, newest)).toMatchObject({ text: "HTTP/2 200\r\ny: 1\r\n\r\n" });
    read(decoder, adds("2"));
    expect(read(decoder, newest)).toMatchObject({ text: "HTTP/2 200\r\ny: 2\r\n\r\n" });
  });

  test("remembers blocks for a table of 0 bytes, but not beyond the moment in which it grows", () => {
    const decoder = new HeaderDecoder();
    const adds = Buffer.from("\x88\x40\x01y\x011", "latin1");
    read(decoder, Buffer.from("\x20\x88", "latin1"));
    expect(read(decoder, adds)).toBe(read(decoder, adds));
    read(decoder, Buffer.from("\x3f\xe1\x1f\x88", "latin1"));
    read(decoder, adds);
    expect(read(decoder, Buffer.from("\x88\xbe", "latin1"))).toMatchObject({
      text: "HTTP/2 200\r\ny: 1\r\n\r\n",
    });
  });

  test("reads any blocks in a row as a decoder does that remembers none", () => {
    const small = fc.constantFrom("a", "b", "c");
    const part = fc.oneof(
      small.map((name) => literal(name, "1")),
      small.map((name) => `\x40\x01${name}\x01v`),
      fc.constantFrom("\xbe", "\xbf"),
    );
    const resize = fc.constantFrom("", "", "", "\x20", "\x3f\x01", "\x3f\x21");
    const block = fc
      .tuple(resize, fc.array(part, { maxLength: 3 }))
      .map(([size, parts]) => Buffer.from(`${size}\x88${parts.join("")}`, "latin1"));
    const story = fc
      .array(block, { minLength: 2, maxLength: 4 })
      .chain((blocks) => fc.array(fc.constantFrom(...blocks), { minLength: 4, maxLength: 12 }));
    const said = (act: () => Head | Failure): unknown => {
      try {
        const head = act();
        return head instanceof Failure ? head.code : head.text;
      } catch (error) {
        return String(error);
      }
    };
    let compared = 0;
    fc.assert(
      fc.property(story, (blocks) => {
        const remembers = new HeaderDecoder();
        const forgets = new HeaderDecoder();
        for (const [index, one] of blocks.entries()) {
          const lines = new HeadLines(false);
          const expected = said(() => {
            forgets.decode(one, 0, one.length, lines);
            return lines.head();
          });
          expect([index, said(() => read(remembers, one))]).toEqual([index, expected]);
          if (String(expected).startsWith("ConnectionError")) return;
          compared += 1;
        }
      }),
      { numRuns: 3_000 },
    );
    expect(compared).toBeGreaterThan(5_000);
  });

  test.each([
    ["no :status", literal("x", "1"), "HF_ANSWER_STATUS_LINE"],
    ["a status that is none", literal(":status", "20x"), "HF_ANSWER_STATUS_LINE"],
    ["two of them", "\x88\x88", "HF_ANSWER_HEADER"],
    [":status after a header", `${literal("x", "1")}\x88`, "HF_ANSWER_HEADER"],
    ["a pseudo header of requests", "\x88\x82", "HF_ANSWER_HEADER"],
    ["a name in capitals", `\x88${literal("X-Key", "1")}`, "HF_ANSWER_HEADER"],
    ["a name with a line break", `\x88${literal("x\r\ny", "1")}`, "HF_ANSWER_HEADER"],
    ["an empty name", `\x88${literal("", "1")}`, "HF_ANSWER_HEADER"],
    ["a value with a line break", `\x88${literal("x", "1\r\ny: 2")}`, "HF_ANSWER_HEADER"],
    ["a header of one connection", `\x88${literal("connection", "close")}`, "HF_ANSWER_HEADER"],
    ["a length that is none", `\x88${literal("content-length", "-1")}`, "HF_ANSWER_FRAMING"],
    [
      "two lengths",
      `\x88${literal("content-length", "1")}${literal("content-length", "2")}`,
      "HF_ANSWER_FRAMING",
    ],
    ["257 headers", `\x88${literal("x", "1").repeat(257)}`, "HF_ANSWER_HEAD_SIZE"],
  ])("refuses a head with %s", (_, block, code) => {
    const head = readText(block);
    expect(head).toBeInstanceOf(Failure);
    expect((head as Failure).code).toBe(code);
  });

  test("refuses a head of a megabyte that is written in 300 bytes, and still follows the table", () => {
    const decoder = new HeaderDecoder();
    const value = "v".repeat(3_000);
    const length = Buffer.from([0x7f, ((3_000 - 127) & 0x7f) | 0x80, (3_000 - 127) >>> 7]);
    const adds = Buffer.concat([
      Buffer.from("\x88\x40\x01b", "latin1"),
      length,
      Buffer.from(value),
      Buffer.alloc(300, 0xbe),
    ]);
    expect((read(decoder, adds) as Failure).code).toBe("HF_ANSWER_HEAD_SIZE");
    expect(read(decoder, Buffer.from("\x88\xbe", "latin1"))).toMatchObject({
      text: `HTTP/2 200\r\nb: ${value}\r\n\r\n`,
    });
  });

  test.each([
    ["a header that nobody put there", "\xbe"],
    ["header 0", "\x80"],
    ["a name that is cut off", "\x00\x05ab"],
    ["a length that is cut off", "\x00\x01x\x7f\x80"],
    ["a number beyond all bounds", "\xff\xff\xff\xff\xff\xff\xff\x7f"],
    ["a table larger than allowed", "\x3f\xe2\x1f"],
    ["a table resized between headers", "\x88\x20"],
    ["a wrong Huffman code", "\x00\x01x\x84\xff\xff\xff\xff"],
  ])("cannot go on after %s", (_, block) => {
    expect(() => readText(block)).toThrow(ConnectionError);
  });

  test("whatever the bytes: a head, a failure, or a ConnectionError", () => {
    const valid = Buffer.from(`\x88\x40\x01y\x012\xbe${literal("set-cookie", "a=b")}`, "latin1");
    const mutated = fc
      .array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { maxLength: 4 })
      .map((changes) => {
        const bytes = Buffer.from(valid);
        for (const [at, byte] of changes) bytes[at] = byte;
        return bytes;
      });
    const blocks = fc.oneof(
      mutated,
      fc.uint8Array({ maxLength: 80 }).map((b) => Buffer.from(b)),
    );
    const seen = { heads: 0, failures: 0, errors: 0 };
    fc.assert(
      fc.property(fc.array(blocks, { minLength: 1, maxLength: 3 }), (all) => {
        const decoder = new HeaderDecoder();
        try {
          for (const block of all) {
            const head = read(decoder, block);
            if (head instanceof Failure) seen.failures += 1;
            else {
              seen.heads += 1;
              expect(head.text).toMatch(/^HTTP\/2 \d{3}\r\n([^\r\n:]+: [^\r\n]*\r\n)*\r\n$/);
            }
          }
        } catch (error) {
          expect(error).toBeInstanceOf(ConnectionError);
          seen.errors += 1;
        }
      }),
      { numRuns: 5_000 },
    );
    expect(Math.min(seen.heads, seen.failures, seen.errors)).toBeGreaterThan(100);
  });
});
