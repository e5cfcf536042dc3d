/** Markdown, written so that whatever a system said stays text. */
import { MARKDOWN_TEXT_MAX, TEXT_MAX } from "./limits.ts";
import { visible } from "./text-columns.ts";

/** Cells are Markdown already; `numbers`: the columns that are aligned to the right. */
export function table(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  numbers: readonly number[] = [],
): string {
  const rule = columns.map((_, index) => (numbers.includes(index) ? "---:" : "---"));
  return [columns, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** Nothing of the text is read as Markdown or HTML, and no one is mentioned by it. */
export function text(raw: string): string {
  return visible(raw, MARKDOWN_TEXT_MAX)
    .replace(/[\\`*_~#[\]|]/g, (mark) => `\\${mark}`)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("@", "@\u2060");
}

/** Inside backquotes all is literal but the backquote itself and, in a table, the bar. */
export function code(raw: string): string {
  const shown = visible(raw, MARKDOWN_TEXT_MAX);
  if (shown.includes("`") || shown === "") return `<code>${text(shown)}</code>`;
  return `\`${shown.replaceAll("|", "\\|")}\``;
}

/** A block of code whose fence is longer than any run of backquotes in it. */
export function fenced(raw: string, language: string, lineMax: number = TEXT_MAX): string {
  const lines = raw.split("\n").map((line) => visible(line, lineMax));
  const runs = lines.join("\n").match(/`+/g) ?? [];
  const fence = "`".repeat(Math.max(3, ...runs.map((run) => run.length + 1)));
  return `${fence}${language}\n${lines.join("\n")}\n${fence}`;
}
