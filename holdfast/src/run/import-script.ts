/** Imports a `.load.ts` file and picks its load tests; engine threads do it again, so nothing else is loaded for it. */
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

/** One load test again, in another thread. */
export async function importTest(file: string, exportName: string): Promise<LoadTest> {
  const found = (await importTests(file)).find((test) => test.exportName === exportName);
  if (found === undefined) throw inputError(`${file} no longer exports ${exportName}`);
  return found.test;
}

/** All that the file exports, in order. Throws when there is none, or it cannot be loaded. */
export async function importTests(file: string): Promise<LoadedTest[]> {
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

/** Trouble with the script file itself. */
export function inputError(message: string, cause?: unknown): HoldfastError {
  return new HoldfastError(message, { code: "HF_SCRIPT_FILE", cause });
}
