/**
 * Reads the head of an answer (status line and headers) or the trailers after chunks, line by line, in place. When the
 * read buffer ends in the middle, the lines so far are copied aside and reading goes on there from the same byte, so
 * that no byte is looked at twice however small the parts are.
 *
 * Only what decides the message's framing and the connection's fate is interpreted here; the rest stays text until
 * somebody asks (see head-text.ts).
 */
import { Buffer } from "node:buffer";
import { ByteSink } from "./byte-sink.ts";
import { Failure, type FailureCode } from "./failures.ts";
import type { Head } from "./head.ts";
import { HEAD_BYTES_MAX, HEADERS_MAX } from "./limits.ts";
import { COLON, CONTROL, CR, LF, NINE, SPACE, TAB, TOKEN, ZERO } from "./octets.ts";

/** Fifteen decimal digits: still exact as a number. */
const LENGTH_DIGITS_MAX = 15;

export class HeadReader {
  done = false;
  failure: Failure | undefined;
  /** True when the head came in more than one part. */
  spilled = false;

  // What has been read so far; see Head.
  #status = 0;
  #contentLength = -1;
  #chunked = false;
  #keepAlive = true;
  #keepAliveSeconds: number = Number.POSITIVE_INFINITY;
  #keepAliveRequests: number = Number.POSITIVE_INFINITY;
  #hasContentEncoding = false;
  #hasCookies = false;

  readonly #held = new ByteSink();
  #kind: "head" | "trailers" = "head";
  /** Positions in whichever buffer is being read. */
  #origin = 0;
  #line = 0;
  #scan = 0;
  #end = 0;
  #lines = 0;
  /** The header before was one that a folded line must not extend. */
  #unfoldable = true;

  begin(kind: "head" | "trailers"): void {
    this.done = false;
    this.failure = undefined;
    this.spilled = false;
    this.#kind = kind;
    this.#held.clear();
    this.#lines = 0;
    this.#unfoldable = true;
    if (kind === "trailers") return;
    this.#status = 0;
    this.#contentLength = -1;
    this.#chunked = false;
    this.#keepAlive = true;
    this.#keepAliveSeconds = Number.POSITIVE_INFINITY;
    this.#keepAliveRequests = Number.POSITIVE_INFINITY;
    this.#hasContentEncoding = false;
    this.#hasCookies = false;
  }

  /** True once a byte has come. */
  get began(): boolean {
    return this.done || this.#held.size > 0;
  }

  /** Reads `buffer[start, end)`; gives the position after the empty line, or `end` when more is needed. */
  read(buffer: Buffer, start: number, end: number): number {
    const held = this.#held;
    if (held.size === 0) {
      this.#origin = this.#line = this.#scan = start;
      this.#readLines(buffer, end);
      if (this.done) return this.#end;
      this.#origin = 0;
      this.#line -= start;
      this.#scan -= start;
      held.append(buffer, start, end);
      return end;
    }
    const before = held.size;
    held.append(buffer, start, end);
    this.#readLines(held.peek(), held.size);
    if (!this.done) return end;
    this.spilled = true;
    return start + (this.#end - before);
  }

  get status(): number {
    return this.#status;
  }

  /** The head that is done. `buffer` is the one last given to `read`. */
  take(buffer: Buffer): Head {
    const source = this.spilled ? this.#held.peek() : buffer;
    return {
      status: this.#status,
      text: source.toString("latin1", this.#origin, this.#end),
      contentLength: this.#contentLength,
      chunked: this.#chunked,
      keepAlive: this.#keepAlive,
      keepAliveSeconds: this.#keepAliveSeconds,
      keepAliveRequests: this.#keepAliveRequests,
      hasContentEncoding: this.#hasContentEncoding,
      hasCookies: this.#hasCookies,
    };
  }

  #readLines(buffer: Buffer, end: number): void {
    const limit = this.#origin + HEAD_BYTES_MAX;
    let at = this.#scan;
    while (!this.done && this.failure === undefined) {
      while (at < end && CONTROL[buffer[at] as number] === 0) at += 1;
      this.#scan = at;
      if (at >= limit) return this.#fail("HF_ANSWER_HEAD_SIZE", `over ${HEAD_BYTES_MAX} bytes`);
      if (at === end) return;
      if (buffer[at] !== CR) return this.#failControl(buffer[at] as number);
      if (at + 1 === end) return;
      if (buffer[at + 1] !== LF) return this.#failControl(CR);
      const start = this.#line;
      this.#line = at + 2;
      if (at === start) this.#readEmptyLine();
      else this.#readLine(buffer, start, at);
      at += 2;
    }
  }

  #readEmptyLine(): void {
    if (this.#kind === "head" && this.#lines === 0) {
      return this.#fail("HF_ANSWER_STATUS_LINE", "an empty line");
    }
    this.done = true;
    this.#end = this.#line;
  }

