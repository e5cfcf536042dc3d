/**
 * HTML by template: `html`<p>${name}</p>`` escapes every value that is not itself markup, so that forgetting to escape
 * is not possible; only a `Markup` goes in as it is, and only this file makes one.
 */
import { visible } from "../text-columns.ts";

const MARKUP: unique symbol = Symbol("markup");

/** Text that is safe to stand in a page. */
export interface Markup {
  readonly [MARKUP]: string;
}

/** Lists are joined; null and false are nothing, so that `condition && html`…`` reads well. */
export type MarkupValue = Markup | string | number | null | false | readonly MarkupValue[];

/** Values may stand in text and inside quoted attributes; nowhere else. */
export function html(parts: TemplateStringsArray, ...values: readonly MarkupValue[]): Markup {
  let text = parts[0] ?? "";
  for (const [index, value] of values.entries()) text += textOf(value) + (parts[index + 1] ?? "");
  return { [MARKUP]: text };
}

/** The page as text. */
export function textOf(value: MarkupValue): string {
  if (value === null || value === false) return "";
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return escaped(visible(value));
  if (MARKUP in value) return value[MARKUP];
  return value.map(textOf).join("");
}

/** A text longer than a report shows elsewhere, on one line, such as a command that must be whole. */
export function long(text: string, max: number): Markup {
  return { [MARKUP]: escaped(visible(text, max)) };
}

/** The same with its own line ends, for a `pre`. */
export function longLines(text: string, max: number): Markup {
  const short = text.length > max ? `${text.slice(0, max - 1)}…` : text;
  const lines = short.split(/\r\n|\r|\n/).map((line) => escaped(visible(line, max)));
  return { [MARKUP]: lines.join("\n") };
}

/** Our own style sheet or script, never anything of a run. The end tag cannot occur in it. */
export function verbatim(text: string): Markup {
  return { [MARKUP]: text.replace(/<(?=\/(?:script|style))/gi, "\\x3c") };
}

/** Data for a script block of type application/json: no tag can begin in it, and it is valid JavaScript, too. */
export function jsonMarkup(value: unknown): Markup {
  const text = JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return { [MARKUP]: text };
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
}
