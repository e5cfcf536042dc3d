import * as fc from "fast-check";
import { expect, test } from "vitest";
import { EventParser, type ParsedEvent } from "./event-parser.ts";

function parse(
  parts: readonly Buffer[],
  bytesMax = 1_000_000,
): { events: ParsedEvent[]; parser: EventParser } {
  const parser = new EventParser(bytesMax, "");
  const events: ParsedEvent[] = [];
  const buffer = Buffer.alloc(Math.max(1, ...parts.map((part) => part.length)) + 2);
  for (const part of parts) {
    part.copy(buffer, 2);
    parser.read(buffer, 2, 2 + part.length, (event) => events.push(event));
  }
  return { events, parser };
}

function eventsOf(text: string): ParsedEvent[] {
  return parse([Buffer.from(text)]).events;
}

const message = (data: string, id = ""): ParsedEvent => ({ type: "message", data, id });

test.each([
  ["one line of data", "data: a\n\n", [message("a")]],
  ["several lines", "data: a\ndata:b\ndata:  c\n\n", [message("a\nb\n c")]],
  ["a line of data that is empty", "data\n\n", [message("")]],
  ["two such lines", "data\ndata\n\n", [message("\n")]],
  [
    "a type",
    "event: bid\ndata: 1\n\ndata: 2\n\n",
    [{ type: "bid", data: "1", id: "" }, message("2")],
  ],
  ["an id, which stays", "id: 7\ndata: a\n\ndata: b\n\n", [message("a", "7"), message("b", "7")]],
  [
    "an id without a value, which forgets",
    "id: 7\ndata: a\n\nid\ndata: b\n\n",
    [message("a", "7"), message("b")],
  ],
  ["an id with a NUL, which is none", "id: 7\u00008\ndata: a\n\n", [message("a")]],
  ["an event without data, which is none", "event: bid\n\ndata: a\n\n", [message("a")]],
  ["comments and unknown fields", ": hello\nfoo: bar\n:\ndata: a\n\n", [message("a")]],
  ["an event that is not finished", "data: a\n\ndata: b\n", [message("a")]],
  [
    "CR, LF and CR LF",
    "data: a\r\rdata: b\n\ndata: c\r\n\r\n",
    [message("a"), message("b"), message("c")],
  ],
  ["a byte-order mark", "\ufeffdata: a\n\n", [message("a")]],
  ["a colon in the value", "data: a:b\n\n", [message("a:b")]],
])("%s", (_, text, events) => {
  expect(eventsOf(text)).toEqual(events);
});

test("a stream reads the same at each of its bytes, and byte by byte", () => {
  const whole = Buffer.from(
    "\ufeffretry: 5\r\nid: 1\r\nevent: bid\rdata: grüße 🎉\n\ndata\r\n\r\ndata: x\r\rid: 2\n\n",
  );
  const once = parse([whole]).events;
  expect(once).toHaveLength(3);
  for (let at = 0; at <= whole.length; at++) {
    expect(parse([whole.subarray(0, at), whole.subarray(at)]).events).toEqual(once);
  }
  expect(parse([...whole].map((byte) => Buffer.from([byte]))).events).toEqual(once);
});

test("any lines in any parts give the same events", () => {
  const line = fc.constantFrom("data: a", "data", "id: 3", "event: e", ": c", "", "retry: 9", "ü");
  const end = fc.constantFrom("\n", "\r", "\r\n");
  fc.assert(
    fc.property(fc.array(fc.tuple(line, end)), fc.array(fc.nat(7)), (lines, cuts) => {
      const whole = Buffer.from(lines.map(([text, ending]) => text + ending).join(""));
      const parts: Buffer[] = [];
      let at = 0;
      for (const cut of cuts) {
        parts.push(whole.subarray(at, at + cut));
        at = Math.min(whole.length, at + cut);
      }
      expect(parse([...parts, whole.subarray(at)]).events).toEqual(parse([whole]).events);
    }),
  );
});

test("the server's word on when to ask again, and the id of events without data, are kept", () => {
  const { parser } = parse([
    Buffer.from("retry: 250\nretry: soon\nid: 9\n\nid: 10\ndata: unfinished\n"),
  ]);
  expect([parser.retryMs, parser.lastEventId]).toEqual([250, "9"]);
});

test("an event over its limit is a failure, in one line or in many", () => {
  expect(parse([Buffer.from(`data: ${"x".repeat(100)}`)], 100).parser.failure?.code).toBe(
    "HF_SSE_SIZE",
  );
  expect(parse([Buffer.from("data: 12345\n".repeat(20))], 100).parser.failure?.code).toBe(
    "HF_SSE_SIZE",
  );
  expect(parse([Buffer.from("data: 12345\n\n".repeat(20))], 100).parser.failure).toBeUndefined();
});
