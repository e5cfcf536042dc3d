/**
 * Undoes HPACK (RFC 7541): a header block becomes the same text that an HTTP/1.1 head is, so that everything after it
 * (cookies, redirects, what an author reads) needs to know only one form.
 *
 * Two ways to be wrong: a block that cannot be decoded leaves both sides with different tables and ends the connection
 * (ConnectionError); a head that can be decoded but makes no sense is the failure of its own answer.
 *
 * Servers say nearly the same every time. A block that does not change the dynamic table means the same whenever its
 * bytes are the same and the table is, so a few are remembered.
 */
import { Buffer } from "node:buffer";
import { Failure } from "../http1/failures.ts";
import type { Head } from "../http1/head.ts";
import { DynamicTable } from "./dynamic-table.ts";
import { ConnectionError } from "./errors.ts";
import { HeadLines } from "./head-lines.ts";
import { decodedBytesMax, decodeHuffman } from "./huffman.ts";
import { BLOCK_BYTES_MAX, BLOCK_MEMO_BYTES_MAX, BLOCK_MEMOS } from "./limits.ts";
import { STATIC_TABLE, type TableEntry } from "./static-table.ts";

interface Memo {
  readonly block: Buffer;
  readonly head: Head;
  /** Of the dynamic table. */
  readonly version: number;
}

/** Of one connection: it remembers what the server told it to. */
export class HeaderDecoder {
  readonly #table = new DynamicTable();
  readonly #memos: (Memo | undefined)[] = Array.from({ length: BLOCK_MEMOS });
  #at = 0;
  #name = "";
  #value = "";

  /** HOT. The head of an answer. Throws a ConnectionError. */
  head(from: Buffer, start: number, end: number): Head | Failure {
    const slot = (end - start) & (BLOCK_MEMOS - 1);
    const memo = this.#memos[slot];
    const { version } = this.#table;
    if (memo !== undefined && memo.version === version && same(memo.block, from, start, end)) {
      return memo.head;
    }
    const lines = new HeadLines(false);
    this.decode(from, start, end, lines);
    const head = lines.head();
    const unchanged = version === this.#table.version;
    if (unchanged && end - start <= BLOCK_MEMO_BYTES_MAX && !(head instanceof Failure)) {
      this.#memos[slot] = { block: Buffer.from(from.subarray(start, end)), head, version };
    }
    return head;
  }

  /** Reads trailers, of which nothing is kept; a failure where they make no sense. Throws a ConnectionError. */
  trailers(from: Buffer, start: number, end: number): Failure | undefined {
    const lines = new HeadLines(true);
    this.decode(from, start, end, lines);
    return lines.failure;
  }

  /** The same without a memory: each header is handed on. Throws a ConnectionError. */
  decode(from: Buffer, start: number, end: number, lines: HeadLines): void {
    this.#at = start;
    let first = true;
    while (this.#at < end) {
      const byte = from[this.#at] as number;
      if (byte >= 0x80) {
        const { name, value } = this.#entry(this.#integer(from, end, 7));
        lines.add(name, value);
      } else if (byte >= 0x40) {
        this.#literal(from, end, 6);
        this.#table.add(this.#name, this.#value);
        lines.add(this.#name, this.#value);
      } else if (byte >= 0x20) {
        if (!first) throw broken("the table is resized after the first header");
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

function same(block: Buffer, from: Buffer, start: number, end: number): boolean {
  return block.length === end - start && block.compare(from, start, end) === 0;
}

function broken(why: string): ConnectionError {
  return new ConnectionError("COMPRESSION_ERROR", `a header block that cannot be read: ${why}`);
}