  #readLine(buffer: Buffer, start: number, end: number): void {
    this.#lines += 1;
    if (this.#lines > HEADERS_MAX + 1) {
      return this.#fail("HF_ANSWER_HEAD_SIZE", `more than ${HEADERS_MAX} headers`);
    }
    if (this.#lines === 1 && this.#kind === "head") return this.#readStatusLine(buffer, start, end);
    const first = buffer[start];
    if (first === SPACE || first === TAB) return this.#unfold(buffer, start);
    let colon = start;
    while (TOKEN[buffer[colon] as number] === 1) colon += 1;
    if (buffer[colon] !== COLON || colon === start) {
      return this.#fail("HF_ANSWER_HEADER", `no name before a colon: ${shown(buffer, start, end)}`);
    }
    this.#unfoldable = false;
    if (this.#kind === "head") this.#readHeader(buffer, start, colon, end);
  }

  /** `HTTP/1.1 200 OK`; the reason, and the space before it, may be missing. */
  #readStatusLine(buffer: Buffer, start: number, end: number): void {
    const minor = (buffer[start + 7] as number) - ZERO;
    const known =
      end - start >= 12 &&
      isVersion(buffer, start) &&
      (minor === 0 || minor === 1) &&
      buffer[start + 8] === SPACE;
    const status = known ? decimal(buffer, start + 9, start + 12) : -1;
    if (status < 100 || (end - start > 12 && buffer[start + 12] !== SPACE)) {
      return this.#fail("HF_ANSWER_STATUS_LINE", shown(buffer, start, end));
    }
    this.#status = status;
    this.#keepAlive = minor === 1;
  }

