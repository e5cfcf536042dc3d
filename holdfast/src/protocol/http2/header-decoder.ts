/**
 * Undoes HPACK (RFC 7541): a header block becomes the same text that an HTTP/1.1 head is, so that everything after it
 * (cookies, redirects, what an author reads) needs to know only one form.
 *
 * Two ways to be wrong: a block that cannot be decoded leaves both sides with different tables and ends the connection
 * (ConnectionError); a head that can be decoded but makes no sense is the failure of its own answer.
 *
 * Servers say nearly the same every time. A block that neither reads nor changes the dynamic table means the same
 * whenever its bytes are the same, so a few are remembered.
 */
import { Buffer } from "node:buffer";
import { Failure, type FailureCode } from "../http1/failures.ts";
import type { Head } from "../http1/head.ts";
import { HEAD_BYTES_MAX, HEADERS_MAX } from "../http1/limits.ts";
import { CONTROL } from "../http1/octets.ts";
import { ConnectionError } from "./errors.ts";
import { decodedBytesMax, decodeHuffman } from "./huffman.ts";
import { BLOCK_BYTES_MAX, BLOCK_MEMO_BYTES_MAX, BLOCK_MEMOS, TABLE_BYTES_MAX } from "./limits.ts";
import { STATIC_TABLE, type TableEntry } from "./static-table.ts";

/** What each entry of the table counts on top of its text (RFC 7541 §4.1). */
const ENTRY_BYTES = 32;
const STATUS = /^[1-9][0-9]{2}$/;
const NAME = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;
const CONTENT_LENGTH = /^[0-9]{1,15}$/;
/** They speak of one connection, which HTTP/2 does by other means. */
const FORBIDDEN: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
]);

interface Memo {
  readonly block: Buffer;
  readonly head: Head;
}

/** Of one connection: it remembers what the server told it to. */
export class HeaderDecoder {
  readonly #table = new DynamicTable();
  readonly #memos: (Memo | undefined)[] = Array.from({ length: BLOCK_MEMOS });
  /** A block's own: neither read nor changed the dynamic table. */
  #pure = true;
  #at = 0;
  #name = "";
  #value = "";

  /** HOT. The head of an answer. Throws a ConnectionError. */
  head(from: Buffer, start: number, end: number): Head | Failure {
    const slot = (end - start) & (BLOCK_MEMOS - 1);
    const memo = this.#memos[slot];
    if (memo !== undefined && same(memo.block, from, start, end)) return memo.head;
    const lines = new HeadLines(false);
    this.#decode(from, start, end, lines);
    const head = lines.head();
    if (this.#pure && end - start <= BLOCK_MEMO_BYTES_MAX && !(head instanceof Failure)) {
      this.#memos[slot] = { block: Buffer.from(from.subarray(start, end)), head };
    }
    return head;
  }

  /** Reads trailers, of which nothing is kept; a failure where they make no sense. Throws a ConnectionError. */
  trailers(from: Buffer, start: number, end: number): Failure | undefined {
    const lines = new HeadLines(true);
    this.#decode(from, start, end, lines);
    return lines.failure;
  }

  #decode(from: Buffer, start: number, end: number, lines: HeadLines): void {
    this.#pure = true;
    this.#at = start;
    let first = true;
    while (this.#at < end) {
      const byte = from[this.#at] as number;
      if (byte >= 0x80) {
        const { name, value } = this.#entry(this.#integer(from, end, 7));
        lines.add(name, value);
      } else if (byte >= 0x40) {
        this.#literal(from, end, 6);
        this.#pure = false;
        this.#table.add(this.#name, this.#value);
        lines.add(this.#name, this.#value);
      } else if (byte >= 0x20) {
        if (!first) throw broken("the table is resized after the first header");
        this.#pure = false;
        this.#table.resize(this.#integer(from, end, 5));
        continue;
      } else {
        this.#literal(from, end, 4);
        lines.add(this.#name, this.#value);
      }
      first = false;
    }
  }

  #literal(from: Buffer, end: number, prefixBits: number): void {
    const index = this.#integer(from, end, prefixBits);
    this.#name = index === 0 ? this.#text(from, end) : this.#entry(index).name;
    this.#value = this.#text(from, end);
  }

  #entry(index: number): TableEntry {
    const known = STATIC_TABLE[index - 1];
    if (known !== undefined) return known;
    this.#pure = false;
    const entry = index === 0 ? undefined : this.#table.entry(index - STATIC_TABLE.length - 1);
    if (entry === undefined) throw broken(`there is no header ${index}`);
    return entry;
  }

