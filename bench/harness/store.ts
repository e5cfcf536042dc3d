/** `docs/results/performance.json` and the page made from it. A suite that did not run keeps its former entry. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { renderMarkdown } from "./render.ts";
import { SUITE_NAMES, type SuiteResult } from "./result.ts";

const JSON_NAME = "performance.json";
const MARKDOWN_NAME = "performance.md";

/** The stored results, in the order of the suites; none when there is no file yet. */
export function readStored(folder: string): SuiteResult[] {
  const file = join(folder, JSON_NAME);
  if (!existsSync(file)) return [];
  return (JSON.parse(readFileSync(file, "utf8")) as { suites: SuiteResult[] }).suites;
}

/** Puts the new results in the place of the former ones of the same suites, and writes the page anew. */
export function store(folder: string, results: readonly SuiteResult[]): void {
  const kept = readStored(folder).filter(({ suite }) => results.every((r) => r.suite !== suite));
  const suites = [...kept, ...results].sort((a, b) => place(a) - place(b));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, JSON_NAME), `${JSON.stringify({ suites }, undefined, 1)}\n`);
  writeFileSync(join(folder, MARKDOWN_NAME), renderMarkdown(suites));
}

function place(result: SuiteResult): number {
  return SUITE_NAMES.indexOf(result.suite);
}
