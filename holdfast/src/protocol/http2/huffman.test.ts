import { describe, expect, test } from "vitest";
import * as fc from "fast-check";
import { decodedBytesMax, decodeHuffman } from "./huffman.ts";

function decode(hex: string): string | undefined {
  const bytes = Buffer.from(hex.replaceAll(" ", ""), "hex");
  const room = Buffer.alloc(decodedBytesMax(bytes.length));
  const size = decodeHuffman(bytes, 0, bytes.length, room);
  return size < 0 ? undefined : room.toString("latin1", 0, size);
}

describe("the Huffman code", () => {
  test.each([
    ["www.example.com", "f1e3 c2e5 f23a 6ba0 ab90 f4ff"],
    ["no-cache", "a8eb 1064 9cbf"],
    ["custom-value", "25a8 49e9 5bb8 e8b4 bf"],
    ["302", "6402"],
    ["Mon, 21 Oct 2013 20:13:21 GMT", "d07a be94 1054 d444 a820 0595 040b 8166 e082 a62d 1bff"],
    ["https://www.example.com", "9d29 ad17 1863 c78f 0b97 c8e9 ae82 ae43 d3"],
    [
      "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1",
      "94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07",
    ],
    ["", ""],
  ])("reads %j as RFC 7541 writes it", (text, hex) => {
    expect(decode(hex)).toBe(text);
  });

  test("refuses padding of more than 7 bits, padding of zeros, and the end of the text", () => {
    expect(decode("a8eb 1064 9cbf ff")).toBeUndefined();
    expect(decode("38")).toBeUndefined();
    expect(decode("ffff ffff")).toBeUndefined();
  });

  test("never writes beyond its room, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const room = Buffer.alloc(decodedBytesMax(bytes.length) + 1, 0xee);
        const size = decodeHuffman(bytes, 0, bytes.length, room);
        expect(size).toBeLessThanOrEqual(room.length - 1);
        expect(room[room.length - 1]).toBe(0xee);
      }),
      { numRuns: 2_000 },
    );
  });
});
