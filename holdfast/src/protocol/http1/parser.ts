/**
 * Reads one HTTP/1.1 answer from bytes that arrive in any parts (RFC 9112). It works in place on the thread's shared
 * read buffer, and copies only what is cut off by the buffer's end. A connection borrows a parser from the first byte
 * of an answer to its last, so in steady load all connections share one that is warm in the cache.
 *
 * Strict: whatever could be read in two ways (a length said twice, a length beside chunks, a bare LF, a control
 * character) is a failure with a reason. A load test must not guess what its server meant.
 *
 * Invariant: what is read does not depend on how the bytes were cut; a failure shows at the end of the line that is
 * wrong. Afterwards a parser is used again only through `begin`.
 *
 *   state      waits for                        then
 *   head       the empty line                   (interim answer: head) | length | chunk | close | done
 *   length     `#remaining` bytes               done
 *   chunk      (see ChunkedBody)                trailers
 *   trailers   the empty line                   done
 *   close      the end of the connection        done
 *   done, failed                                nothing more
 */
import { ByteSink } from "./byte-sink.ts";
import { ChunkedBody } from "./chunked-body.ts";
import { Failure, type FailureCode } from "./failures.ts";
import { type Head, NO_HEAD } from "./head.ts";
import type { HeadMemo } from "./head-memo.ts";
import { HeadReader } from "./head-reader.ts";
import { INTERIM_ANSWERS_MAX } from "./limits.ts";
import type { ReadBuffer } from "./read-buffer.ts";

export type ParserState = "head" | "length" | "chunk" | "trailers" | "close" | "done" | "failed";

export class ResponseParser {
  state: ParserState = "head";
  failure: Failure | undefined;
  /** The final head; NO_HEAD until it is whole. */
  head: Head = NO_HEAD;
  /** The body: latin1 when it came whole in the same read as the head, else bytes; both empty when not kept. */
  text = "";
  bytes: Buffer | undefined;
  /** Whether the connection may carry another request after this answer. */
  keepAlive = false;

  readonly #readBuffer: ReadBuffer | undefined;
  readonly #reader = new HeadReader();
  readonly #chunks = new ChunkedBody();
  readonly #sink = new ByteSink();
  #memo: HeadMemo | undefined;
  /** True once this answer has been read from in the slow way. */
  #began = false;
  #bodiless = false;
  #keepBody = true;
  #bytesMax = 0;
  #remaining = 0;
  #bodyBytes = 0;
  #interim = 0;

  /** Heads are remembered only where they stand in `readBuffer`, at a word's beginning. */
  constructor(readBuffer?: ReadBuffer) {
    this.#readBuffer = readBuffer;
  }

  /** `bodiless`: the answer to a HEAD. `bytesMax`: a longer body is a failure. */
  begin(bodiless: boolean, keepBody: boolean, bytesMax: number, memo?: HeadMemo): void {
    this.state = "head";
    this.failure = undefined;
    this.head = NO_HEAD;
    this.text = "";
    this.bytes = undefined;
    this.#began = false;
    this.#bodiless = bodiless;
    this.#keepBody = keepBody;
    this.#bytesMax = bytesMax;
    this.#memo = memo;
  }

  /** HOT. Reads `buffer[start, end)` and gives the position up to which it belongs to this answer. */
  read(buffer: Buffer, start: number, end: number): number {
    let at = start;
    if (this.state === "head") at = this.#readHead(buffer, start, end);
    switch (this.state) {
      case "length":
        return this.#readLength(buffer, at, end);
      case "chunk":
        return this.#readChunks(buffer, at, end);
      case "trailers":
        return this.#readTrailers(buffer, at, end);
      case "close":
        this.#keep(buffer, at, end);
        return end;
      case "head":
      case "done":
      case "failed":
        return at;
    }
  }

  /** The connection ended: for a body without a length that is its end, else the answer is cut. */
  end(): void {
    if (this.state === "close") return this.#finish();
    if (this.state === "done" || this.state === "failed") return;
    if (!this.#began && this.state === "head") return this.#fail("HF_TCP_CLOSED");
    if (this.state === "head") return this.#fail("HF_ANSWER_CUT", "in the headers");
    const of = this.state === "length" ? ` of ${this.#bodyBytes + this.#remaining}` : "";
    this.#fail(
      "HF_ANSWER_CUT",
      `status ${this.head.status}, after ${this.#bodyBytes}${of} bytes of the body`,
    );
  }