  #text(from: Buffer, end: number): string {
    if (this.#at >= end) throw broken("cut off");
    const isHuffman = (from[this.#at] as number) >= 0x80;
    const length = this.#integer(from, end, 7);
    const start = this.#at;
    const stop = start + length;
    if (stop > end) throw broken("cut off");
    this.#at = stop;
    if (!isHuffman) return from.toString("latin1", start, stop);
    const size = decodeHuffman(from, start, stop, SCRATCH);
    if (size < 0) throw broken("not the Huffman code");
    return SCRATCH.toString("latin1", 0, size);
  }

  #integer(from: Buffer, end: number, prefixBits: number): number {
    const mask = (1 << prefixBits) - 1;
    let value = (from[this.#at++] as number) & mask;
    if (value < mask) return value;
    for (let shift = 0; shift <= 21; shift += 7) {
      if (this.#at >= end) throw broken("cut off");
      const byte = from[this.#at++] as number;
      value += (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw broken("a number beyond all bounds");
  }
}

const SCRATCH: Buffer = Buffer.allocUnsafeSlow(decodedBytesMax(BLOCK_BYTES_MAX));

/** What the server wants remembered: newest first, the oldest forgotten when there is no room. */
class DynamicTable {
  /** Oldest first; before `#gone` there is nothing left. */
  #entries: TableEntry[] = [];
  #gone = 0;
  #bytes = 0;
  #bytesMax = TABLE_BYTES_MAX;

  /** 0 is the newest. */
  entry(index: number): TableEntry | undefined {
    const at = this.#entries.length - 1 - index;
    return at < this.#gone ? undefined : this.#entries[at];
  }

  add(name: string, value: string): void {
    const bytes = name.length + value.length + ENTRY_BYTES;
    this.#shrink(this.#bytesMax - bytes);
    if (bytes > this.#bytesMax) return;
    this.#entries.push({ name, value });
    this.#bytes += bytes;
  }

  resize(bytesMax: number): void {
    if (bytesMax > TABLE_BYTES_MAX) throw broken(`a table of ${bytesMax} bytes`);
    this.#bytesMax = bytesMax;
    this.#shrink(bytesMax);
  }

  #shrink(bytesMax: number): void {
    while (this.#bytes > bytesMax && this.#gone < this.#entries.length) {
      const { name, value } = this.#entries[this.#gone++] as TableEntry;
      this.#bytes -= name.length + value.length + ENTRY_BYTES;
    }
    if (this.#gone * 2 <= this.#entries.length) return;
    this.#entries = this.#entries.slice(this.#gone);
    this.#gone = 0;
  }
}

/** Puts a head together, line by line, and notes what is wrong with it. */
class HeadLines {
  failure: Failure | undefined;
  readonly #isTrailer: boolean;
  #status = "";
  #lines = "";
  #count = 0;
  #bytes = 0;
  #contentLength = -1;
  #hasContentEncoding = false;
  #hasCookies = false;

  constructor(isTrailer: boolean) {
    this.#isTrailer = isTrailer;
  }

  add(name: string, value: string): void {
    if (this.failure !== undefined) return;
    this.#count += 1;
    this.#bytes += name.length + value.length + ENTRY_BYTES;
    if (this.#count > HEADERS_MAX || this.#bytes > HEAD_BYTES_MAX) {
      return this.#fail("HF_ANSWER_HEAD_SIZE", `over ${HEAD_BYTES_MAX} bytes or ${HEADERS_MAX}`);
    }
    if (name.charCodeAt(0) === COLON) return this.#pseudo(name, value);
    if (!NAME.test(name)) return this.#fail("HF_ANSWER_HEADER", `name ${JSON.stringify(name)}`);
    if (hasControl(value)) return this.#fail("HF_ANSWER_HEADER", `value of ${name}`);
    if (FORBIDDEN.has(name)) return this.#fail("HF_ANSWER_HEADER", `${name} in HTTP/2`);
    if (name === "content-length") this.#takeLength(value);
    else if (name === "content-encoding") this.#hasContentEncoding = true;
    else if (name === "set-cookie") this.#hasCookies = true;
    this.#lines += `${name}: ${value}\r\n`;
  }

  head(): Head | Failure {
    if (this.#status === "") this.#fail("HF_ANSWER_STATUS_LINE", "no :status");
    if (this.failure !== undefined) return this.failure;
    return {
      status: Number(this.#status),
      text: `HTTP/2 ${this.#status}\r\n${this.#lines}\r\n`,
      contentLength: this.#contentLength,
      chunked: false,
      keepAlive: true,
      keepAliveSeconds: Number.POSITIVE_INFINITY,
      keepAliveRequests: Number.POSITIVE_INFINITY,
      hasContentEncoding: this.#hasContentEncoding,
      hasCookies: this.#hasCookies,
    };
  }

  #pseudo(name: string, value: string): void {
    const isExpected = name === ":status" && !this.#isTrailer && this.#status === "";
    if (!isExpected || this.#lines !== "") return this.#fail("HF_ANSWER_HEADER", `${name} there`);
    if (!STATUS.test(value)) {
      return this.#fail("HF_ANSWER_STATUS_LINE", `status ${JSON.stringify(value)}`);
    }
    this.#status = value;
  }

  #takeLength(value: string): void {
    const length = CONTENT_LENGTH.test(value) ? Number(value) : -1;
    if (length < 0 || (this.#contentLength >= 0 && this.#contentLength !== length)) {
      return this.#fail("HF_ANSWER_FRAMING", `content-length ${JSON.stringify(value)}`);
    }
    this.#contentLength = length;
  }

  #fail(code: FailureCode, particulars: string): void {
    this.failure ??= new Failure(code, particulars);
  }
}

const COLON = 0x3a;

function hasControl(value: string): boolean {
  for (let i = 0; i < value.length; i++) if (CONTROL[value.charCodeAt(i)] === 1) return true;
  return false;
}

function same(block: Buffer, from: Buffer, start: number, end: number): boolean {
  return block.length === end - start && block.compare(from, start, end) === 0;
}

function broken(why: string): ConnectionError {
  return new ConnectionError("COMPRESSION_ERROR", `a header block that cannot be read: ${why}`);
}
