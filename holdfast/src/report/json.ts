/** `result.json`: the result as it is. Every other report is made from this one. */
import type { RunResult } from "../verdict/result.ts";

/** Indented, with a line end; numbers that JSON lacks (NaN, Infinity) become null, as JSON.stringify has it. */
export function renderJson(result: RunResult): string {
  return `${JSON.stringify(result, undefined, 2)}\n`;
}
