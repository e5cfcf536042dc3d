/** What goes on while there are no numbers to show: a line that the next one takes the place of. Nothing in a pipe. */
import pico from "picocolors";
import type { LiveOut } from "./live-screen.ts";
import { cut } from "./text-columns.ts";

const FIRST_COLUMN_AND_CLEAR = "\r\u001B[2K";

/** An empty text leaves the line empty, for whatever is printed next. */
export function passingLine(out: LiveOut, text: string): void {
  if (!out.isTty) return;
  const colors = pico.createColors(out.color);
  // One column stays free: a line that fills the terminal would wrap, and could not be taken back.
  out.write(FIRST_COLUMN_AND_CLEAR + colors.dim(cut(text, out.columns() - 1)));
}
