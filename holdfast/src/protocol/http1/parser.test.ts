import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FailureCode } from "./failures.ts";
import { CHUNK_EXTENSION_BYTES_MAX, HEAD_BYTES_MAX, HEADERS_MAX } from "./limits.ts";
import { wellFormedAnswer } from "./testing/answers.ts";
import { everyByte, parseCut, parseRemembered } from "./testing/parsing.ts";

const RUNS = Number(process.env.HOLDFAST_FUZZ_RUNS ?? 300);
const SEED = Number(process.env.HOLDFAST_FUZZ_SEED ?? 20261120);

const OK = "HTTP/1.1 200 OK\r\n";

/** Each answer is read whole, cut in two everywhere, and byte by byte; all must agree. */
function parseEveryWay(text: string, options = {}) {
  const bytes = Buffer.from(text, "latin1");
  const whole = parseCut(bytes, [], options);
  expect(parseCut(bytes, everyByte(bytes), options)).toEqual(whole);
  for (let cut = 1; cut < bytes.length; cut += Math.max(1, bytes.length >>> 9)) {
    expect(parseCut(bytes, [cut], options)).toEqual(whole);
  }
  return whole;
}

describe("a well-formed answer", () => {
  const rows: [string, string, Partial<ReturnType<typeof parseCut>>][] = [
    ["with a length", `${OK}Content-Length: 5\r\n\r\nhello`, { body: "hello", keepAlive: true }],
    ["with length 0", `${OK}Content-Length: 0\r\n\r\n`, { body: "", keepAlive: true }],
    [
      "with leading zeros in its length",
      `${OK}content-length: 005\r\n\r\nhello`,
      { body: "hello" },
    ],
    [
      "in chunks",
      `${OK}Transfer-Encoding: chunked\r\n\r\n3\r\nfoo\r\n4\r\n bar\r\n0\r\n\r\n`,
      { body: "foo bar" },
    ],
    [
      "in chunks with extensions and trailers",
      `${OK}transfer-encoding: chunked\r\n\r\n3;a=b;c="d"\r\nfoo\r\n0;z\r\nx-sum: 1\r\ny:\r\n\r\n`,
      { body: "foo", keepAlive: true },
    ],
    [
      "in chunks with spaces before an extension",
      `${OK}transfer-encoding: chunked\r\n\r\n3 \t;a\r\nfoo\r\n0\r\n\r\n`,
      { body: "foo", keepAlive: true },
    ],
    [
      "without a length, ended by the connection",
      `${OK}\r\nall of it`,
      { body: "all of it", keepAlive: false },
    ],
    [
      "after 100 and 103",
      `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n${OK}Content-Length: 2\r\n\r\nok`,
      { status: 200, body: "ok" },
    ],
    [
      "of status 101",
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
      { status: 101, keepAlive: false },
    ],
    [
      "of status 204 with a length that does not count",
      "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n",
      { status: 204, keepAlive: true },
    ],
    [
      "of status 304 with a length that does not count",
      "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
      { status: 304, body: "" },
    ],
    [
      "that closes the connection",
      `${OK}Connection: foo, Close\r\nContent-Length: 0\r\n\r\n`,
      { keepAlive: false },
    ],
    ["of HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", { keepAlive: false }],
    [
      "of HTTP/1.0 that is kept",
      "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n",
      { keepAlive: true },
    ],
    ["without a reason", "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", { status: 200 }],
    [
      "with bytes after it",
      `${OK}Content-Length: 2\r\n\r\nokHTTP/1.1 200`,
      { body: "ok", left: 12 },
    ],
    [
      "with a folded header",
      `${OK}x-long: a\r\n b\r\n\tc\r\nContent-Length: 0\r\n\r\n`,
      { head: `${OK}x-long: a   b  \tc\r\nContent-Length: 0\r\n\r\n` },
    ],
    [
      "with an empty header and odd spaces",
      `${OK}x-empty:\r\nContent-Length:\t 3 \t\r\n\r\nabc`,
      { body: "abc" },
    ],
  ];
  for (const [name, text, expected] of rows) {
    test(`${name} means the same cut at any byte`, () => {
      expect(parseEveryWay(text)).toMatchObject({ state: "done", ...expected });
    });
  }

  test("to a HEAD has no body, whatever length it names", () => {
    const parsed = parseEveryWay(`${OK}Content-Length: 500\r\n\r\n`, { bodiless: true });
    expect(parsed).toMatchObject({ state: "done", body: "", keepAlive: true });
  });
});

