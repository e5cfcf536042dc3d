/**
 * One request and its answer on a connection. Both directions end apart from each other:
 *
 *   state of the answer      event                                next
 *   awaited                  interim head (1xx)                   awaited
 *   awaited                  head, more to come                   body
 *   awaited, body            END_STREAM                           whole: the exchange is settled
 *   awaited, body            RST_STREAM, GOAWAY, malformed        failed: the exchange is settled
 *
 * What is not sent of the request when its answer is whole is not wanted any more.
 */
import { Buffer } from "node:buffer";
import { ByteSink } from "../http1/byte-sink.ts";
import type { Exchange } from "../http1/exchange.ts";
import { Failure } from "../http1/failures.ts";
import { type Head, NO_HEAD } from "../http1/head.ts";
import { INTERIM_ANSWERS_MAX } from "../http1/limits.ts";
import { STREAM_WINDOW_BYTES } from "./limits.ts";

/** A body up to here that came in one frame is kept as text, which is what most are read as. */
const TEXT_BYTES_MAX = 65_536;

export class Stream {
  readonly id: number;
  readonly exchange: Exchange;
  /** When the next part of the answer must be there. */
  deadlineNs: number = Number.POSITIVE_INFINITY;
  /** How much the server lets us send. May be below zero, when it has changed its mind. */
  sendWindow: number;
  /** How much we let the server send. */
  receiveWindow: number = STREAM_WINDOW_BYTES;
  /** Of the request's body: what waits for the window. */
  pending: Uint8Array | undefined = undefined;
  /** Nothing more of the request follows after `pending`. */
  isLast: boolean;
  /** The request is with the connection, all of it. */
  isSent = false;
  /** Called once `pending` is gone, by whoever has more. */
  onDrained: (() => void) | undefined = undefined;
  isOver = false;

  head: Head = NO_HEAD;
  #interim = 0;
  #text = "";
  #sink: ByteSink | undefined;
  #bodyBytes = 0;

  constructor(id: number, exchange: Exchange, sendWindow: number, isLast: boolean) {
    this.id = id;
    this.isLast = isLast;
    this.exchange = exchange;
    this.sendWindow = sendWindow;
  }

  /** Takes the head of the answer, or an interim one; a failure where it makes no sense. */
  takeHead(head: Head, endStream: boolean): Failure | undefined {
    if (head.status === 101) return new Failure("HF_ANSWER_STATUS_LINE", "101 in HTTP/2");
    if (head.status >= 200) {
      this.head = head;
      return undefined;
    }
    if (endStream) return new Failure("HF_ANSWER_CUT", `after an interim ${head.status}`);
    this.#interim += 1;
    return this.#interim > INTERIM_ANSWERS_MAX
      ? new Failure("HF_ANSWER_INTERIM", `more than ${INTERIM_ANSWERS_MAX}`)
      : undefined;
  }

  /** HOT. Takes a part of the body; a failure where there must be none, or it is too much. */
  takeData(from: Buffer, start: number, end: number): Failure | undefined {
    const { route } = this.exchange;
    this.#bodyBytes += end - start;
    if (this.#bodyBytes > route.responseBytesMax) {
      return new Failure(
        "HF_ANSWER_SIZE",
        `${this.#bodyBytes} bytes or more, at most ${route.responseBytesMax} are allowed`,
      );
    }
    if (end === start || !route.keepBody) return undefined;
    if (this.#bodyBytes === end - start && this.#bodyBytes <= TEXT_BYTES_MAX) {
      this.#text = from.toString("latin1", start, end);
      return undefined;
    }
    this.#gather().append(from, start, end);
    return undefined;
  }

  /** The answer is whole: hands it to the exchange; a failure where its length is not what was announced. */
  finish(): Failure | undefined {
    const { exchange, head } = this;
    const { contentLength, status } = head;
    const bodiless = exchange.route.method === "HEAD" || status === 304;
    if (status === 0) return new Failure("HF_ANSWER_CUT", "before its head");
    if (bodiless ? this.#bodyBytes > 0 : contentLength >= 0 && contentLength !== this.#bodyBytes) {
      const said = bodiless ? "no body" : `content-length ${contentLength}`;
      return new Failure("HF_ANSWER_FRAMING", `${said}, and ${this.#bodyBytes} bytes came`);
    }
    exchange.head = head;
    exchange.text = this.#text;
    exchange.bytes = this.#sink?.take();
    return undefined;
  }

  /** Several parts become bytes. */
  #gather(): ByteSink {
    if (this.#sink !== undefined) return this.#sink;
    const sink = new ByteSink();
    this.#sink = sink;
    if (this.#text !== "") {
      const first = Buffer.from(this.#text, "latin1");
      sink.append(first, 0, first.length);
      this.#text = "";
    }
    return sink;
  }
}
