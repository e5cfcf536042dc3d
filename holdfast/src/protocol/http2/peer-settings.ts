/** What the server allows us, as its SETTINGS say (RFC 9113 §6.5). */
import type { Buffer } from "node:buffer";
import { ConnectionError } from "./errors.ts";
import { SETTING } from "./frames.ts";
import {
  FIRST_WINDOW_BYTES,
  FRAME_BYTES_MAX,
  STREAMS_BEFORE_SETTINGS,
  STREAMS_MAX,
  WINDOW_BYTES_MAX,
} from "./limits.ts";

const FRAME_BYTES_LIMIT = 16_777_215;

export class PeerSettings {
  streamsMax: number = STREAMS_BEFORE_SETTINGS;
  windowBytes: number = FIRST_WINDOW_BYTES;
  frameBytesMax: number = FRAME_BYTES_MAX;

  /** Takes a SETTINGS frame's payload. Throws a ConnectionError. */
  take(from: Buffer, start: number, end: number, isFirst: boolean): void {
    if ((end - start) % 6 !== 0) throw new ConnectionError("FRAME_SIZE_ERROR", "cut SETTINGS");
    // Silence means that there is no limit.
    if (isFirst) this.streamsMax = STREAMS_MAX;
    for (let at = start; at < end; at += 6) {
      this.#set(from.readUInt16BE(at), from.readUInt32BE(at + 2));
    }
  }

  #set(id: number, value: number): void {
    if (id === SETTING.maxConcurrentStreams) this.streamsMax = Math.min(value, STREAMS_MAX);
    else if (id === SETTING.initialWindowSize) {
      if (value > WINDOW_BYTES_MAX) {
        throw new ConnectionError("FLOW_CONTROL_ERROR", `a window of ${value} bytes`);
      }
      this.windowBytes = value;
    } else if (id === SETTING.maxFrameSize) {
      if (value < FRAME_BYTES_MAX || value > FRAME_BYTES_LIMIT) {
        throw new ConnectionError("PROTOCOL_ERROR", `frames of ${value} bytes`);
      }
      // Longer ones would only make the others wait.
      this.frameBytesMax = FRAME_BYTES_MAX;
    } else if (id === SETTING.enablePush && value !== 0) {
      throw new ConnectionError("PROTOCOL_ERROR", "ENABLE_PUSH by a server");
    }
  }
}
