/**
 * The raw requests and answers of the first operations of each name and outcome, so that a proof can show what was said
 * and not only what was made of it. A busy thread must not feel it: what is kept are references to texts that are there
 * anyway, they are put into words after the load, and once the places are taken all that is left is one comparison.
 */
import { Buffer } from "node:buffer";
import { formatCount } from "../../base/units.ts";
import type { OperationStart } from "../../record/operation.ts";
import { OUTCOMES } from "../../record/outcome.ts";
import type { RawExchange } from "../../record/raw-exchange.ts";
import type { Exchange } from "./exchange.ts";
import { RAW_BYTES_MAX, RAW_KEPT_MAX, RAW_TEXT_MAX } from "./limits.ts";

/**
 * What is remembered of an exchange: texts, no objects that are made anew for every request. If many of those live on at
 * first, V8 takes them for a kind that does, and makes all later ones among the old objects.
 */
interface Kept {
  readonly name: string;
  readonly id: string | undefined;
  readonly process: number;
  readonly invokeNs: number;
  readonly wire: string;
  /** Of the request's body what is bytes; "stream" where only its reader has seen it. */
  readonly source: Uint8Array | "stream" | undefined;
  readonly head: string;
  readonly body: string | Uint8Array;
  readonly failure: string | undefined;
}

const CUT = `… (cut at ${formatCount(RAW_TEXT_MAX)})`;

const HEAD_END = "\r\n\r\n";

/** Where nothing is to be kept. */
export const NO_PLACES: Int32Array = new Int32Array(OUTCOMES.length);

/** One per engine thread. */
export class RawLog {
  readonly #places = new Map<string, Int32Array>();
  readonly #kept: Kept[] = [];
  #bytes = 0;

  /** How many more operations of this name will be kept, by code of the outcome. Counts down as they are. */
  placesOf(name: string): Int32Array {
    if (this.#bytes >= RAW_BYTES_MAX) return NO_PLACES;
    let places = this.#places.get(name);
    if (places === undefined) {
      places = new Int32Array(OUTCOMES.length).fill(RAW_KEPT_MAX);
      this.#places.set(name, places);
    }
    return places;
  }

  /** `exchange` has ended and still has its texts; takes one of the places. */
  keep(exchange: Exchange, start: OperationStart, outcome: number, places: Int32Array): void {
    places[outcome] = (places[outcome] as number) - 1;
    const { head, text, bytes, extras, failure } = exchange;
    const body = bytes ?? text;
    const kept: Kept = {
      name: start.definition.name,
      id: start.id,
      process: exchange.process,
      invokeNs: Math.floor(
        extras === undefined || extras.invokedNs === 0 ? exchange.startNs : extras.invokedNs,
      ),
      wire: shortText(exchange.wire),
      source: sourceOf(extras?.source),
      head: shortText(head.text),
      body: typeof body === "string" ? shortText(body) : shortBytes(body),
      failure: failure?.message,
    };
    this.#kept.push(kept);
    this.#bytes += bytesOf(kept);
    if (this.#bytes < RAW_BYTES_MAX) return;
    for (const full of this.#places.values()) full.fill(0);
  }

  /** All that was kept, in words. */
  exchanges(): RawExchange[] {
    return this.#kept.map((kept) => ({
      process: kept.process,
      invokeNs: kept.invokeNs,
      name: kept.name,
      id: kept.id ?? null,
      request: requestOf(kept),
      answer: answerOf(kept),
    }));
  }
}

function requestOf({ wire, source }: Kept): string {
  if (source === undefined) return cut(wire);
  return headOf(wire) + (source === "stream" ? "(a stream, not kept)" : decoded(source));
}

function answerOf({ head, body, failure }: Kept): string {
  if (head === "") return `(no answer: ${failure ?? "none came"})`;
  const text = headOf(head) + decoded(body);
  return failure === undefined ? text : `${text}\n(and then: ${failure})`;
}

/** A head that was cut ends as heads do, so that the body after it is told from it. */
function headOf(text: string): string {
  return text.endsWith(HEAD_END) && text.length <= RAW_TEXT_MAX ? text : cut(text) + HEAD_END;
}

/** Bodies are bytes, as latin1 or as they are, until somebody reads them. */
function decoded(body: string | Uint8Array): string {
  const bytes = typeof body === "string" ? Buffer.from(body, "latin1") : Buffer.from(body);
  const text = bytes.subarray(0, RAW_TEXT_MAX).toString("utf8");
  return bytes.length > RAW_TEXT_MAX ? text + CUT : text;
}

function cut(text: string): string {
  return text.length > RAW_TEXT_MAX ? text.slice(0, RAW_TEXT_MAX) + CUT : text;
}

function sourceOf(source: unknown): Kept["source"] {
  if (source === undefined) return undefined;
  return source instanceof Uint8Array ? shortBytes(source) : "stream";
}

/** Most texts are short, and kept as they are. One more than the limit tells that it was longer. */
function shortText(text: string): string {
  if (text.length <= RAW_TEXT_MAX) return text;
  // A slice would hold on to the whole text.
  return Buffer.from(text.slice(0, RAW_TEXT_MAX + 1)).toString();
}

function shortBytes(bytes: Uint8Array): Uint8Array {
  return bytes.length <= RAW_TEXT_MAX
    ? bytes
    : Uint8Array.from(bytes.subarray(0, RAW_TEXT_MAX + 1));
}

function bytesOf({ wire, source, head, body }: Kept): number {
  return wire.length + head.length + body.length + (source?.length ?? 0);
}
