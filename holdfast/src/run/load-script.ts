/** Finds the load tests of a path: the exports of a `.load.ts` file, or of every such file in a folder's `load/`. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { HoldfastError, messageOf } from "../base/errors.ts";
import type { LoadTest } from "../scenario/load-test.ts";

export interface LoadedTest {
  file: string;
  exportName: string;
  test: LoadTest;
}

/** What Node says of an `import` or `export` in a package whose package.json says commonjs. */
const NOT_A_MODULE = /^Cannot use import statement outside a module|^Unexpected token 'export'/;
const NOT_A_MODULE_HINT =
  'a load test is an ES module: its package.json says "type": "commonjs"; say "module" there, ' +
  'or in a package.json beside the test: { "type": "module" }';

const SUFFIX = /\.load\.(?:ts|js|mts|mjs)$/;

/** Every load test below `path`, files by name, exports in their order. */
export async function findTests(path: string, cwd: string): Promise<LoadedTest[]> {
  const files = scriptFiles(path, cwd);
  const tests = await Promise.all(files.map(importTests));
  return tests.flat();
}

/** One load test again, in another thread. */
export async function importTest(file: string, exportName: string): Promise<LoadTest> {
  const found = (await importTests(file)).find((test) => test.exportName === exportName);
  if (found === undefined) throw inputError(`${file} no longer exports ${exportName}`);
  return found.test;
}

function scriptFiles(path: string, cwd: string): string[] {
  const full = resolve(cwd, path);
  if (!existsSync(full))
    throw inputError(`${path} must be a .load.ts file or a folder, got nothing there`);
  if (!statSync(full).isDirectory()) {
    if (SUFFIX.test(full)) return [full];
    throw inputError(`${path} must be a file that ends in .load.ts, got ${basename(full)}`);
  }
  const folder = existsSync(join(full, "load")) ? join(full, "load") : full;
  const names = readdirSync(folder).filter((name) => SUFFIX.test(name));
  if (names.length === 0)
    throw inputError(`${path} must hold .load.ts files, got none in ${folder}`);
  return names.sort().map((name) => join(folder, name));
}

async function importTests(file: string): Promise<LoadedTest[]> {
  const module = await importModule(file);
  const tests = Object.entries(module).flatMap(([exportName, value]) =>
    isLoadTest(value) ? [{ file, exportName, test: value }] : [],
  );
  if (tests.length > 0) return tests;
  throw inputError(`${file} must export a loadTest({…}), got ${exportsOf(module)}`);
}

async function importModule(file: string): Promise<Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof HoldfastError) throw error;
    const place = /\n\s+at [^\n]*?\(?(file:[^\s)]+:\d+:\d+)/.exec(
      String((error as Error)?.stack),
    )?.[1];
    const words = messageOf(error);
    const where = NOT_A_MODULE.test(words) ? NOT_A_MODULE_HINT : place;
    throw inputError(
      `${file} could not be loaded: ${words}${where === undefined ? "" : ` (${where})`}`,
      error,
    );
  }
}

function isLoadTest(value: unknown): value is LoadTest {
  return (
    typeof value === "object" && value !== null && (value as LoadTest).holdfast === "load-test"
  );
}

function exportsOf(module: Record<string, unknown>): string {
  const names = Object.keys(module);
  return names.length === 0 ? "no exports" : `exports ${names.join(", ")}`;
}

function inputError(message: string, cause?: unknown): HoldfastError {
  return new HoldfastError(message, { code: "HF_SCRIPT_FILE", cause });
}
