/**
 * Sends a body that is not part of the head's text: bytes in one write, a stream part by part, no faster than the
 * socket takes it. Says once that all was handed to the kernel, or that the author's stream threw.
 */
import { Buffer } from "node:buffer";
import { once } from "node:events";
import type { Socket } from "node:net";
import type { Exchange } from "./exchange.ts";
import { misuse } from "./misuse.ts";

const CRLF = Buffer.from("\r\n");
const LAST_CHUNK = Buffer.from("0\r\n\r\n");

export class BodyWriter {
  readonly #socket: Socket;
  readonly #exchange: Exchange;
  readonly #onSent: () => void;
  readonly #onThrown: (thrown: unknown) => void;
  readonly #stop = new AbortController();
  #state: "sending" | "sent" | "stopped" = "sending";

  constructor(
    socket: Socket,
    exchange: Exchange,
    onSent: () => void,
    onThrown: (thrown: unknown) => void,
  ) {
    this.#socket = socket;
    this.#exchange = exchange;
    this.#onSent = onSent;
    this.#onThrown = onThrown;
    const { source } = exchange.extra;
    if (source instanceof Uint8Array) this.#writeAll(source);
    else void this.#pump(source as AsyncIterable<Uint8Array>);
  }

  get isSent(): boolean {
    return this.#state === "sent";
  }

  /** The rest is not wanted. The author's stream is closed at its next part. */
  stop(): void {
    if (this.#state !== "sending") return;
    this.#state = "stopped";
    this.#stop.abort();
  }

  #writeAll(bytes: Uint8Array): void {
    this.#exchange.bytesSent += bytes.byteLength;
    this.#socket.write(bytes, (error) => {
      if (error === undefined || error === null) this.#sent();
    });
  }

  async #pump(source: AsyncIterable<Uint8Array>): Promise<void> {
    const chunked = this.#exchange.extra.sourceBytes < 0;
    try {
      for await (const part of source) {
        if (this.#state !== "sending") return;
        if (!(part instanceof Uint8Array)) {
          throw misuse(this.#exchange.route.url, "a part of the body", "a Uint8Array", part);
        }
        if (part.byteLength > 0 && !this.#write(part, chunked)) {
          await once(this.#socket, "drain", { signal: this.#stop.signal });
        }
      }
    } catch (thrown) {
      if (this.#state === "sending") this.#onThrown(thrown);
      return;
    }
    if (this.#state !== "sending") return;
    if (!chunked) return this.#sent();
    this.#exchange.bytesSent += LAST_CHUNK.length;
    this.#socket.write(LAST_CHUNK, () => this.#sent());
  }

  /** False when the socket wants a pause. */
  #write(part: Uint8Array, chunked: boolean): boolean {
    this.#exchange.bytesSent += part.byteLength;
    if (!chunked) return this.#socket.write(part);
    const size = `${part.byteLength.toString(16)}\r\n`;
    this.#exchange.bytesSent += size.length + CRLF.length;
    this.#socket.cork();
    this.#socket.write(size, "latin1");
    this.#socket.write(part);
    const more = this.#socket.write(CRLF);
    this.#socket.uncork();
    return more;
  }

  #sent(): void {
    if (this.#state !== "sending") return;
    this.#state = "sent";
    this.#onSent();
  }
}
