/** What `holdfast check` prints below a sentence, besides the operations. */
import type { Considered, Witness } from "../checker/finding.ts";
import { visible } from "../report/text-columns.ts";
import { consideredText } from "../report/wording.ts";
import { RAW_LINE_MAX } from "./limits.ts";

/** What was considered and did not help; no line where there was nothing. */
export function consideredLines(considered: Considered | undefined): string[] {
  const text = consideredText(considered);
  return text === "" ? [] : [text];
}

/**
 * What was said: lines of the request after `>`, of the answer after `<`; none where nobody asked for them. An answer may
 * hold what a terminal would obey: each line is made visible.
 */
export function rawText({ raw }: Witness): string[] {
  if (raw === undefined) return [];
  if ("notKept" in raw) return [`(${raw.notKept})`];
  return [...linesOf(">", raw.request), ...linesOf("<", raw.answer)];
}

function linesOf(mark: string, text: string): string[] {
  const lines = text.trimEnd().split(/\r\n|\r|\n/);
  return lines.map((line) => `${mark} ${visible(line, RAW_LINE_MAX)}`.trimEnd());
}
