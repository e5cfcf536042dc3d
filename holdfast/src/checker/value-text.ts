/** A value as a text, so that equal values are equal texts. As `sortedJson`, and quicker for what most values are. */
import { sortedJson } from "../history/value-codec.ts";
import type { Value } from "../record/value.ts";

export function valueText(value: Value): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const isFlat =
    Array.isArray(value) && value.every((one) => one === null || typeof one !== "object");
  return isFlat ? JSON.stringify(value) : sortedJson(value);
}
