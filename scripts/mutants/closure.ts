/** What a test file is made of: itself and all that it imports, by however many steps. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { hashOf } from "./all-mutants.ts";

export class Closures {
  readonly #root: string;
  readonly #files = new Map<string, { readonly hash: string; readonly imports: string[] }>();

  constructor(root: string) {
    this.#root = root;
  }

  /** Of the file and what it imports, as far as `counts`. */
  hashOf(file: string, counts: (file: string) => boolean): string {
    const seen = new Set([file]);
    for (const met of seen) {
      for (const imported of this.#read(met).imports) seen.add(imported);
    }
    const hashes = [...seen].filter(counts).map((met) => `${met} ${this.#read(met).hash}`);
    return hashOf(hashes.sort().join("\n"));
  }

  #read(file: string): { readonly hash: string; readonly imports: string[] } {
    let known = this.#files.get(file);
    if (known === undefined) {
      const path = join(this.#root, file);
      const source = existsSync(path) ? readFileSync(path, "utf8") : "";
      const imports = [...source.matchAll(/from "(\.[^"]+)"/g)].map(([, to]) =>
        normalize(join(dirname(file), to as string)),
      );
      known = { hash: hashOf(source), imports };
      this.#files.set(file, known);
    }
    return known;
  }
}
