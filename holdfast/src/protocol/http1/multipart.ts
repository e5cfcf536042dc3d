/**
 * Forms with files (RFC 7578). Where the size of every part is known, so is that of the whole, and it is announced;
 * small ones are put together at once, large ones and streams go out part by part.
 */
import { Buffer } from "node:buffer";
import type { Random } from "../../base/random.ts";
import type { MultipartPart } from "../http.ts";
import { checkedValue } from "./checked-header.ts";
import { MULTIPART_GATHERED_BYTES_MAX } from "./limits.ts";
import { misuse } from "./misuse.ts";
import type { Payload } from "./payload.ts";

type Piece = Uint8Array | AsyncIterable<Uint8Array>;

/** Throws a TypeError for a part that cannot be one. */
export function multipartPayload(
  parts: readonly MultipartPart[],
  where: string,
  random: Random,
): Payload {
  if (!Array.isArray(parts)) throw misuse(where, "options.multipart", "a list of parts", parts);
  const boundary = `holdfast-${random.uuid()}`;
  const pieces: Piece[] = [];
  for (const [index, part] of parts.entries()) {
    const path = `options.multipart[${index}]`;
    pieces.push(Buffer.from(`--${boundary}\r\n${partHead(part, path, where)}\r\n`));
    pieces.push(partValue(part, path, where), Buffer.from("\r\n"));
  }
  pieces.push(Buffer.from(`--${boundary}--\r\n`));
  const size = sizeOf(pieces);
  const gather = size >= 0 && size <= MULTIPART_GATHERED_BYTES_MAX;
  return {
    text: "",
    source: gather ? Buffer.concat(pieces as Uint8Array[]) : inTurn(pieces),
    size,
    typeLine: `content-type: multipart/form-data; boundary=${boundary}\r\n`,
  };
}

function partHead(part: MultipartPart, path: string, where: string): string {
  const { name, filename, contentType } = part;
  if (typeof name !== "string") throw misuse(where, `${path}.name`, "text", name);
  if (filename !== undefined && typeof filename !== "string") {
    throw misuse(where, `${path}.filename`, "text", filename);
  }
  const file = filename === undefined ? "" : `; filename="${escaped(filename)}"`;
  const disposition = `content-disposition: form-data; name="${escaped(name)}"${file}\r\n`;
  const isText = typeof part.value === "string" && filename === undefined;
  const type = contentType ?? (isText ? undefined : "application/octet-stream");
  if (type === undefined) return disposition;
  return `${disposition}content-type: ${checkedValue(type, `${path}.contentType`, where)}\r\n`;
}

/** As browsers do: what would end the quotes or the line is percent-encoded. */
function escaped(text: string): string {
  return text.replaceAll('"', "%22").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function partValue({ value }: MultipartPart, path: string, where: string): Piece {
  if (typeof value === "string") return Buffer.from(value);
  if (value instanceof Uint8Array) return value;
  if (typeof value?.[Symbol.asyncIterator] === "function") return value;
  throw misuse(where, `${path}.value`, "text, a Uint8Array or an async iterable of them", value);
}

/** -1 when a part is a stream. */
function sizeOf(pieces: readonly Piece[]): number {
  let size = 0;
  for (const piece of pieces) {
    if (!(piece instanceof Uint8Array)) return -1;
    size += piece.byteLength;
  }
  return size;
}

async function* inTurn(pieces: readonly Piece[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) {
    if (piece instanceof Uint8Array) yield piece;
    else yield* piece;
  }
}
