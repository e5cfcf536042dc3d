/** A value as a text, so that equal values are equal texts. As `sortedJson`, and quicker for what has no members. */
import { sortedJson } from "../history/value-codec.ts";
import type { Value } from "../record/value.ts";

export function valueText(value: Value): string {
  if (typeof value === "number") return String(value);
  return typeof value === "object" ? sortedJson(value) : JSON.stringify(value);
}