describe("a malformed answer", () => {
  const rows: [string, string, FailureCode][] = [
    ["nothing at all", "", "HF_TCP_CLOSED"],
    ["another protocol", "SSH-2.0-OpenSSH_9.2\r\n", "HF_ANSWER_STATUS_LINE"],
    ["HTTP/2", "HTTP/2.0 200 OK\r\n\r\n", "HF_ANSWER_STATUS_LINE"],
    ["HTTP/1.2", "HTTP/1.2 200 OK\r\n\r\n", "HF_ANSWER_STATUS_LINE"],
    ["a version in small letters", "http/1.1 200 OK\r\n\r\n", "HF_ANSWER_STATUS_LINE"],
    ["a status of two digits", "HTTP/1.1 20 OK\r\n\r\n", "HF_ANSWER_STATUS_LINE"],
    ["a status of four digits", "HTTP/1.1 2000 OK\r\n\r\n", "HF_ANSWER_STATUS_LINE"],
    ["a status below 100", "HTTP/1.1 099 Low\r\n\r\n", "HF_ANSWER_STATUS_LINE"],
    ["a status that is no number", "HTTP/1.1 abc OK\r\n\r\n", "HF_ANSWER_STATUS_LINE"],
    ["an empty first line", `\r\n${OK}\r\n`, "HF_ANSWER_STATUS_LINE"],
    [
      "a bare LF after the status line",
      "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
      "HF_ANSWER_STATUS_LINE",
    ],
    ["a bare LF after a header", `${OK}Content-Length: 0\n\r\n`, "HF_ANSWER_HEADER"],
    ["a bare CR in a header", `${OK}x: a\rb\r\n\r\n`, "HF_ANSWER_HEADER"],
    ["a NUL in a header", `${OK}x: a\0b\r\n\r\n`, "HF_ANSWER_HEADER"],
    ["a DEL in a header", `${OK}x: a\x7fb\r\n\r\n`, "HF_ANSWER_HEADER"],
    ["a header without a colon", `${OK}nonsense\r\n\r\n`, "HF_ANSWER_HEADER"],
    ["a header without a name", `${OK}: value\r\n\r\n`, "HF_ANSWER_HEADER"],
    ["a space before the colon", `${OK}Content-Length : 5\r\n\r\nhello`, "HF_ANSWER_HEADER"],
    ["a folded line before any header", `${OK} x: y\r\n\r\n`, "HF_ANSWER_HEADER"],
    ["a folded length", `${OK}Content-Length: 5\r\n 0\r\n\r\nhello`, "HF_ANSWER_HEADER"],
    [
      "two equal lengths",
      `${OK}Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello`,
      "HF_ANSWER_FRAMING",
    ],
    [
      "two different lengths",
      `${OK}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello`,
      "HF_ANSWER_FRAMING",
    ],
    ["a list of lengths", `${OK}Content-Length: 5, 5\r\n\r\nhello`, "HF_ANSWER_FRAMING"],
    ["a negative length", `${OK}Content-Length: -5\r\n\r\nhello`, "HF_ANSWER_FRAMING"],
    ["a length with a sign", `${OK}Content-Length: +5\r\n\r\nhello`, "HF_ANSWER_FRAMING"],
    ["a hexadecimal length", `${OK}Content-Length: 0x5\r\n\r\nhello`, "HF_ANSWER_FRAMING"],
    ["an empty length", `${OK}Content-Length:\r\n\r\nhello`, "HF_ANSWER_FRAMING"],
    ["a length of 16 digits", `${OK}Content-Length: 1234567890123456\r\n\r\n`, "HF_ANSWER_FRAMING"],
    [
      "a length and chunks",
      `${OK}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      "HF_ANSWER_FRAMING",
    ],
    [
      "chunks said twice",
      `${OK}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      "HF_ANSWER_FRAMING",
    ],
    [
      "another transfer coding",
      `${OK}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
      "HF_ANSWER_FRAMING",
    ],
    [
      "an identity transfer coding",
      `${OK}Transfer-Encoding: identity\r\n\r\nhello`,
      "HF_ANSWER_FRAMING",
    ],
    [
      "a chunk size that is no number",
      `${OK}Transfer-Encoding: chunked\r\n\r\nxyz\r\n`,
      "HF_ANSWER_CHUNK",
    ],
    [
      "an empty chunk size",
      `${OK}Transfer-Encoding: chunked\r\n\r\n\r\nfoo\r\n`,
      "HF_ANSWER_CHUNK",
    ],
    [
      "a chunk size of 13 digits",
      `${OK}Transfer-Encoding: chunked\r\n\r\n0000000000003\r\nfoo\r\n`,
      "HF_ANSWER_CHUNK",
    ],
    [
      "a space after a chunk size",
      `${OK}Transfer-Encoding: chunked\r\n\r\n3 \r\nfoo\r\n0\r\n\r\n`,
      "HF_ANSWER_CHUNK",
    ],
    [
      "a chunk size that ends in LF",
      `${OK}Transfer-Encoding: chunked\r\n\r\n3\nfoo\r\n0\r\n\r\n`,
      "HF_ANSWER_CHUNK",
    ],
    [
      "a chunk longer than announced",
      `${OK}Transfer-Encoding: chunked\r\n\r\n3\r\nfooo\r\n0\r\n\r\n`,
      "HF_ANSWER_CHUNK",
    ],
    [
      "a chunk without its CR LF",
      `${OK}Transfer-Encoding: chunked\r\n\r\n3\r\nfoo\n0\r\n\r\n`,
      "HF_ANSWER_CHUNK",
    ],
    [
      "a chunk extension that never ends",
      `${OK}Transfer-Encoding: chunked\r\n\r\n3;${"x".repeat(CHUNK_EXTENSION_BYTES_MAX)}\r\nfoo\r\n`,
      "HF_ANSWER_CHUNK",
    ],
    [
      "a NUL in a chunk extension",
      `${OK}Transfer-Encoding: chunked\r\n\r\n3;\0\r\nfoo\r\n`,
      "HF_ANSWER_CHUNK",
    ],
    [
      "a trailer without a colon",
      `${OK}Transfer-Encoding: chunked\r\n\r\n0\r\nnonsense\r\n\r\n`,
      "HF_ANSWER_HEADER",
    ],
    ["headers without an end", `${OK}x: y\r\n`, "HF_ANSWER_CUT"],
    ["half a status line", "HTTP/1.1 20", "HF_ANSWER_CUT"],
    ["half a body", `${OK}Content-Length: 10\r\n\r\nhello`, "HF_ANSWER_CUT"],
    ["half the chunks", `${OK}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n`, "HF_ANSWER_CUT"],
    [
      "chunks without their trailers' end",
      `${OK}Transfer-Encoding: chunked\r\n\r\n0\r\n`,
      "HF_ANSWER_CUT",
    ],
    ["an interim answer and no final one", "HTTP/1.1 100 Continue\r\n\r\n", "HF_ANSWER_CUT"],
    ["interim answers without end", "HTTP/1.1 102 Wait\r\n\r\n".repeat(65), "HF_ANSWER_INTERIM"],
    [
      "a head that is too long",
      `${OK}x: ${"y".repeat(HEAD_BYTES_MAX)}\r\n\r\n`,
      "HF_ANSWER_HEAD_SIZE",
    ],
    ["too many headers", `${OK}${"x: y\r\n".repeat(HEADERS_MAX + 1)}\r\n`, "HF_ANSWER_HEAD_SIZE"],
  ];
  for (const [name, text, code] of rows) {
    test(`${name} is ${code}, cut at any byte`, () => {
      expect(parseEveryWay(text)).toMatchObject({ state: "failed", code });
    });
  }

  test("a body of 11 bytes where 10 are allowed is HF_ANSWER_SIZE in every framing", () => {
    for (const text of [
      `${OK}Content-Length: 11\r\n\r\nhello world`,
      `${OK}\r\nhello world`,
      `${OK}Transfer-Encoding: chunked\r\n\r\n6\r\nhello \r\n5\r\nworld\r\n0\r\n\r\n`,
    ]) {
      expect(parseEveryWay(text, { bytesMax: 10 })).toMatchObject({ code: "HF_ANSWER_SIZE" });
      expect(parseEveryWay(text, { bytesMax: 11 })).toMatchObject({ body: "hello world" });
    }
  });

  test("the announced length alone is enough to refuse a body that is too large", () => {
    const parsed = parseEveryWay(`${OK}Content-Length: 11\r\n\r\n`, { bytesMax: 10, end: false });
    expect(parsed.code).toBe("HF_ANSWER_SIZE");
  });
});

describe("for generated answers", () => {
  test(`any cut of a well-formed one means what was meant (${RUNS} answers)`, () => {
    fc.assert(
      fc.property(wellFormedAnswer, fc.array(fc.nat(), { maxLength: 8 }), (answer, cuts) => {
        const { bytes, bodiless } = answer;
        const whole = parseCut(bytes, [], { bodiless });
        expect(whole).toMatchObject({
          state: "done",
          status: answer.status,
          body: answer.body.toString("latin1"),
          keepAlive: answer.keepAlive,
          left: 0,
        });
        expect(parseCut(bytes, cuts, { bodiless })).toEqual(whole);
        expect(parseCut(bytes, everyByte(bytes), { bodiless })).toEqual(whole);
      }),
      { numRuns: RUNS, seed: SEED },
    );
  });

  test(`a remembered head means what it meant when it was read (${RUNS} answers)`, () => {
    fc.assert(
      fc.property(wellFormedAnswer, ({ bytes, bodiless }) => {
        const whole = parseCut(bytes, [], { bodiless });
        expect(parseRemembered(bytes, { bodiless })).toEqual([whole, whole]);
      }),
      { numRuns: RUNS, seed: SEED },
    );
  });

  test(`any cut of a damaged one ends alike, without throwing (${RUNS} answers)`, () => {
    const change = fc.record({
      at: fc.nat(),
      kind: fc.constantFrom("replace", "insert", "remove", "truncate"),
      byte: fc.oneof(fc.nat(255), fc.constantFrom(0, 9, 10, 13, 32, 44, 48, 58, 59)),
    });
    fc.assert(
      fc.property(
        wellFormedAnswer,
        fc.array(change, { minLength: 1, maxLength: 4 }),
        fc.array(fc.nat(), { maxLength: 8 }),
        ({ bytes, bodiless }, changes, cuts) => {
          const damaged = changes.reduce(applyChange, bytes);
          const whole = parseCut(damaged, [], { bodiless, bytesMax: 60 });
          expect(whole.state).not.toBe("incomplete");
          expect(parseCut(damaged, cuts, { bodiless, bytesMax: 60 })).toEqual(whole);
          expect(parseCut(damaged, everyByte(damaged), { bodiless, bytesMax: 60 })).toEqual(whole);
          expect(parseRemembered(damaged, { bodiless, bytesMax: 60 })).toEqual([whole, whole]);
        },
      ),
      { numRuns: RUNS, seed: SEED },
    );
  });
});

function applyChange(bytes: Buffer, change: { at: number; kind: string; byte: number }): Buffer {
  const at = change.at % (bytes.length + 1);
  const one = Buffer.from([change.byte]);
  const before = bytes.subarray(0, at);
  if (change.kind === "truncate") return before;
  const after = bytes.subarray(change.kind === "insert" ? at : at + 1);
  return Buffer.concat(change.kind === "remove" ? [before, after] : [before, one, after]);
}
