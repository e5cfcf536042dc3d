/**
 * Writes the author's headers. A name or value that would end its line early, or start another request, is refused:
 * it is the author's mistake, or an attack coming in by the author's data, and never what was meant.
 */
import { HEADER_NAMES_REMEMBERED } from "./limits.ts";
import { misuse } from "./misuse.ts";

const OWN: ReadonlySet<string> = new Set(["content-length", "transfer-encoding"]);

const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const NOT_VALUE = /[^\t\x20-\x7e\x80-\xff]/;

const lowered = new Map<string, string>();

/** The name in lower case; throws a TypeError for one that is no name, or that only the client may set. */
export function checkedName(name: string, where: string): string {
  const known = lowered.get(name);
  if (known !== undefined) return known;
  if (!NAME.test(name)) {
    throw misuse(where, "the name of a header", "letters, digits and hyphens", name);
  }
  const lower = name.toLowerCase();
  if (OWN.has(lower)) {
    throw misuse(where, `headers.${name}`, "left to the client, which knows the body", name);
  }
  if (lowered.size < HEADER_NAMES_REMEMBERED) lowered.set(name, lower);
  return lower;
}

/** Throws a TypeError for a value that cannot stand in a header line. */
export function checkedValue(value: unknown, name: string, where: string): string {
  if (typeof value !== "string" || NOT_VALUE.test(value)) {
    throw misuse(
      where,
      `headers.${name}`,
      "text of characters up to U+00FF without line breaks or controls",
      value,
    );
  }
  return value;
}