  /** RFC 9112 §5.2: a folded line is read as if its line break were spaces. */
  #unfold(buffer: Buffer, start: number): void {
    if (this.#unfoldable) {
      return this.#fail("HF_ANSWER_HEADER", "a folded line where none may be");
    }
    buffer[start - 2] = SPACE;
    buffer[start - 1] = SPACE;
  }

  /** The lengths of the names tell most headers from the few that matter here. */
  #readHeader(buffer: Buffer, start: number, colon: number, end: number): void {
    switch (colon - start) {
      case 10:
        if (startsWith(buffer, start, CONNECTION)) this.#readConnection(buffer, colon + 1, end);
        else if (startsWith(buffer, start, KEEP_ALIVE)) this.#readKeepAlive(buffer, colon + 1, end);
        else if (startsWith(buffer, start, SET_COOKIE)) this.#hasCookies = true;
        return;
      case 14:
        if (startsWith(buffer, start, CONTENT_LENGTH)) this.#readLength(buffer, colon + 1, end);
        return;
      case 16:
        if (startsWith(buffer, start, CONTENT_ENCODING)) this.#hasContentEncoding = true;
        return;
      case 17:
        if (startsWith(buffer, start, TRANSFER_ENCODING)) this.#readCoding(buffer, colon + 1, end);
        return;
      default:
    }
  }

  #readLength(buffer: Buffer, valueStart: number, valueEnd: number): void {
    this.#unfoldable = true;
    const start = skipSpace(buffer, valueStart, valueEnd);
    const end = trimSpace(buffer, start, valueEnd);
    const length = end - start > LENGTH_DIGITS_MAX ? -1 : decimal(buffer, start, end);
    if (length < 0) {
      this.#fail("HF_ANSWER_FRAMING", `content-length ${shown(buffer, start, end)}`);
    } else if (this.#contentLength >= 0) {
      this.#fail("HF_ANSWER_FRAMING", "content-length twice");
    } else {
      this.#contentLength = length;
    }
  }

  #readCoding(buffer: Buffer, valueStart: number, valueEnd: number): void {
    this.#unfoldable = true;
    const coding = buffer.toString("latin1", valueStart, valueEnd).trim().toLowerCase();
    if (coding !== "chunked") {
      this.#fail("HF_ANSWER_FRAMING", `transfer-encoding "${coding.slice(0, SHOWN_BYTES)}"`);
    } else if (this.#chunked) {
      this.#fail("HF_ANSWER_FRAMING", "transfer-encoding twice");
    } else {
      this.#chunked = true;
    }
  }

  #readConnection(buffer: Buffer, valueStart: number, end: number): void {
    this.#unfoldable = true;
    const start = skipSpace(buffer, valueStart, end);
    if (end - start === KEEP_ALIVE.length && startsWith(buffer, start, KEEP_ALIVE)) {
      this.#keepAlive = true;
      return;
    }
    const options = buffer.toString("latin1", start, end).toLowerCase().split(",");
    for (const option of options) {
      if (option.trim() === "close") this.#keepAlive = false;
      else if (option.trim() === "keep-alive") this.#keepAlive = true;
    }
  }

  /** `timeout=5, max=100`. What cannot be read is no promise. */
  #readKeepAlive(buffer: Buffer, valueStart: number, end: number): void {
    const start = skipSpace(buffer, valueStart, end);
    if (startsWith(buffer, start, TIMEOUT) && end - start <= 17) {
      const seconds = decimal(buffer, start + TIMEOUT.length, end);
      if (seconds >= 0) {
        this.#keepAliveSeconds = seconds;
        return;
      }
    }
    for (const part of buffer.toString("latin1", start, end).split(",")) {
      const match = /^\s*(timeout|max)\s*=\s*(\d{1,9})\s*$/i.exec(part);
      if (match?.[1]?.toLowerCase() === "timeout") this.#keepAliveSeconds = Number(match[2]);
      else if (match !== null) this.#keepAliveRequests = Number(match[2]);
    }
  }

  #failControl(byte: number): void {
    const hex = byte.toString(16).padStart(2, "0");
    const what =
      byte === LF ? "a bare line feed" : byte === CR ? "a bare CR" : `control byte 0x${hex}`;
    const code = this.#lines === 0 && this.#kind === "head" ? "HF_ANSWER_STATUS_LINE" : undefined;
    this.#fail(code ?? "HF_ANSWER_HEADER", what);
  }

  #fail(code: FailureCode, particulars: string): void {
    this.failure = new Failure(code, particulars);
  }
}

const VERSION = Buffer.from("HTTP/1.");
const CONNECTION = Buffer.from("connection");
const KEEP_ALIVE = Buffer.from("keep-alive");
const SET_COOKIE = Buffer.from("set-cookie");
const CONTENT_LENGTH = Buffer.from("content-length");
const CONTENT_ENCODING = Buffer.from("content-encoding");
const TRANSFER_ENCODING = Buffer.from("transfer-encoding");
const TIMEOUT = Buffer.from("timeout=");
/** How much of a wrong line a message shows. */
const SHOWN_BYTES = 60;

/** The one word of an answer that has a case. */
function isVersion(buffer: Buffer, start: number): boolean {
  for (let i = 0; i < VERSION.length; i++) if (buffer[start + i] !== VERSION[i]) return false;
  return true;
}

/** Compares without case: no control byte gets here, so setting bit 5 maps only letters, and only to letters. */
function startsWith(buffer: Buffer, start: number, lower: Uint8Array): boolean {
  for (let i = 0; i < lower.length; i++) {
    if (((buffer[start + i] as number) | 0x20) !== lower[i]) return false;
  }
  return true;
}

/** The number that the bytes spell, or -1 when they are not all digits or none at all. */
function decimal(buffer: Buffer, start: number, end: number): number {
  if (start >= end) return -1;
  let value = 0;
  for (let at = start; at < end; at++) {
    const byte = buffer[at] as number;
    if (byte < ZERO || byte > NINE) return -1;
    value = value * 10 + (byte - ZERO);
  }
  return value;
}

function skipSpace(buffer: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && (buffer[at] === SPACE || buffer[at] === TAB)) at += 1;
  return at;
}

function trimSpace(buffer: Buffer, start: number, end: number): number {
  let at = end;
  while (at > start && (buffer[at - 1] === SPACE || buffer[at - 1] === TAB)) at -= 1;
  return at;
}

function shown(buffer: Buffer, start: number, end: number): string {
  return JSON.stringify(buffer.toString("latin1", start, Math.min(end, start + SHOWN_BYTES)));
}
