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
import { HeadReader } from "./head-reader.ts";
import { INTERIM_ANSWERS_MAX } from "./limits.ts";

export type ParserState = "head" | "length" | "chunk" | "trailers" | "close" | "done" | "failed";

export class ResponseParser {
  state: ParserState = "head";
  failure: Failure | undefined;
  /**
   * The final head as latin1; when the body came whole in the same read, it follows at `bodyStart` and `body` is
   * undefined.
   */
  text = "";
  bodyStart = 0;
  /** The body, unless it is in `text` or was not to be kept. */
  body: Buffer | undefined;
  readonly head: HeadReader = new HeadReader();

  readonly #chunks = new ChunkedBody();
  readonly #sink = new ByteSink();
  #bodiless = false;
  #keepBody = true;
  #bytesMax = 0;
  #remaining = 0;
  #bodyBytes = 0;
  #interim = 0;

  /** `bodiless`: the answer to a HEAD. `bytesMax`: a longer body is a failure. */
  begin(bodiless: boolean, keepBody: boolean, bytesMax: number): void {
    this.state = "head";
    this.failure = undefined;
    this.text = "";
    this.bodyStart = 0;
    this.body = undefined;
    this.head.begin("head");
    this.#sink.clear();
    this.#bodiless = bodiless;
    this.#keepBody = keepBody;
    this.#bytesMax = bytesMax;
    this.#remaining = 0;
    this.#bodyBytes = 0;
    this.#interim = 0;
  }

  /** True once a byte of the final answer's head has come. */
  get began(): boolean {
    return this.state !== "head" || this.head.began || this.#interim > 0;
  }

  /** True once the final status is known, even if the body never comes. */
  get headDone(): boolean {
    return this.text !== "";
  }

  /** Reads `buffer[start, end)` and gives the position up to which it belongs to this answer. */
  read(buffer: Buffer, start: number, end: number): number {
    let at = start;
    if (this.state === "head") at = this.#readHead(buffer, at, end);
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
    if (!this.began) return this.#fail("HF_TCP_CLOSED");
    if (!this.headDone) return this.#fail("HF_ANSWER_CUT", "in the headers");
    const of = this.state === "length" ? ` of ${this.#bodyBytes + this.#remaining}` : "";
    this.#fail(
      "HF_ANSWER_CUT",
      `status ${this.head.status}, after ${this.#bodyBytes}${of} bytes of the body`,
    );
  }

  #readHead(buffer: Buffer, start: number, end: number): number {
    const { head } = this;
    let at = start;
    for (;;) {
      at = head.read(buffer, at, end);
      if (head.failure !== undefined) {
        this.#adopt(head.failure);
        return at;
      }
      if (!head.done) return at;
      if (head.status >= 200 || head.status === 101) break;
      this.#interim += 1;
      if (this.#interim > INTERIM_ANSWERS_MAX) {
        this.#fail("HF_ANSWER_INTERIM", `more than ${INTERIM_ANSWERS_MAX}`);
        return at;
      }
      head.begin("head");
    }
    return this.#chooseBody(buffer, at, end);
  }

  /** RFC 9112 §6.3: which of the ways to say a body's length applies. */
  #chooseBody(buffer: Buffer, at: number, end: number): number {
    const { head } = this;
    const { status, contentLength } = head;
    if (head.chunked && contentLength >= 0) {
      this.#headText(head.text(buffer));
      this.#fail("HF_ANSWER_FRAMING", "both content-length and transfer-encoding");
      return at;
    }
    if (this.#bodiless || status === 204 || status === 304 || status === 101) {
      this.#headText(head.text(buffer));
      if (status === 101) head.keepAlive = false;
      this.#finish();
      return at;
    }
    if (contentLength >= 0 && !head.spilled && at + contentLength <= end) {
      if (contentLength > this.#bytesMax) return this.#oversized(at, contentLength);
      const kept = this.#keepBody ? contentLength : 0;
      this.text = head.textWithBody(buffer, kept);
      this.bodyStart = this.text.length - kept;
      this.state = "done";
      return at + contentLength;
    }
    this.#headText(head.text(buffer));
    if (head.chunked) {
      this.#chunks.begin();
      this.state = "chunk";
    } else if (contentLength >= 0) {
      if (contentLength > this.#bytesMax) return this.#oversized(at, contentLength);
      this.#remaining = contentLength;
      this.state = "length";
    } else {
      head.keepAlive = false;
      this.state = "close";
    }
    return at;
  }

  #headText(text: string): void {
    this.text = text;
    this.bodyStart = text.length;
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
        this.head.begin("trailers");
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
    const at = this.head.read(buffer, start, end);
    if (this.head.failure !== undefined) this.#adopt(this.head.failure);
    else if (this.head.done) this.#finish();
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
    if (this.#sink.size > 0) this.body = this.#sink.take();
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
