/** Which tests can see a source: those that import it, by however many steps. Nearest first, for they kill soonest. */
import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

export class ImportGraph {
  readonly #imports = new Map<string, string[]>();
  readonly #tests: string[];

  /** Of the TypeScript files under `folder`, a path from `root`. */
  constructor(root: string, folder: string) {
    const files = globSync(`${folder}/**/*.ts`, { cwd: root }).map((file) => normalize(file));
    for (const file of files) {
      const source = readFileSync(join(root, file), "utf8");
      const imported = [...source.matchAll(/from "(\.[^"]+)"/g)].map(([, path]) =>
        normalize(join(dirname(file), path as string)),
      );
      this.#imports.set(file, imported);
    }
    this.#tests = files.filter((file) => file.endsWith(".test.ts"));
  }

  testsOf(source: string): string[] {
    const distances = this.#tests.map((test) => ({ test, steps: this.#steps(test, source) }));
    return distances
      .filter(({ steps }) => steps !== undefined)
      .sort((a, b) => nearness(source, a.test) - nearness(source, b.test) || a.steps! - b.steps!)
      .map(({ test }) => test);
  }

  #steps(from: string, to: string): number | undefined {
    let layer = [from];
    const seen = new Set(layer);
    for (let steps = 0; layer.length > 0; steps++) {
      if (layer.includes(to)) return steps;
      layer = layer
        .flatMap((file) => this.#imports.get(file) ?? [])
        .filter((file) => !seen.has(file) && seen.add(file));
    }
    return undefined;
  }
}

/** 0 for a test that bears the source's name. */
function nearness(source: string, test: string): number {
  return test.startsWith(source.slice(0, -".ts".length)) ? 0 : 1;
}
