/** Writes the query of a URL. */
import type { HttpRequestOptions } from "../http.ts";
import { misuse } from "./misuse.ts";

/** `a=1&b=2`: percent-encoded, a list once for each of its values. Throws a TypeError for values that are no text. */
export function queryText(query: NonNullable<HttpRequestOptions["query"]>, where: string): string {
  const parts: string[] = [];
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? (value as readonly unknown[]) : [value]) {
      if (typeof one !== "string" && typeof one !== "number" && typeof one !== "boolean") {
        throw misuse(where, `options.query.${name}`, "text, a number, a boolean or a list", one);
      }
      parts.push(`${encoded(name)}=${encoded(String(one))}`);
    }
  }
  return parts.join("&");
}

/** A lone half of a surrogate pair, which has no encoding, becomes U+FFFD. */
function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
