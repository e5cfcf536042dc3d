/** What was said, for a terminal: lines of the request after `>`, of the answer after `<`. */
import type { Witness } from "../checker/finding.ts";
import { visible } from "../report/text-columns.ts";
import { RAW_LINE_MAX } from "./limits.ts";

/** No lines where nothing is known of it. An answer may hold what a terminal would obey: each line is made visible. */
export function rawText({ raw }: Witness): string[] {
  if (raw === undefined) return [];
  if ("notKept" in raw) return [`(${raw.notKept})`];
  return [...linesOf(">", raw.request), ...linesOf("<", raw.answer)];
}

function linesOf(mark: string, text: string): string[] {
  const lines = text.trimEnd().split(/\r\n|\r|\n/);
  return lines.map((line) => `${mark} ${visible(line, RAW_LINE_MAX)}`.trimEnd());
}
