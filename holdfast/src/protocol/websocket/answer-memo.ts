/**
 * The last answer that a handshake was accepted with. A server says the same to all of its clients but for the proof
 * that belongs to the key; so what the next one will hear is known byte for byte, and to read it is to see that it is
 * so. Taking the headers apart costs ten times as much. Equal bytes have equal meaning, so nothing is guessed.
 */
import { Buffer } from "node:buffer";
import type { Head } from "../http1/head.ts";
import type { Agreement } from "./handshake.ts";
import { ANSWER_MEMO_BYTES_MAX } from "./limits.ts";

export class AnswerMemo {
  #agreement: Agreement | undefined;
  /** The lines of the request that the answer has to fit. */
  #offer = "";
  #before: Buffer = Buffer.alloc(0);
  #after: Buffer = Buffer.alloc(0);

  /** HOT. How many bytes the answer has when `buffer[0, end)` begins with it and it proves `accept`; 0 otherwise. */
  match(buffer: Buffer, end: number, offer: string, accept: string): number {
    const before = this.#before.length;
    const after = before + accept.length;
    const size = after + this.#after.length;
    if (this.#agreement === undefined || size > end || offer !== this.#offer) return 0;
    for (let i = 0; i < accept.length; i++) {
      if (buffer[before + i] !== accept.charCodeAt(i)) return 0;
    }
    return standsAt(buffer, 0, this.#before) && standsAt(buffer, after, this.#after) ? size : 0;
  }

  /** What an answer that matches comes to. */
  get agreement(): Agreement | undefined {
    return this.#agreement;
  }

  /** `agreement`: what this head comes to. */
  keep(head: Head, offer: string, accept: string, agreement: Agreement): void {
    const { text, hasCookies } = head;
    // Cookies are for each client to keep.
    if (hasCookies || text.length > ANSWER_MEMO_BYTES_MAX) return;
    const at = text.indexOf(accept);
    this.#agreement = agreement;
    this.#offer = offer;
    this.#before = Buffer.from(text.slice(0, at), "latin1");
    this.#after = Buffer.from(text.slice(at + accept.length), "latin1");
  }
}

function standsAt(buffer: Buffer, at: number, bytes: Buffer): boolean {
  for (let i = 0; i < bytes.length; i++) if (buffer[at + i] !== bytes[i]) return false;
  return true;
}
