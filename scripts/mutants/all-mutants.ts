/** Every mutant of every checker, numbered: the same numbers wherever the same sources are read. */
import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Mutant, mutantsOf } from "./mutants-of.ts";

export const CHECKERS = "holdfast/src/checker";

/** Neither decides anything: words, bounds on effort, what tests are made of. */
const UNJUDGED = /\.test\.ts$|\/testing\/|sentence\.ts$|wording\.ts$|witness\.ts$|limits\.ts$/;

export interface MutatedFile {
  /** From the root. */
  readonly file: string;
  readonly source: string;
  /** Of the source. */
  readonly hash: string;
  readonly mutants: readonly Mutant[];
  /** The number of its first mutant; the others follow. */
  readonly firstId: number;
}

export function allMutants(root: string): MutatedFile[] {
  let firstId = 0;
  return judgedFiles(root).map((file) => {
    const source = readFileSync(join(root, file), "utf8");
    const mutants = mutantsOf(file, source);
    const mutated = { file, source, hash: hashOf(source), mutants, firstId };
    firstId += mutants.length;
    return mutated;
  });
}

export function testFiles(root: string): string[] {
  return globSync(`${CHECKERS}/**/*.test.ts`, { cwd: root }).sort();
}

function judgedFiles(root: string): string[] {
  return globSync(`${CHECKERS}/**/*.ts`, { cwd: root })
    .filter((file) => isJudged(file))
    .sort();
}

export function isJudged(file: string): boolean {
  return file.startsWith(`${CHECKERS}/`) && !UNJUDGED.test(file);
}

export function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
