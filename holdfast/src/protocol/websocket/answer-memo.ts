/**
 * The last answer that a handshake was accepted with. A server says the same to all of its clients but for the proof
 * that belongs to the key; so what the next one will hear is known byte for byte, and to read it is to see that it is
 * so. Taking the headers apart costs ten times as much. Equal bytes have equal meaning, so nothing is guessed.
 */
import type { Buffer } from "node:buffer";
import type { Head } from "../http1/head.ts";
import type { Agreement } from "./handshake.ts";
import { ANSWER_MEMO_BYTES_MAX } from "./limits.ts";

export class AnswerMemo {
  #agreement: Agreement | undefined;
  /** The lines of the request that the answer has to fit. */
  #offer = "";
  #before = "";
  #after = "";

  /** HOT. How many bytes the answer has when `buffer[0, end)` begins with it and it proves `accept`; 0 otherwise. */
  match(buffer: Buffer, end: number, offer: string, accept: string): number {
    const size = this.#before.length + accept.length + this.#after.length;
    if (this.#agreement === undefined || size > end || offer !== this.#offer) return 0;
    const expected = this.#before + accept + this.#after;
    return buffer.toString("latin1", 0, size) === expected ? size : 0;
  }

  /** What an answer that matches comes to. */
  get agreement(): Agreement | undefined {
    return this.#agreement;
  }

  /** `agreement`: what this head comes to. */
  keep(head: Head, offer: string, accept: string, agreement: Agreement): void {
    const { text, hasCookies } = head;
    const at = text.indexOf(accept);
    // Cookies are to be kept by each client, and a proof that stands there twice is not one value among fixed ones.
    if (hasCookies || text.length > ANSWER_MEMO_BYTES_MAX || at !== text.lastIndexOf(accept)) return;
    this.#agreement = agreement;
    this.#offer = offer;
    this.#before = text.slice(0, at);
    this.#after = text.slice(at + accept.length);
  }
}