  #readHead(buffer: Buffer, start: number, end: number): number {
    const first = !this.#began && (start & 3) === 0 && buffer === this.#readBuffer?.all;
    const known = first ? this.#memo?.recall(this.#readBuffer, start, end) : undefined;
    if (known !== undefined) {
      this.head = known;
      return this.#chooseBody(buffer, start + known.text.length, end);
    }
    return this.#readNewHead(buffer, start, end, first);
  }

  #readNewHead(buffer: Buffer, start: number, end: number, first: boolean): number {
    const reader = this.#reader;
    if (!this.#began) this.#start();
    for (let at = start, isFirst = first; ; isFirst = false) {
      at = reader.read(buffer, at, end);
      if (reader.failure !== undefined) this.#adopt(reader.failure);
      if (!reader.done) return at;
      if (reader.status >= 200 || reader.status === 101) {
        this.head = reader.take(buffer);
        if (isFirst && !reader.spilled) {
          this.#memo?.keep(this.#readBuffer as ReadBuffer, start, this.head);
        }
        return this.#chooseBody(buffer, at, end);
      }
      this.#interim += 1;
      if (this.#interim > INTERIM_ANSWERS_MAX) {
        this.#fail("HF_ANSWER_INTERIM", `more than ${INTERIM_ANSWERS_MAX}`);
        return at;
      }
      reader.begin("head");
    }
  }

  /** Clears what only answers need that do not come as expected. */
  #start(): void {
    this.#began = true;
    this.#reader.begin("head");
    this.#interim = 0;
  }

  /** HOT. RFC 9112 §6.3: which of the ways to say a body's length applies. */
  #chooseBody(buffer: Buffer, at: number, end: number): number {
    const { status, contentLength, chunked, keepAlive } = this.head;
    this.keepAlive = keepAlive && status !== 101;
    if (chunked && contentLength >= 0) {
      this.#fail("HF_ANSWER_FRAMING", "both content-length and transfer-encoding");
      return at;
    }
    if (this.#bodiless || status === 204 || status === 304 || status === 101) {
      this.state = "done";
      return at;
    }
    if (contentLength > this.#bytesMax) return this.#oversized(at, contentLength);
    const stop = at + contentLength;
    if (contentLength >= 0 && stop <= end) {
      if (this.#keepBody) this.text = buffer.toString("latin1", at, stop);
      this.state = "done";
      return stop;
    }
    this.#sink.clear();
    this.#bodyBytes = 0;
    if (chunked) {
      this.#chunks.begin();
      this.state = "chunk";
    } else if (contentLength >= 0) {
      this.#remaining = contentLength;
      this.state = "length";
    } else {
      this.keepAlive = false;
      this.state = "close";
    }
    return at;
  }

  #readLength(buffer: Buffer, start: number, end: number): number {
    const stop = Math.min(end, start + this.#remaining);
    this.#remaining -= stop - start;
    this.#keep(buffer, start, stop);
    if (this.#remaining === 0) this.#finish();
    return stop;
  }

  #readChunks(buffer: Buffer, start: number, end: number): number {
    const chunks = this.#chunks;
    let at = start;
    while (at < end) {
      at = chunks.read(buffer, at, end);
      if (chunks.failure !== undefined) {
        this.#adopt(chunks.failure);
        return at;
      }
      if (chunks.last) {
        this.state = "trailers";
        this.#reader.begin("trailers");
        return this.#readTrailers(buffer, at, end);
      }
      if (chunks.available > 0) {
        const stop = Math.min(end, at + chunks.available);
        this.#keep(buffer, at, stop);
        if (this.state !== "chunk") return stop;
        chunks.taken(stop - at);
        at = stop;
      }
    }
    return at;
  }

  #readTrailers(buffer: Buffer, start: number, end: number): number {
    const reader = this.#reader;
    const at = reader.read(buffer, start, end);
    if (reader.failure !== undefined) this.#adopt(reader.failure);
    else if (reader.done) this.#finish();
    return at;
  }

  #keep(buffer: Buffer, start: number, end: number): void {
    this.#bodyBytes += end - start;
    if (this.#bodyBytes > this.#bytesMax) this.#oversized(end, this.#bodyBytes);
    else if (this.#keepBody) this.#sink.append(buffer, start, end);
  }

  #oversized(at: number, bytes: number): number {
    this.#fail("HF_ANSWER_SIZE", `${bytes} bytes or more, at most ${this.#bytesMax} are allowed`);
    return at;
  }

  #finish(): void {
    if (this.#sink.size > 0) this.bytes = this.#sink.take();
    this.state = "done";
  }

  #fail(code: FailureCode, particulars?: string): void {
    this.#adopt(new Failure(code, particulars));
  }

  #adopt(failure: Failure): void {
    this.failure = failure;
    this.state = "failed";
  }
}
