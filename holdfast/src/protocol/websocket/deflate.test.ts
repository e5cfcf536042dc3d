import { constants, deflateRawSync } from "node:zlib";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Failure } from "../http1/failures.ts";
import { Deflate, type DeflateTerms } from "./deflate.ts";

const shared: DeflateTerms = { serverFresh: false, clientFresh: false, clientWindowBits: 15 };
const fresh: DeflateTerms = { serverFresh: true, clientFresh: true, clientWindowBits: 15 };

test("messages packed on one side are unpacked on the other, with and without what went before, for all window sizes", () => {
  const word = fc.constantFrom("bid", "accepted", '{"seq":', "0123456789", "ü🎉", "\0");
  const message = fc.array(word, { maxLength: 3_000 }).map((words) => Buffer.from(words.join("")));
  fc.assert(
    fc.property(
      fc.array(message, { maxLength: 5 }),
      fc.integer({ min: 9, max: 15 }),
      fc.boolean(),
      (messages, bits, keeps) => {
        const terms = { ...(keeps ? shared : fresh), clientWindowBits: bits };
        const [sender, receiver] = [new Deflate(terms), new Deflate(terms)];
        for (const plain of messages) {
          const unpacked = receiver.unpack(sender.pack(plain), 1 << 20);
          expect(unpacked).toEqual(plain);
        }
      },
    ),
    { numRuns: 60 },
  );
});

test("what went before makes a repeated message shorter", () => {
  const deflate = new Deflate(shared);
  const plain = Buffer.from(Array.from({ length: 100 }, (_, i) => `bid ${i * 7919} `).join(""));
  const first = deflate.pack(plain).length;
  expect(deflate.pack(plain).length).toBeLessThan(first / 10);
});

test("a bomb of 16 MiB in 16 KB is defused at 1 MiB", () => {
  const bomb = deflateRawSync(Buffer.alloc(1 << 24), { finishFlush: constants.Z_SYNC_FLUSH });
  const unpacked = new Deflate(fresh).unpack(bomb.subarray(0, -4), 1 << 20);
  expect((unpacked as Failure).code).toBe("HF_WS_SIZE");
});

test("what is no packed message is a failure, and no window may be 8 bits for zlib", () => {
  const unpacked = new Deflate(fresh).unpack(Buffer.from([0xff, 0xff, 0xff]), 100);
  expect((unpacked as Failure).code).toBe("HF_WS_UNPACK");
  expect(new Deflate({ ...shared, clientWindowBits: 8 }).mayPack).toBe(false);
});
