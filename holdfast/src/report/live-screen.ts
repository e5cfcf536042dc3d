/**
 * A few lines at the bottom of a terminal that are drawn over and over. Only lines that changed are sent, in one write
 * inside a synchronized update, so that nothing flickers, not even over a slow connection.
 *
 * - Nothing is drawn that could wrap: one column is always left free, because terminals wrap at different moments.
 * - After `close` the cursor is visible again and below where the frame was; `close` may be called twice.
 */
import { columnsOf } from "./text-columns.ts";

const BEGIN_UPDATE = "\u001b[?2026h";
const END_UPDATE = "\u001b[?2026l";
const HIDE_CURSOR = "\u001b[?25l";
const SHOW_CURSOR = "\u001b[?25h";
const CLEAR_LINE_REST = "\u001b[K";
const CLEAR_BELOW = "\u001b[J";

/** What the live view needs of standard output. */
export interface LiveOut {
  write(text: string): void;
  columns(): number;
  /** Lines of the terminal; the frame is cut to it. */
  rows?(): number;
  readonly isTty: boolean;
  readonly color: boolean;
}

export class LiveScreen {
  readonly #out: LiveOut;
  /** The frame on the terminal; the cursor stands in the line after it. */
  #shown: string[] = [];
  #columns = 0;
  #open = false;

  constructor(out: LiveOut) {
    this.#out = out;
  }

  /** Columns that a frame may use. */
  columns(): number {
    return Math.max(1, this.#out.columns() - 1);
  }

  draw(frame: readonly string[]): void {
    const lines = frame.slice(0, Math.max(1, (this.#out.rows?.() ?? 24) - 1));
    const first = this.#open ? "" : HIDE_CURSOR;
    this.#open = true;
    const body = this.#resized() ? this.#erase() + whole(lines) : this.#changes(lines);
    this.#shown = lines;
    this.#columns = this.#out.columns();
    if (first + body !== "") this.#out.write(BEGIN_UPDATE + first + body + END_UPDATE);
  }

  /** Prints a line for good, above the frame. */
  print(line: string): void {
    this.#out.write(BEGIN_UPDATE + this.#erase() + `${line}\n` + whole(this.#shown) + END_UPDATE);
  }

  /** Takes the frame away and gives the cursor back. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#out.write(BEGIN_UPDATE + this.#erase() + SHOW_CURSOR + END_UPDATE);
    this.#shown = [];
  }

  #changes(lines: readonly string[]): string {
    if (lines.length < this.#shown.length) return this.#erase() + whole(lines);
    let body = "";
    let at = this.#shown.length;
    for (const [index, line] of lines.entries()) {
      if (line === this.#shown[index]) continue;
      body += moveBy(index - at) + line + CLEAR_LINE_REST + "\n";
      at = index + 1;
    }
    return body + moveBy(Math.max(lines.length, this.#shown.length) - at);
  }

  #resized(): boolean {
    return this.#shown.length > 0 && this.#columns !== this.#out.columns();
  }

  /** A narrower terminal has wrapped the old lines: it takes more lines up to reach the first of them. */
  #erase(): string {
    const columns = Math.max(1, this.#out.columns());
    const rows = this.#shown.reduce(
      (sum, line) => sum + Math.max(1, Math.ceil(columnsOf(withoutColor(line)) / columns)),
      0,
    );
    return moveBy(-rows) + CLEAR_BELOW;
  }
}

function whole(lines: readonly string[]): string {
  return lines.map((line) => `${line}${CLEAR_LINE_REST}\n`).join("");
}

/** To the first column, so many lines down, or up when negative. */
function moveBy(lines: number): string {
  if (lines === 0) return "";
  return lines < 0 ? `\u001b[${-lines}F` : `\u001b[${lines}E`;
}

function withoutColor(line: string): string {
  // oxlint-disable-next-line no-control-regex -- the escape is what is looked for
  return line.replace(/\u001b\[[0-9;]*m/g, "");
}
