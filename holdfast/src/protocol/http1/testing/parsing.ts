/** Feeds a parser and tells what came of it, in a form that can be compared. */
import { HeadMemo } from "../head-memo.ts";
import { ReadBuffer } from "../read-buffer.ts";
import { ResponseParser } from "../parser.ts";

export interface Parsed {
  state: "done" | "failed" | "incomplete";
  code: string | undefined;
  status: number;
  head: string;
  body: string;
  keepAlive: boolean;
  /** Bytes after the answer. */
  left: number;
}

export interface ParseOptions {
  bodiless?: boolean;
  bytesMax?: number;
  /** Whether the connection ends after the bytes. Default true. */
  end?: boolean;
}

/** Parses `bytes`, cut at the given positions (any numbers; they are taken modulo the length). */
export function parseCut(
  bytes: Buffer,
  cuts: readonly number[],
  options: ParseOptions = {},
): Parsed {
  const parser = new ResponseParser();
  parser.begin(options.bodiless ?? false, true, options.bytesMax ?? 1_000_000);
  const positions = cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b);
  let start = 0;
  let left = 0;
  for (const stop of [...positions, bytes.length]) {
    if (stop > start) {
      // Each part lies elsewhere, as in a read buffer that is written over.
      const part = Buffer.concat([Buffer.from("…"), bytes.subarray(start, stop)]);
      if (isOver(parser)) left += stop - start;
      else left += part.length - parser.read(part, 3, part.length);
      part.fill(0x21);
    }
    start = stop;
  }
  if (options.end !== false) parser.end();
  return outcome(parser, left);
}

/** Parses the same bytes twice as one read of a thread's buffer: the second time its head is remembered. */
export function parseRemembered(bytes: Buffer, options: ParseOptions = {}): Parsed[] {
  const buffer = new ReadBuffer(65_536, 0);
  const memo = new HeadMemo();
  const parser = new ResponseParser(buffer);
  return [0, 1].map(() => {
    bytes.copy(buffer.bytes);
    parser.begin(options.bodiless ?? false, true, options.bytesMax ?? 1_000_000, memo);
    const at = bytes.length === 0 ? 0 : parser.read(buffer.all, 0, bytes.length);
    const left = bytes.length - at;
    if (options.end !== false) parser.end();
    return outcome(parser, left);
  });
}

export function everyByte(bytes: Buffer): number[] {
  return Array.from(bytes, (_, index) => index);
}

function isOver(parser: ResponseParser): boolean {
  return parser.state === "done" || parser.state === "failed";
}

function outcome(parser: ResponseParser, left: number): Parsed {
  const { head, state, failure } = parser;
  const failed = state === "failed";
  return {
    state: state === "done" || state === "failed" ? state : "incomplete",
    code: failure?.code,
    status: head.status,
    head: head.text,
    body: failed ? "" : (parser.bytes?.toString("latin1") ?? parser.text),
    keepAlive: parser.keepAlive && state === "done",
    left: failed ? 0 : left,
  };
}
