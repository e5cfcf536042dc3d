/**
 * Undoes HPACK (RFC 7541): a header block becomes the same text that an HTTP/1.1 head is, so that everything after it
 * (cookies, redirects, what an author reads) needs to know only one form.
 *
 * Two ways to be wrong: a block that cannot be decoded leaves both sides with different tables and ends the connection
 * (ConnectionError); a head that can be decoded but makes no sense is the failure of its own answer.
 *
 * Servers say nearly the same every time, so a few blocks are remembered by their bytes. One that reads nothing from the
 * dynamic table always means the same, and always adds the same to it; one that only reads means the same as long as
 * the table is the same.
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
  /** What the block adds to the dynamic table. */
  readonly adds: readonly TableEntry[];
  /** Of the dynamic table; ANY when the block does not read it. */
  readonly version: number;
}

const ANY = -1;

/** Of one connection: it remembers what the server told it to. */
export class HeaderDecoder {
  readonly #table = new DynamicTable();
  readonly #memos: (Memo | undefined)[] = Array.from({ length: BLOCK_MEMOS });
  /** What the block at hand does to the table. */
  #adds: TableEntry[] = [];
  #reads = false;
  #resizes = false;
  #at = 0;
  #name = "";
  #value = "";

  /** HOT. The head of an answer. Throws a ConnectionError. */
  head(from: Buffer, start: number, end: number): Head | Failure {
    const slot = (end - start) & (BLOCK_MEMOS - 1);
    const memo = this.#memos[slot];
    const table = this.#table;
    if (memo !== undefined && (memo.version === ANY || memo.version === table.version)) {
      if (same(memo.block, from, start, end)) {
        const { adds } = memo;
        for (let i = 0; i < adds.length; i++) table.add(adds[i] as TableEntry);
        return memo.head;
      }
    }
    return this.#newHead(from, start, end, slot);
  }

  #newHead(from: Buffer, start: number, end: number, slot: number): Head | Failure {
    const lines = new HeadLines(false);
    this.#adds = [];
    this.#reads = false;
    this.#resizes = false;
    this.decode(from, start, end, lines);
    const head = lines.head();
    const adds = this.#adds;
    const isSame = !this.#resizes && (!this.#reads || adds.length === 0);
    if (isSame && end - start <= BLOCK_MEMO_BYTES_MAX && !(head instanceof Failure)) {
      const version = this.#reads ? this.#table.version : ANY;
      const block = Buffer.from(from.subarray(start, end));
      this.#memos[slot] = { block, head, adds, version };
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
        const entry: TableEntry = { name: this.#name, value: this.#value };
        this.#table.add(entry);
        this.#adds.push(entry);
        lines.add(this.#name, this.#value);
      } else if (byte >= 0x20) {
        if (!first) throw broken("the table is resized after the first header");
        this.#resizes = true;
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
    this.#reads = true;
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
