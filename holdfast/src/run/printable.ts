/** Words of the system under test, or of anybody else, on their way to a terminal: it obeys none of them. */
import { visible } from "../report/text-columns.ts";
import { RAW_LINE_MAX } from "./limits.ts";

/** Control characters are written out; lines stay lines, each of bounded length. */
export function printable(text: string): string {
  return text
    .split("\n")
    .map((line) => visible(line, RAW_LINE_MAX))
    .join("\n");
}
