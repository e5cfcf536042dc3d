/**
 * Puts the head of an answer together, line by line, and notes what is wrong with it (RFC 9113 §8.2, §8.3). What comes
 * out is the text of an HTTP/1.1 head, in which no value can pretend to be a line of its own.
 */
import { Failure, type FailureCode } from "../http1/failures.ts";
import type { Head } from "../http1/head.ts";
import { HEAD_BYTES_MAX, HEADERS_MAX } from "../http1/limits.ts";
import { CONTROL } from "../http1/octets.ts";
import { ENTRY_BYTES } from "./dynamic-table.ts";

const STATUS = /^[1-9][0-9]{2}$/;
const NAME = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;
const CONTENT_LENGTH = /^[0-9]{1,15}$/;
const COLON = 0x3a;
/** They speak of one connection, which HTTP/2 does by other means. */
const FORBIDDEN: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
]);

export class HeadLines {
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

function hasControl(value: string): boolean {
  for (let i = 0; i < value.length; i++) if (CONTROL[value.charCodeAt(i)] === 1) return true;
  return false;
}
