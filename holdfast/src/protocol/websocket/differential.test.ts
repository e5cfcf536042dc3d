/** Whatever bytes a server sends, they mean to this client what they mean to the `ws` package's own reader. */
import * as fc from "fast-check";
import * as wsPackage from "ws";
import { expect, test } from "vitest";
import { closing, open, rawFrame, serveRaw } from "./testing/fixture.ts";

const MESSAGE_BYTES_MAX = 400;
const PIECES_MAX = 6;
/** The farewells that `ws` gives and we do, by our name of the failure. */
const CODES: Readonly<Record<string, number>> = {
  HF_WS_FRAME: 1002,
  HF_WS_UTF8: 1007,
  HF_WS_SIZE: 1009,
};

/** What was heard, and how it ended: a farewell's code, that of a broken rule, or 1006 when the bytes just ended. */
interface Meaning {
  readonly heard: readonly string[];
  readonly end: string;
}

/** The class is there, its type is not. */
interface Receiver {
  on(event: string, take: (...args: never[]) => void): this;
  write(bytes: Buffer): void;
}
type NewReceiver = new (options: object) => Receiver;
const { Receiver } = wsPackage as unknown as { Receiver: NewReceiver };

function toWs(bytes: Buffer): Promise<Meaning> {
  const heard: string[] = [];
  let end = "1006";
  const receiver = new Receiver({ isServer: false, maxPayload: MESSAGE_BYTES_MAX });
  receiver.on("message", (data: Buffer, binary: boolean) => heard.push(shown(data, binary)));
  receiver.on("conclude", (code: number) => (end = `farewell ${code}`));
  receiver.on("error", (error: object) => {
    const status = Object.getOwnPropertySymbols(error).find(({ description = "" }) =>
      description.includes("status-code"),
    );
    end = `broken ${String((error as Record<symbol, unknown>)[status as symbol])}`;
  });
  receiver.write(bytes);
  // It hands out one message a turn.
  return turns(8 * PIECES_MAX).then(() => ({ heard, end }));
}

async function toUs(bytes: Buffer): Promise<Meaning> {
  await using server = await serveRaw(({ socket }) => socket.end(bytes));
  await using vu = open(server.url);
  const socket = await vu.ws.connect("/", { messageBytesMax: MESSAGE_BYTES_MAX });
  const heard: string[] = [];
  for await (const message of socket) {
    heard.push(shown(Buffer.from(message.bytes()), message.isBinary));
  }
  const { error, closeCode } = socket;
  if (error === undefined) return { heard, end: `farewell ${closeCode}` };
  const code = CODES[error.code];
  return { heard, end: code === undefined ? "1006" : `broken ${code}` };
}

const payload = fc.oneof(
  fc.uint8Array({ maxLength: 10 }).map((bytes) => Buffer.from(bytes)),
  fc.uint8Array({ minLength: 120, maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  fc.string({ unit: "grapheme", maxLength: 40 }).map((text) => Buffer.from(text)),
);

const cutText = fc
  .tuple(fc.string({ unit: "grapheme", maxLength: 20 }), fc.nat(40))
  .map(([text, at]) => [Buffer.from(text).subarray(0, at), Buffer.from(text).subarray(at)]);

/** Fragments of one message, in order; a character may be cut in two by them, or be none. */
const message = fc
  .record({
    opcode: fc.constantFrom(1, 2),
    parts: fc.oneof(fc.array(payload, { minLength: 1, maxLength: 3 }), cutText),
  })
  .map(({ opcode, parts }) =>
    parts.map((part, i) => {
      const final = i === parts.length - 1 ? 0x80 : 0;
      return rawFrame({ first: final | (i === 0 ? opcode : 0), payload: part });
    }),
  );

const control = fc
  .record({ first: fc.constantFrom(0x89, 0x8a), payload: fc.uint8Array({ maxLength: 125 }) })
  .map(({ first, payload: bytes }) => [rawFrame({ first, payload: Buffer.from(bytes) })]);

const farewell = fc.nat(5100).map((code) => [closing(code, "so long")]);

const wrong = fc
  .record({
    first: fc.nat(255),
    payload,
    masked: fc.boolean(),
    lie: fc.integer({ min: -20, max: 20 }),
  })
  .map(({ first, payload: bytes, masked, lie }) => {
    const length = Math.max(0, bytes.length + lie);
    return [rawFrame({ first, payload: bytes, length, masked })];
  });

const frames = fc
  .array(
    fc.oneof(
      { weight: 10, arbitrary: message },
      { weight: 3, arbitrary: control },
      { weight: 1, arbitrary: farewell },
      { weight: 1, arbitrary: wrong },
    ),
    { maxLength: PIECES_MAX },
  )
  .map((pieces) => pieces.flat());

test("random frames, right and wrong, are the same messages and the same end", async () => {
  await fc.assert(
    fc.asyncProperty(frames, async (all) => {
      const bytes = Buffer.concat(all);
      expect(await toUs(bytes)).toEqual(await toWs(bytes));
    }),
    { numRuns: 400 },
  );
});

function shown(data: Buffer, binary: boolean): string {
  return binary ? `bytes ${data.toString("hex")}` : `text ${data.toString("utf8")}`;
}

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}
