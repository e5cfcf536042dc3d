/** `holdfast sql`: ask a run's history what no report foresaw. */
import { join, resolve } from "node:path";
import { EXIT } from "../base/errors.ts";
import { findRun } from "../run/run-folder.ts";
import { printable } from "../run/printable.ts";
import { queryHistory } from "../run/query-history.ts";
import type { QueryAnswer } from "../run/query-history.ts";
import type { CommandAction } from "./commands.ts";

const CELL_CHARACTERS_MAX = 60;

export const sqlCommand: CommandAction = async (host, args, options) => {
  const [run = "latest", query = ""] = args;
  const folder = join(findRun(run, host.cwd), "history");
  const parquet = options["parquet"] as string | undefined;
  const file = parquet === undefined ? undefined : resolve(host.cwd, parquet);
  const answer = await queryHistory(folder, query, file);
  if (file !== undefined) host.out.write(`written: ${file}\n`);
  else if (options["json"] === true) host.out.write(`${JSON.stringify(asObjects(answer))}\n`);
  else host.out.write(printable(asTable(answer)));
  return EXIT.pass;
};

function asObjects({ columns, rows }: QueryAnswer): Record<string, unknown>[] {
  return rows.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i]])));
}

function asTable({ columns, rows }: QueryAnswer): string {
  const cells = [columns, ...rows.map((row) => row.map(cell))];
  const widths = columns.map((_, i) => Math.max(...cells.map((row) => row[i]?.length ?? 0)));
  const lines = cells.map((row) =>
    row
      .map((text, i) => text.padEnd(widths[i] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  lines.splice(1, 0, widths.map((width) => "─".repeat(width)).join("  "));
  return `${lines.join("\n")}\n`;
}

function cell(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  return text.length > CELL_CHARACTERS_MAX ? `${text.slice(0, CELL_CHARACTERS_MAX - 1)}…` : text;
}
