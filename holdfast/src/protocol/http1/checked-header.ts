/**
 * Writes the author's headers. A name or value that would end its line early, or start another request, is refused:
 * it is the author's mistake, or an attack coming in by the author's data, and never what was meant.
 */
import { misuse } from "./misuse.ts";

const OWN: ReadonlySet<string> = new Set(["content-length", "transfer-encoding"]);

const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const NOT_VALUE = /[^\t\x20-\x7e\x80-\xff]/;

/** The name in lower case; throws a TypeError for one that is no name, or that only the client may set. */
export function checkedName(name: string, where: string): string {
  if (!NAME.test(name)) {
    throw misuse(where, "the name of a header", "letters, digits and hyphens", name);
  }
  const lower = name.toLowerCase();
  if (OWN.has(lower)) {
    throw misuse(where, `headers.${name}`, "left to the client, which knows the body", name);
  }
  return lower;
}

/** Throws a TypeError for a value that cannot stand in a header line. */
export function checkedValue(value: unknown, name: string, where: string): string {
  if (typeof value === "string" && (isPlain(value) || !NOT_VALUE.test(value))) return value;
  throw misuse(
    where,
    `headers.${name}`,
    "text of characters up to U+00FF without line breaks or controls",
    value,
  );
}

/** Most values are short and visible ASCII: for them a loop takes half the time of the expression. */
function isPlain(value: string): boolean {
  const { length } = value;
  if (length > PLAIN_CHARS_MAX) return false;
  for (let i = 0; i < length; i++) {
    const code = value.charCodeAt(i);
    if (code < 0x20 || code > 0x7e) return false;
  }
  return true;
}

const PLAIN_CHARS_MAX = 64;
