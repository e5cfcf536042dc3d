/**
 * What a campaign knows, kept in a file so that it may go on in pieces. What is remembered of a mutant holds for one
 * source of its checker and one form of the tests that decided it; when either changes, it is tried again.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { MutatedFile } from "./all-mutants.ts";

/** `late`: a test no longer ended. `unreached`: to no test would it have made a difference. */
export type Fate = "killed" | "late" | "survived" | "unreached";

export interface Remembered {
  readonly fate: Fate;
  /** The tests that decided it: the last one killed it, if it is dead. */
  readonly tests: readonly string[];
  /** A test file and its hash when it was tried. */
  readonly tried: Readonly<Record<string, string>>;
}

export interface TracedTest {
  readonly name: string;
  readonly cpuMs: number;
  /** Numbers of mutants that would have made a difference, by the file they are in and its hash. */
  readonly noted: Readonly<Record<string, readonly number[]>>;
}

interface Kept {
  readonly traces: Record<string, { readonly hash: string; readonly tests: TracedTest[] }>;
  readonly fates: Record<string, Remembered>;
  /** Mutants in what runs while the checkers are loaded. */
  atStart: string[];
}

export class Memory {
  readonly #path: string;
  readonly kept: Kept;

  /** Nothing is remembered when there is no such file. */
  constructor(path: string) {
    this.#path = path;
    this.kept = read(path) ?? { traces: {}, fates: {}, atStart: [] };
  }

  save(): void {
    mkdirSync(dirname(this.#path), { recursive: true });
    writeFileSync(`${this.#path}.new`, JSON.stringify(this.kept));
    renameSync(`${this.#path}.new`, this.#path);
  }
}

/** The name of a mutant as long as its file does not change. */
export function keyOf({ file, hash }: MutatedFile, index: number): string {
  return `${file} ${hash} ${index}`;
}

function read(path: string): Kept | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Kept;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new Error(`${path}: ${(error as Error).message}`, { cause: error });
  }
}
