/** A message as the author gets it: text stays text and bytes stay bytes until the other is asked for. */
import { Buffer } from "node:buffer";
import type { WebSocketMessage } from "../websocket.ts";

const SHOWN_CHARS = 60;

export class Message implements WebSocketMessage {
  readonly receivedNs: number;
  readonly #data: string | Buffer;

  constructor(data: string | Buffer, receivedNs: number) {
    this.#data = data;
    this.receivedNs = receivedNs;
  }

  get isBinary(): boolean {
    return typeof this.#data !== "string";
  }

  /** Roughly what keeping it costs. */
  get size(): number {
    return this.#data.length;
  }

  text(): string {
    return typeof this.#data === "string" ? this.#data : this.#data.toString("utf8");
  }

  json<T = unknown>(): T {
    const text = this.text();
    try {
      return JSON.parse(text) as T;
    } catch {
      const shown = JSON.stringify(text.slice(0, SHOWN_CHARS));
      throw new SyntaxError(`the message is no JSON: ${shown}`);
    }
  }

  bytes(): Uint8Array {
    return typeof this.#data === "string" ? Buffer.from(this.#data, "utf8") : this.#data;
  }
}
