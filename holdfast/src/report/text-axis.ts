/**
 * A proof drawn in text: one line an operation, bars on one time axis, for terminals and Markdown.
 *
 *     812 ms       814 ms       816 ms
 *      ├──────────────┤                  order phone, process 17: 200 ok, o-5531
 *         ├────────────────┤             order phone, process 41: 200 ok, o-5532
 *                 ├─────────────────╌╌▷  order phone, process 8: no answer, unknown
 */
import type { Witness } from "../checker/finding.ts";
import { PROOF_ROWS_MAX } from "./limits.ts";
import { columnsOf } from "./text-columns.ts";
import { isOpenEnded, timeAxis } from "./time-axis.ts";
import type { TimeAxis } from "./time-axis.ts";
import { actText, answerText } from "./wording.ts";

export interface TextAxis {
  /** The instants, over the bars. */
  header: string;
  rows: TextAxisRow[];
}

interface TextAxisRow {
  bar: string;
  /** Who, what, answered how. */
  says: string;
  witness: Witness;
}

/** Bars of exactly `columns` columns; `all` must not be empty, and is cut to PROOF_ROWS_MAX. */
export function textAxis(all: readonly Witness[], columns: number): TextAxis {
  const witnesses = all.slice(0, PROOF_ROWS_MAX);
  const axis = timeAxis(witnesses);
  return {
    header: headerOf(axis, columns),
    rows: witnesses.map((witness) => ({
      bar: barOf(axis, witness, columns),
      says: `${actText(witness)}, ${whoText(witness)}: ${answerText(witness)}`,
      witness,
    })),
  };
}

function whoText(witness: Witness): string {
  return witness.phase === "load" ? `process ${witness.process}` : witness.phase;
}

function headerOf(axis: TimeAxis, columns: number): string {
  let header = "";
  for (const { place, label } of axis.ticks) {
    const at = Math.min(columnAt(place, columns), columns - columnsOf(label));
    if (at < columnsOf(header) + (header === "" ? 0 : 1)) continue;
    header = header.padEnd(at) + label;
  }
  return header.padEnd(columns);
}

function barOf(axis: TimeAxis, witness: Witness, columns: number): string {
  const cells: string[] = Array.from({ length: columns }, () => " ");
  for (const [index, piece] of axis.pieces.entries()) {
    if (index > 0) cells[columnAt(piece.from, columns) - 1] = "⫽";
  }
  const from = columnAt(axis.place(witness.invokedMs), columns);
  const until = columnAt(axis.place(witness.returnedMs ?? witness.invokedMs), columns);
  for (let at = from; at <= until; at++) cells[at] = "─";
  cells[from] = from === until ? "│" : "├";
  if (isOpenEnded(witness)) {
    for (let at = until + 1; at < columns - 1; at++) cells[at] = "╌";
    cells[columns - 1] = "▷";
  } else if (from !== until) {
    cells[until] = "┤";
  }
  return cells.join("");
}

function columnAt(place: number, columns: number): number {
  return Math.min(columns - 1, Math.max(0, Math.round(place * (columns - 1))));
}
