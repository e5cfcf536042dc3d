/** The body of a request as it will go over the wire, made of whichever of the options the author gave. */
import { Buffer } from "node:buffer";
import type { Random } from "../../base/random.ts";
import type { HttpRequestOptions } from "../http.ts";
import { misuse } from "./misuse.ts";
import { multipartPayload } from "./multipart.ts";

/** Text goes out in one write with the head; anything else after it. */
export interface Payload {
  readonly text: string;
  readonly source: Uint8Array | AsyncIterable<Uint8Array> | undefined;
  /** -1 when only the end will tell: sent in chunks. */
  readonly size: number;
  /** What it is, as a header line; "" when it does not say. */
  readonly typeLine: string;
}

/** Undefined for a request without a body. Throws a TypeError for two bodies, or one that cannot be sent. */
export function payloadOf(
  options: HttpRequestOptions,
  where: string,
  random: Random,
): Payload | undefined {
  const { json, form, multipart, body } = options;
  const bodies =
    (json === undefined ? 0 : 1) +
    (form === undefined ? 0 : 1) +
    (multipart === undefined ? 0 : 1) +
    (body === undefined ? 0 : 1);
  if (bodies === 0) return undefined;
  if (bodies > 1) {
    const given = ["json", "form", "multipart", "body"].filter((name) => name in options);
    throw misuse(where, "options", "given at most one of json, form, multipart, body", given);
  }
  if (json !== undefined) return jsonPayload(json, where);
  if (body !== undefined) return bodyPayload(body, where);
  if (form !== undefined) return formPayload(form, where);
  return multipartPayload(multipart ?? [], where, random);
}

/** HOT. */
export function textPayload(text: string, typeLine: string): Payload {
  return { text, source: undefined, size: Buffer.byteLength(text), typeLine };
}

function jsonPayload(json: unknown, where: string): Payload {
  const text: string | undefined = JSON.stringify(json);
  if (text === undefined) throw misuse(where, "options.json", "a value that JSON can hold", json);
  return textPayload(text, "content-type: application/json\r\n");
}

function bodyPayload(body: NonNullable<HttpRequestOptions["body"]>, where: string): Payload {
  if (typeof body === "string")
    return textPayload(body, "content-type: text/plain;charset=UTF-8\r\n");
  if (body instanceof Uint8Array) {
    return { text: "", source: body, size: body.byteLength, typeLine: "" };
  }
  if (typeof body?.[Symbol.asyncIterator] === "function") {
    return { text: "", source: body, size: -1, typeLine: "" };
  }
  throw misuse(where, "options.body", "text, a Uint8Array or an async iterable of them", body);
}

function formPayload(form: NonNullable<HttpRequestOptions["form"]>, where: string): Payload {
  const fields = new URLSearchParams();
  for (const [name, value] of Object.entries(form)) {
    if (!["string", "number", "boolean"].includes(typeof value)) {
      throw misuse(where, `options.form.${name}`, "text, a number or a boolean", value);
    }
    fields.append(name, String(value));
  }
  return textPayload(fields.toString(), "content-type: application/x-www-form-urlencoded\r\n");
}
