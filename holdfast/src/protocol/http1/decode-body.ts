/** Undoes the content codings of a body. */
import { Buffer } from "node:buffer";
import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from "node:zlib";
import { Failure } from "./failures.ts";
import { CODINGS_MAX } from "./limits.ts";

/**
 * The decoded bytes, or why there are none. `encodings` is the value of `content-encoding`; more than `bytesMax`
 * decoded bytes are a failure, found before they are made.
 */
export function decodeBody(
  body: Uint8Array,
  encodings: string,
  bytesMax: number,
): Buffer | Failure {
  const codings = encodings
    .toLowerCase()
    .split(",")
    .map((coding) => coding.trim())
    .filter((coding) => coding !== "" && coding !== "identity");
  if (codings.length > CODINGS_MAX) {
    return new Failure("HF_ANSWER_ENCODING", `more than ${CODINGS_MAX} codings, one in another`);
  }
  let bytes: Buffer = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  for (const coding of codings.toReversed()) {
    const decode = DECODERS.get(coding);
    if (decode === undefined) return new Failure("HF_ANSWER_ENCODING", `unknown coding ${coding}`);
    if (bytes.length === 0) return bytes;
    try {
      bytes = decode(bytes, { maxOutputLength: Math.max(1, bytesMax) });
    } catch (error) {
      return failureOf(error as NodeJS.ErrnoException, coding, bytesMax);
    }
  }
  return bytes;
}

type Decode = (body: Buffer, options: { maxOutputLength: number }) => Buffer;

const DECODERS: ReadonlyMap<string, Decode> = new Map<string, Decode>([
  ["gzip", gunzipSync],
  ["x-gzip", gunzipSync],
  ["br", brotliDecompressSync],
  ["deflate", inflateEither],
]);

/** The standard means zlib's format by `deflate`, some servers send the bare one: the first byte tells. */
function inflateEither(body: Buffer, options: { maxOutputLength: number }): Buffer {
  return ((body[0] ?? 0) & 0x0f) === 8 ? inflateSync(body, options) : inflateRawSync(body, options);
}

function failureOf(error: NodeJS.ErrnoException, coding: string, bytesMax: number): Failure {
  if (error.code === "ERR_BUFFER_TOO_LARGE") {
    return new Failure("HF_ANSWER_SIZE", `over ${bytesMax} bytes when decoded from ${coding}`);
  }
  return new Failure("HF_ANSWER_ENCODING", `${coding}: ${error.message}`);
}
