/**
 * A watcher at the end of a WebSocket. What it does not read lies with us, up to a bound; beyond, it is dropped, so that
 * one slow watcher costs the others nothing. A dropped watcher is told by the end of its connection, never by silence:
 * it comes back with the last number it has seen and misses nothing.
 *
 * Messages go straight to the stream below the WebSocket, as frames that are made once for all watchers; that halves what
 * a message to ten thousand costs. It is safe because nothing here is compressed or fragmented: whoever else writes to
 * the stream (a pong, a farewell) writes whole frames, too.
 */
import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import { WATCHER_BACKLOG_BYTES_MAX } from "../limits.ts";
import { textFrame } from "./text-frame.ts";
import type { Watcher } from "./watched-item.ts";

export class SocketWatcher implements Watcher {
  readonly #socket: WebSocket;
  readonly #stream: Duplex;
  readonly #onDrop: () => void;
  #isDropped = false;

  constructor(socket: WebSocket, stream: Duplex, onDrop: () => void) {
    this.#socket = socket;
    this.#stream = stream;
    this.#onDrop = onDrop;
  }

  send(message: Buffer): void {
    if (this.#isDropped || this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#stream.writableLength > WATCHER_BACKLOG_BYTES_MAX) {
      this.#isDropped = true;
      // A closing handshake would wait behind all that it does not read.
      this.#socket.terminate();
      this.#onDrop();
      return;
    }
    this.#stream.write(frameOf(message));
  }
}

let lastMessage: Buffer | undefined;
let lastFrame: Buffer = Buffer.alloc(0);

/** The same message goes to thousands in a row. */
function frameOf(message: Buffer): Buffer {
  if (message !== lastMessage) {
    lastMessage = message;
    lastFrame = textFrame(message);
  }
  return lastFrame;
}
