import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Failure } from "../http1/failures.ts";
import { putBytes, takeBytes } from "./attachments.ts";
import { ATTACHMENTS_MAX, DEPTH_MAX } from "./limits.ts";
import { encode, PACKET, type Packet, readPacket } from "./packet.ts";

describe("a packet's text", () => {
  const cases: readonly (readonly [string, Packet])[] = [
    ['40{"sid":"x"}', { type: 0, namespace: "/", id: -1, attachments: 0, payload: { sid: "x" } }],
    [
      '40/chat,{"sid":"x"}',
      { type: 0, namespace: "/chat", id: -1, attachments: 0, payload: { sid: "x" } },
    ],
    ["41/chat", { type: 1, namespace: "/chat", id: -1, attachments: 0, payload: undefined }],
    ['42["a",1]', { type: 2, namespace: "/", id: -1, attachments: 0, payload: ["a", 1] }],
    ['42/c,12["a"]', { type: 2, namespace: "/c", id: 12, attachments: 0, payload: ["a"] }],
    ["430[]", { type: 3, namespace: "/", id: 0, attachments: 0, payload: [] }],
    [
      '451-["a",{"_placeholder":true,"num":0}]',
      {
        type: 5,
        namespace: "/",
        id: -1,
        attachments: 1,
        payload: ["a", { _placeholder: true, num: 0 }],
      },
    ],
  ];
  test.each(cases)("%s", (text, packet) => {
    expect(readPacket(text)).toEqual(packet);
  });

  test.each([
    ["4", "unknown type"],
    ["47", "unknown type"],
    ['45["a"]', "unusable count of attachments"],
    ['45x-["a"]', "unusable count of attachments"],
    [`45${ATTACHMENTS_MAX + 1}-["a"]`, "unusable count of attachments"],
    ["42[", "payload that is no JSON"],
    ["42{}", "payload of the wrong kind"],
    ["42[]", "payload of the wrong kind"],
    ["42[1]", "payload of the wrong kind"],
    ["43[1]", "payload of the wrong kind"],
    ["40", "payload of the wrong kind"],
    ["40[]", "payload of the wrong kind"],
    ["40null", "payload of the wrong kind"],
    ["44", "payload of the wrong kind"],
    ['429999999999999999["a"]', "unusable id"],
    ["41{}", "payload of the wrong kind"],
  ])("%s is malformed", (text, says) => {
    const read = readPacket(text);
    expect((read as Failure).code).toBe("HF_IO_PACKET");
    expect((read as Failure).message).toContain(says);
  });

  test("any text at all is a packet or a failure", () => {
    const text = fc.oneof(
      fc.string(),
      fc.stringMatching(/^[0-7]?[0-9]{0,3}-?\/?[a-z]{0,3},?[0-9]{0,3}[[{]/),
    );
    fc.assert(
      fc.property(text, (rest) => {
        const read = readPacket(`4${rest}`);
        return read instanceof Failure || typeof read.namespace === "string";
      }),
      { numRuns: 2_000 },
    );
  });

  test("what is sent is read back as it was, in any namespace, with bytes anywhere in it", () => {
    const leaf = fc.oneof(
      fc.string(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n || 0),
      fc.boolean(),
      fc.constant(null),
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    );
    const key = fc.stringMatching(/^[a-z]{1,5}$/);
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.array(tie("any"), { maxLength: 4 }),
        fc.dictionary(key, tie("any"), { maxKeys: 4, noNullPrototype: true }),
      ),
    })).any;
    fc.assert(
      fc.property(
        fc.constantFrom("/", "/chat"),
        fc.integer({ min: -1, max: 99 }),
        fc.array(value, { maxLength: 4 }),
        (namespace, id, args) => {
          const payload = ["event", ...args];
          const { text, bytes } = encode(PACKET.event, namespace, id, payload);
          const read = readPacket(text);
          if (read instanceof Failure) throw new Error(read.message);
          expect([read.namespace, read.id, read.attachments]).toEqual([
            namespace,
            id,
            bytes.length,
          ]);
          expect(
            putBytes(
              read.payload,
              bytes.map((one) => Buffer.from(one)),
            ),
          ).toEqual(payload);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("attachments", () => {
  test("one that is announced and not there, or under a number that is none, is a failure", () => {
    for (const num of [1, -1, "0", 0.5, undefined]) {
      const put = putBytes(["a", { _placeholder: true, num }], [Buffer.from("x")]);
      expect((put as Failure).code).toBe("HF_IO_PACKET");
    }
  });

  test("arguments deeper than 64 levels are refused, both ways", () => {
    let deep: unknown = Buffer.from("x");
    for (let level = 0; level < DEPTH_MAX + 2; level++) deep = [deep];
    expect(() => takeBytes(deep)).toThrow("args must be at most 64 levels deep");
    expect((putBytes(deep, []) as Failure).code).toBe("HF_IO_PACKET");
  });

  test("a name such as __proto__ is a name like any other", () => {
    const put = putBytes(JSON.parse('{"__proto__":{"polluted":1}}'), []) as object;
    expect(Object.keys(put)).toEqual(["__proto__"]);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});
