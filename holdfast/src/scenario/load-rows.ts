/** Reads the rows of a test's data sources. Everything that is wrong with any of them is said at once. */
import { readFile, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { got, messageOf, ProblemsError } from "../base/errors.ts";
import { formatBytes, formatCount } from "../base/units.ts";
import type { DataSource } from "./data.ts";
import { freezeDeep } from "./freeze.ts";
import { ROWS_FILE_BYTES_MAX, ROWS_MAX } from "./limits.ts";
import type { LoadTest } from "./load-test.ts";

/** By data source. Paths are relative to `testFile`. Throws a ProblemsError. */
export async function loadRows(
  test: LoadTest,
  testFile: string,
): Promise<Readonly<Record<string, readonly unknown[]>>> {
  const problems: string[] = [];
  const entries = Object.entries(test.data ?? {}).map(async ([name, source]) => {
    try {
      return [name, await rowsOf(source, dirname(testFile))] as const;
    } catch (error) {
      problems.push(`data.${name} ${messageOf(error)}`);
      return [name, []] as const;
    }
  });
  const rows = Object.fromEntries(await Promise.all(entries));
  if (problems.length > 0) throw new ProblemsError("the load test", problems.sort());
  return rows;
}

async function rowsOf(source: DataSource<unknown>, folder: string): Promise<readonly unknown[]> {
  const { kind, from } = source;
  const rows = typeof from === "string" ? await fileRows(kind, resolve(folder, from)) : from;
  if (rows.length === 0) throw new Error("must have at least one row, got none");
  if (rows.length > ROWS_MAX) {
    throw new Error(
      `must have at most ${formatCount(ROWS_MAX)} rows, got ${formatCount(rows.length)}`,
    );
  }
  return freezeDeep(rows);
}

async function fileRows(
  kind: DataSource<unknown>["kind"],
  path: string,
): Promise<readonly unknown[]> {
  const text = await readText(path);
  const read = kind === "csv" ? csvRows : path.endsWith(".jsonl") ? lineRows : jsonRows;
  try {
    return await read(text);
  } catch (error) {
    throw new Error(`must be ${kind === "csv" ? "CSV" : "JSON"}, got ${path}: ${messageOf(error)}`);
  }
}

async function readText(path: string): Promise<string> {
  const facts = await stat(path).catch(() => undefined);
  if (facts?.isFile() !== true) throw new Error(`must be a file, got ${path}, where there is none`);
  if (facts.size > ROWS_FILE_BYTES_MAX) {
    const [most, size] = [formatBytes(ROWS_FILE_BYTES_MAX), formatBytes(facts.size)];
    throw new Error(`must be a file of at most ${most}, got ${size} in ${path}`);
  }
  return readFile(path, "utf8");
}

/** Objects by the names in the first line. */
async function csvRows(text: string): Promise<readonly unknown[]> {
  const { parse } = await import("csv-parse/sync");
  return parse(text, { columns: true, bom: true, skip_empty_lines: true, trim: true });
}

function jsonRows(text: string): readonly unknown[] {
  const value: unknown = JSON.parse(text);
  if (!Array.isArray(value)) throw new Error(`one array, not ${got(value)}`);
  return value;
}

function lineRows(text: string): readonly unknown[] {
  const lines = text.split("\n");
  return lines.flatMap((line, index) => {
    if (line.trim() === "") return [];
    try {
      return [JSON.parse(line) as unknown];
    } catch (error) {
      throw new Error(`line ${index + 1}: ${messageOf(error)}`);
    }
  });
}
