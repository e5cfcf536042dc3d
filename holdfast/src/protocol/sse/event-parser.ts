/**
 * Takes the bytes of a stream apart into events (HTML standard, "Parsing an event stream"): lines of `field: value`, an
 * empty line after each event. Lines end in CR LF, LF or CR; a line is put together as bytes and read as UTF-8 only when
 * it is whole, so a character may be cut anywhere.
 */
import type { Buffer } from "node:buffer";
import { ByteSink } from "../http1/byte-sink.ts";
import { Failure } from "../http1/failures.ts";
import { CR, LF } from "../http1/octets.ts";

export interface ParsedEvent {
  readonly type: string;
  readonly data: string;
  readonly id: string;
}

export class EventParser {
  failure: Failure | undefined;
  /** Of the last event that was whole; "" before. */
  lastEventId = "";
  /** How long to wait before asking again, where the server has said so. */
  retryMs: number | undefined;
  readonly #bytesMax: number;
  readonly #line = new ByteSink();
  /** A CR was the last byte: a LF that follows is part of it. */
  #afterCr = false;
  #isFirstLine = true;
  #type = "";
  #data: string[] = [];
  #dataBytes = 0;
  #id: string;

  constructor(bytesMax: number, lastEventId: string) {
    this.#bytesMax = bytesMax;
    this.lastEventId = lastEventId;
    this.#id = lastEventId;
  }

  /** HOT. */
  read(buffer: Buffer, start: number, end: number, take: (event: ParsedEvent) => void): void {
    let from = start;
    if (this.#afterCr && from < end) {
      this.#afterCr = false;
      if (buffer[from] === LF) from += 1;
    }
    for (let at = from; at < end && this.failure === undefined; at++) {
      const byte = buffer[at];
      if (byte !== LF && byte !== CR) continue;
      this.#endLine(buffer, from, at, take);
      if (byte === CR && at + 1 === end) this.#afterCr = true;
      if (byte === CR && at + 1 < end && buffer[at + 1] === LF) at += 1;
      from = at + 1;
    }
    if (from < end) this.#line.append(buffer, from, end);
    if (this.#line.size + this.#dataBytes > this.#bytesMax) {
      this.failure = new Failure("HF_SSE_SIZE", `over ${this.#bytesMax} bytes`);
    }
  }

  #endLine(buffer: Buffer, from: number, end: number, take: (event: ParsedEvent) => void): void {
    const held = this.#line;
    let line: string;
    if (held.size === 0) {
      line = buffer.toString("utf8", from, end);
    } else {
      held.append(buffer, from, end);
      line = held.peek().toString("utf8", 0, held.size);
      held.clear();
    }
    if (this.#isFirstLine && line.startsWith("\ufeff")) line = line.slice(1);
    this.#isFirstLine = false;
    if (line === "") this.#endEvent(take);
    else this.#readField(line);
  }

  /** A line that begins with a colon has a field without a name: a comment, as any unknown field is. */
  #readField(line: string): void {
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const from = line.charCodeAt(colon + 1) === SPACE ? colon + 2 : colon + 1;
    const value = colon < 0 ? "" : line.slice(from);
    if (field === "data") {
      this.#data.push(value);
      this.#dataBytes += value.length + 1;
    } else if (field === "event") this.#type = value;
    else if (field === "id" && !value.includes("\0")) this.#id = value;
    else if (field === "retry" && /^\d{1,15}$/.test(value)) this.retryMs = Number(value);
  }

  /** An event without data is none, but its id counts. */
  #endEvent(take: (event: ParsedEvent) => void): void {
    this.lastEventId = this.#id;
    const [type, data] = [this.#type, this.#data];
    this.#type = "";
    this.#data = [];
    this.#dataBytes = 0;
    if (data.length === 0) return;
    take({ type: type === "" ? "message" : type, data: data.join("\n"), id: this.#id });
  }
}

const SPACE = 0x20;
