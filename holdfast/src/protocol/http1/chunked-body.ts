/**
 * The framing of a chunked body (RFC 9112 §7.1), byte by byte: says how many bytes of data come next and when the last
 * chunk has been announced. The data itself is the parser's.
 *
 *   size ─digit→ size ─;→ extension ─CR→ size-lf ─LF→ data (last chunk: the end)
 *   data ─#available bytes→ data-cr ─CR→ data-lf ─LF→ size
 */
import { Failure } from "./failures.ts";
import { CHUNK_EXTENSION_BYTES_MAX } from "./limits.ts";
import { CONTROL, CR, HEX_VALUE, LF, SEMICOLON, SPACE, TAB } from "./octets.ts";

type State = "size" | "space" | "extension" | "size-lf" | "data" | "data-cr" | "data-lf" | "end";

/** Twelve hexadecimal digits: 2^48 bytes, still exact as a number. */
const DIGITS_MAX = 12;

export class ChunkedBody {
  failure: Failure | undefined;
  /** Bytes of data still to come in the current chunk. */
  available = 0;
  #state: State = "size";
  #size = 0;
  #digits = 0;
  #extensionBytes = 0;

  begin(): void {
    this.failure = undefined;
    this.available = 0;
    this.#startSize();
  }

  /** True once the chunk of size 0 has been announced; trailers follow. */
  get last(): boolean {
    return this.#state === "end";
  }

  /** Reads framing from `start` on; stops where data begins, at the last chunk, and at `end`. */
  read(buffer: Buffer, start: number, end: number): number {
    for (let at = start; at < end; at++) {
      if (this.#state === "data") return at;
      this.#take(buffer[at] as number);
      if (this.#state === "end" || this.failure !== undefined) return at + 1;
    }
    return end;
  }

  /** The parser has used so many bytes of data. */
  taken(bytes: number): void {
    this.available -= bytes;
    if (this.available === 0) this.#state = "data-cr";
  }

  #take(byte: number): void {
    switch (this.#state) {
      case "size":
        return this.#takeDigit(byte);
      case "space":
      case "extension":
        return this.#takeExtension(byte);
      case "size-lf":
        if (byte !== LF) return this.#fail(`a size line ends in CR and ${show(byte)}`);
        this.available = this.#size;
        this.#state = this.#size === 0 ? "end" : "data";
        return;
      case "data-cr":
        if (byte !== CR) return this.#fail(`data longer than announced, or no CR: ${show(byte)}`);
        this.#state = "data-lf";
        return;
      case "data-lf":
        if (byte !== LF) return this.#fail(`data ends in CR and ${show(byte)}`);
        return this.#startSize();
      case "data":
      case "end":
    }
  }

  #takeDigit(byte: number): void {
    const value = HEX_VALUE[byte] as number;
    if (value < 16) {
      this.#digits += 1;
      if (this.#digits > DIGITS_MAX) return this.#fail(`a size of more than ${DIGITS_MAX} digits`);
      this.#size = this.#size * 16 + value;
      return;
    }
    if (this.#digits === 0) return this.#fail(`a size that begins with ${show(byte)}`);
    if (byte === CR) this.#state = "size-lf";
    else if (byte === SEMICOLON) this.#state = "extension";
    else if (byte === SPACE || byte === TAB) this.#state = "space";
    else this.#fail(`${show(byte)} in a size`);
  }

  /** White space after the size is allowed only before an extension; extensions are skipped. */
  #takeExtension(byte: number): void {
    this.#extensionBytes += 1;
    if (this.#extensionBytes > CHUNK_EXTENSION_BYTES_MAX) {
      this.#fail(`an extension of more than ${CHUNK_EXTENSION_BYTES_MAX} bytes`);
    } else if (this.#state === "space") {
      if (byte === SEMICOLON) this.#state = "extension";
      else if (byte !== SPACE && byte !== TAB) this.#fail(`${show(byte)} in a size`);
    } else if (byte === CR) {
      this.#state = "size-lf";
    } else if (CONTROL[byte] === 1) {
      this.#fail(`${show(byte)} in an extension`);
    }
  }

  #startSize(): void {
    this.#state = "size";
    this.#size = 0;
    this.#digits = 0;
    this.#extensionBytes = 0;
  }

  #fail(particulars: string): void {
    this.failure = new Failure("HF_ANSWER_CHUNK", particulars);
  }
}

/** A byte as a message shows it. */
function show(byte: number): string {
  return byte > 0x20 && byte < 0x7f
    ? `"${String.fromCharCode(byte)}"`
    : `byte 0x${byte.toString(16).padStart(2, "0")}`;
}
