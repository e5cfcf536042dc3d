/** Finds the load tests of a path: the exports of a `.load.ts` file, or of every such file in a folder's `load/`. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { importTests, inputError } from "./import-script.ts";
import type { LoadedTest } from "./import-script.ts";

const SUFFIX = /\.load\.(?:ts|js|mts|mjs)$/;

/** Every load test below `path`, files by name, exports in their order. */
export async function findTests(path: string, cwd: string): Promise<LoadedTest[]> {
  const files = scriptFiles(path, cwd);
  const tests = await Promise.all(files.map(importTests));
  return tests.flat();
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
