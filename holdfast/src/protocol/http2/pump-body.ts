/** Sends a body that is a stream, part by part, no faster than the server's window takes it. */
import { misuse } from "../http1/misuse.ts";
import { BODY_AHEAD_BYTES_MAX } from "./limits.ts";
import type { Outgoing } from "./outgoing.ts";
import type { Stream } from "./stream.ts";

/** Ends with the source, or with the stream; rejects with what the source throws. */
export async function pumpBody(
  stream: Stream,
  source: AsyncIterable<Uint8Array>,
  out: Outgoing,
): Promise<void> {
  for await (const part of source) {
    if (stream.isOver) return;
    if (!(part instanceof Uint8Array)) {
      throw misuse(stream.exchange.route.url, "a part of the body", "a Uint8Array", part);
    }
    if (part.byteLength > 0) out.body(stream, part);
    if ((stream.pending?.byteLength ?? 0) > BODY_AHEAD_BYTES_MAX) await drained(stream);
  }
  if (stream.isOver) return;
  stream.isLast = true;
  out.body(stream, new Uint8Array(0));
}

function drained(stream: Stream): Promise<void> {
  return new Promise((resolve) => {
    stream.onDrained = () => {
      stream.onDrained = undefined;
      resolve();
    };
  });
}
