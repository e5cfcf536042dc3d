/** What `holdfast check` prints below a sentence. */
import type { Considered, Witness } from "../checker/finding.ts";
import { textAxis } from "../report/text-axis.ts";
import { visible } from "../report/text-columns.ts";
import { consideredText } from "../report/wording.ts";
import { RAW_LINE_MAX } from "./limits.ts";

const BAR_COLUMNS = 30;

/** Operations on one time axis, each followed by what was said, where that was asked for. */
export function proofLines(witnesses: readonly Witness[]): string[] {
  if (witnesses.length === 0) return [];
  const { header, rows } = textAxis(witnesses, BAR_COLUMNS);
  return [
    header.trimEnd(),
    ...rows.flatMap(({ bar, witness }) => [
      `${bar}  ${operationText(witness)}`,
      ...rawText(witness).map((line) => `    ${line}`),
    ]),
  ];
}

/** `#3 process 7 cas x [1,2] 812.346–820.000 ms rejected`: what was asked, when, how it ended, and what it said. */
function operationText(one: Witness): string {
  const { index, process, name, key, value, result, invokedMs, returnedMs, outcome } = one;
  const [asked, told] = [value, result].map((said) =>
    said === null ? "" : visible(JSON.stringify(said), RAW_LINE_MAX),
  );
  const what = [name, key, asked].filter((word) => word !== "").join(" ");
  const when = `${invokedMs.toFixed(3)}–${returnedMs?.toFixed(3) ?? "…"} ms`;
  const said = told === "" || told === asked ? "" : ` → ${told}`;
  return `#${index} process ${process} ${what} ${when} ${outcome}${said}`;
}

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
