/** An event as the author gets it. */
import type { ServerEvent } from "../sse.ts";
import type { ParsedEvent } from "./event-parser.ts";

const SHOWN_CHARS = 60;

export class Event implements ServerEvent {
  readonly type: string;
  readonly id: string;
  readonly receivedNs: number;
  readonly #data: string;

  constructor({ type, data, id }: ParsedEvent, receivedNs: number) {
    this.type = type;
    this.id = id;
    this.receivedNs = receivedNs;
    this.#data = data;
  }

  /** Roughly what keeping it costs. */
  get size(): number {
    return this.#data.length;
  }

  text(): string {
    return this.#data;
  }

  json<T = unknown>(): T {
    try {
      return JSON.parse(this.#data) as T;
    } catch {
      const shown = JSON.stringify(this.#data.slice(0, SHOWN_CHARS));
      throw new SyntaxError(`the event is no JSON: ${shown}`);
    }
  }
}
