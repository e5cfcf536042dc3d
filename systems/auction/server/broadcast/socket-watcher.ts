/**
 * A watcher at the end of a WebSocket. What it does not read lies with us, up to a bound; beyond, it is dropped, so that
 * one slow watcher costs the others nothing. A dropped watcher is told by the end of its connection, never by silence:
 * it comes back with the last number it has seen and misses nothing.
 */
import type { WebSocket } from "ws";
import { WATCHER_BACKLOG_BYTES_MAX } from "../limits.ts";
import type { Watcher } from "./watched-item.ts";

export class SocketWatcher implements Watcher {
  readonly #socket: WebSocket;
  readonly #onDrop: () => void;
  #isDropped = false;

  constructor(socket: WebSocket, onDrop: () => void) {
    this.#socket = socket;
    this.#onDrop = onDrop;
  }

  /** Messages that are not yet with the kernel. */
  get isBehind(): boolean {
    return this.#socket.bufferedAmount > 0;
  }

  send(message: Buffer): void {
    if (this.#isDropped || this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#socket.bufferedAmount > WATCHER_BACKLOG_BYTES_MAX) {
      this.#isDropped = true;
      // A closing handshake would wait behind all that it does not read.
      this.#socket.terminate();
      this.#onDrop();
      return;
    }
    this.#socket.send(message, AS_TEXT, ignored);
  }
}

const AS_TEXT = { binary: false } as const;

/** Errors of a write also end the socket, and that is where they are dealt with. */
function ignored(): void {}
