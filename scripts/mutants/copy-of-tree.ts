/** A copy of what the checkers' tests need, in which a source may be broken while everybody else works on. */
import { spawn } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const COPIED = ["holdfast/src", "holdfast/package.json", "test/seed.ts", "tsconfig.json"];
const COPIED_TOO = ["vitest.config.ts", "package.json"];

const NEAR_TESTS = 3;

export type Trial = "killed" | "survived" | "late";

export class CopyOfTree implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), "holdfast-mutants-"));

  constructor(root: string) {
    for (const path of [...COPIED, ...COPIED_TOO]) {
      cpSync(join(root, path), join(this.#folder, path), { recursive: true });
    }
    mkdirSync(join(this.#folder, "holdfast"), { recursive: true });
    symlinkSync(join(root, "node_modules"), join(this.#folder, "node_modules"));
  }

  /**
   * Runs the tests while `file` holds `source` (undefined: as it is): the nearest few first, which mostly kill it, then the others. What takes
   * longer than `msMax` is stopped.
   */
  async try(
    file: string,
    source: string | undefined,
    tests: readonly string[],
    msMax: number,
  ): Promise<Trial> {
    const path = join(this.#folder, file);
    const before = readFileSync(path, "utf8");
    if (source !== undefined) writeFileSync(path, source);
    try {
      const near = await this.#run(tests.slice(0, NEAR_TESTS), msMax);
      const others = tests.slice(NEAR_TESTS);
      return near !== "survived" || others.length === 0 ? near : await this.#run(others, msMax);
    } finally {
      writeFileSync(path, before);
    }
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #run(tests: readonly string[], msMax: number): Promise<Trial> {
    const vitest = join(this.#folder, "node_modules/vitest/vitest.mjs");
    const options = ["--bail=1", "--no-file-parallelism", "--no-isolate", "--reporter=dot"];
    const argv = [vitest, "run", "--root", this.#folder, ...options, ...tests];
    // A process group of its own, so that no worker is left behind in an endless loop.
    const child = spawn(process.execPath, argv, { stdio: "ignore", detached: true });
    return new Promise((resolve) => {
      const late = setTimeout(() => {
        if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
        resolve("late");
      }, msMax);
      child.on("exit", (code) => {
        clearTimeout(late);
        resolve(code === 0 ? "survived" : "killed");
      });
    });
  }
}
