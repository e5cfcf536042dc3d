/** An event, or an acknowledgement, as the author gets it. */
import type { SocketIoAnswer, SocketIoEvent } from "../socketio.ts";

export class Answer implements SocketIoAnswer {
  readonly args: readonly unknown[];
  readonly receivedNs: number;

  constructor(args: readonly unknown[], receivedNs: number) {
    this.args = args;
    this.receivedNs = receivedNs;
  }

  json<T = unknown>(): T {
    return this.args[0] as T;
  }

  text(): string {
    const [first] = this.args;
    return typeof first === "string" ? first : (JSON.stringify(first) ?? "");
  }
}

export class Event implements SocketIoEvent {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly receivedNs: number;
  /** Characters of its packet. */
  readonly size: number;
  #acknowledge: ((args: readonly unknown[]) => void) | undefined;

  constructor(
    payload: readonly unknown[],
    receivedNs: number,
    size: number,
    acknowledge: ((args: readonly unknown[]) => void) | undefined,
  ) {
    this.name = payload[0] as string;
    this.args = payload.slice(1);
    this.receivedNs = receivedNs;
    this.size = size;
    this.#acknowledge = acknowledge;
  }

  json<T = unknown>(): T {
    return this.args[0] as T;
  }

  text(): string {
    const [first] = this.args;
    return typeof first === "string" ? first : (JSON.stringify(first) ?? "");
  }

  acknowledge(...args: readonly unknown[]): void {
    this.#acknowledge?.(args);
    this.#acknowledge = undefined;
  }
}
