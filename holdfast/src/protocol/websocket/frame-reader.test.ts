import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CONTROL_BYTES_MAX, FRAGMENTS_MAX } from "./limits.ts";
import { rawFrame, text } from "./testing/fixture.ts";
import { hear } from "./testing/hearing.ts";

const FINAL = 0x80;

/** A message in so many fragments, with a ping between each two. */
function fragments(binary: boolean, parts: readonly Uint8Array[]): Buffer[] {
  return parts.flatMap((part, i) => {
    const last = i === parts.length - 1 ? FINAL : 0;
    const opcode = i > 0 ? 0 : binary ? 2 : 1;
    const frame = rawFrame({ first: last | opcode, payload: Buffer.from(part) });
    return i === 0 ? [frame] : [rawFrame({ first: 0x89, payload: Buffer.from(`p${i}`) }), frame];
  });
}

describe("split anywhere", () => {
  test("a conversation of every kind of frame reads the same at each of its bytes", () => {
    const whole = Buffer.concat([
      text("hello"),
      rawFrame({ first: 0x82, payload: Buffer.alloc(200, 7) }),
      ...fragments(false, [Buffer.from("a"), Buffer.alloc(0), Buffer.alloc(130, 98)]),
      rawFrame({ first: 0x8a, payload: Buffer.alloc(0) }),
      text(""),
      rawFrame({ first: 0x88, payload: Buffer.from([3, 232]) }),
    ]);
    const once = hear([whole]);
    expect(once.said).toHaveLength(8);
    expect(once.failure).toBeUndefined();
    for (let at = 0; at <= whole.length; at++) {
      expect(hear([whole.subarray(0, at), whole.subarray(at)])).toEqual(once);
    }
    expect(hear([...whole].map((byte) => Buffer.from([byte])))).toEqual(once);
  });

  test("random messages in random fragments read the same in random parts", () => {
    const message = fc.tuple(
      fc.boolean(),
      fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 4 }),
    );
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 5 }),
        fc.array(fc.nat(40), { maxLength: 60 }),
        (messages, cuts) => {
          const whole = Buffer.concat(
            messages.flatMap(([binary, parts]) => fragments(binary, parts)),
          );
          const parts: Buffer[] = [];
          let at = 0;
          for (const cut of cuts) {
            parts.push(whole.subarray(at, at + cut));
            at = Math.min(whole.length, at + cut);
          }
          parts.push(whole.subarray(at));
          const heard = hear(parts);
          expect(heard).toEqual(hear([whole]));
          expect(heard.said.filter((one) => !one.startsWith("control"))).toEqual(
            messages.map(([binary, all]) => {
              return `${binary ? "bytes" : "text"} ${Buffer.concat(all).toString("latin1")}`;
            }),
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  test("any bytes at all are read to their end or refused, and no message is larger than its limit", () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 8 }),
        fc.boolean(),
        (parts, packed) => {
          const heard = hear(
            parts.map((part) => Buffer.from(part)),
            50,
            packed,
          );
          for (const one of heard.said)
            expect(one.length).toBeLessThan(50 + CONTROL_BYTES_MAX + 20);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe("refused", () => {
  const hi = Buffer.from("hi");
  const open = rawFrame({ first: 0x01, payload: hi });
  test.each([
    ["a masked frame", [rawFrame({ first: 0x81, payload: hi, masked: true })], "a masked frame"],
    [
      "reserved bit 1 without an agreement",
      [rawFrame({ first: 0xc1, payload: hi })],
      "a reserved bit that nothing",
    ],
    ["reserved bit 2", [rawFrame({ first: 0xa1, payload: hi })], "a reserved bit that nothing"],
    [
      "reserved bit 3 of a ping",
      [rawFrame({ first: 0x99, payload: hi })],
      "a reserved bit in a control",
    ],
    ["opcode 3", [rawFrame({ first: 0x83, payload: hi })], "an unknown opcode, 3"],
    ["opcode 11", [rawFrame({ first: 0x8b, payload: hi })], "an unknown opcode, 11"],
    [
      "a ping in fragments",
      [rawFrame({ first: 0x09, payload: hi })],
      "a control frame in fragments",
    ],
    [
      "a ping of 126 bytes",
      [rawFrame({ first: 0x89, payload: Buffer.alloc(126) })],
      "a control frame of 126",
    ],
    [
      "a continuation of nothing",
      [rawFrame({ first: 0x80, payload: hi })],
      "a continuation of nothing",
    ],
    ["a message within a message", [open, text("x")], "a new message before the last was whole"],
    [
      "101 bytes where 100 may be",
      [rawFrame({ first: 0x82, payload: Buffer.alloc(101) })],
      "over 100 bytes",
    ],
    [
      "60 and 41 bytes in fragments",
      [
        rawFrame({ first: 0x02, payload: Buffer.alloc(60) }),
        rawFrame({ first: 0x80, payload: Buffer.alloc(41) }),
      ],
      "over 100 bytes",
    ],
    [
      "2^62 bytes announced",
      [rawFrame({ first: 0x82, payload: hi, length: 2 ** 62 })],
      "over 100 bytes",
    ],
  ])("%s", (_, parts, says) => {
    const whole = Buffer.concat(parts);
    expect(hear([whole], 100).failure).toContain(says);
    expect(
      hear(
        [...whole].map((byte) => Buffer.from([byte])),
        100,
      ).failure,
    ).toContain(says);
  });

  test("fragments without end", () => {
    const empty = rawFrame({ first: 0x00, payload: Buffer.alloc(0) });
    const parts = [
      rawFrame({ first: 0x01, payload: Buffer.alloc(0) }),
      Buffer.alloc(empty.length * FRAGMENTS_MAX),
    ];
    const heard = hear(parts);
    expect(heard.failure).toContain(`over ${FRAGMENTS_MAX} fragments`);
  });

  test("nothing is read behind it", () => {
    const heard = hear([
      Buffer.concat([text("a"), rawFrame({ first: 0x83, payload: hi }), text("b")]),
    ]);
    expect(heard.said).toEqual(["text a"]);
  });
});

test("a message that is cut off is not clean, and neither is a head", () => {
  expect(hear([text("hello")]).isClean).toBe(true);
  expect(hear([text("hello").subarray(0, 4)]).isClean).toBe(false);
  expect(hear([text("hello"), Buffer.from([0x81])]).isClean).toBe(false);
  expect(hear([rawFrame({ first: 0x01, payload: Buffer.from("x") })]).isClean).toBe(false);
});
