/**
 * Text in a terminal: how many columns it takes, cut, filled and wrapped to fit. Everything that comes from outside
 * (names, answers of the system) first passes `visible`, so that no escape sequence of it ever reaches a terminal.
 */
import { TEXT_MAX } from "./limits.ts";

/** Control characters, and the marks that turn the direction of text or have no width: they can forge a report. */
export const INVISIBLE: RegExp =
  /[\p{Cc}\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\p{Cs}/gu;

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/u;

const NO_WIDTH = /^\p{M}$/u;

/** The text on one line with nothing hidden in it: control characters are written out, length is at most `max`. */
export function visible(text: string, max: number = TEXT_MAX): string {
  const short = text.length > max ? `${text.slice(0, max - 1)}…` : text;
  return short
    .replace(/[\t\r\n]+/g, " ")
    .replace(INVISIBLE, (mark) => `\\u${(mark.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`);
}

/** Columns of a terminal that the text takes, without colour: most characters one, East Asian ones and emoji two. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) {
    if (character.charCodeAt(0) < 0x300) columns += 1;
    else if (!NO_WIDTH.test(character)) columns += WIDE.test(character) ? 2 : 1;
  }
  return columns;
}

/** The text in at most `columns` columns; a cut shows as `…`. */
export function cut(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  let kept = "";
  let used = 0;
  for (const character of text) {
    const width = columnsOf(character);
    if (used + width > columns - 1) break;
    kept += character;
    used += width;
  }
  return columns > 0 ? `${kept.trimEnd()}…` : "";
}

/** The text in exactly `columns` columns, cut or filled. */
export function fit(text: string, columns: number): string {
  const short = cut(text, columns);
  return short + " ".repeat(Math.max(0, columns - columnsOf(short)));
}

/** One or more lines of at most `columns` columns, broken between words; what does not fit in `linesMax` lines is cut. */
export function wrap(text: string, columns: number, linesMax: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line === "" || columnsOf(longer) <= columns) {
      line = longer;
    } else {
      lines.push(line);
      line = word;
    }
  }
  if (line !== "" || lines.length === 0) lines.push(line);
  const kept = lines.slice(0, linesMax);
  if (lines.length > linesMax) kept[linesMax - 1] = `${kept[linesMax - 1] ?? ""} …`;
  return kept.map((one) => cut(one, columns));
}

/** A shell command over at most two lines, the first ended by a backslash, so that both can be pasted as they are. */
export function wrapCommand(command: string, columns: number): string[] {
  if (columnsOf(command) <= columns) return [command];
  const at = command.lastIndexOf(" ", columns - 2);
  if (at <= 0) return [cut(command, columns)];
  return [`${command.slice(0, at)} \\`, cut(`  ${command.slice(at + 1)}`, columns)];
}
