/** The small C programs of `floor/`, compiled where there is a compiler. */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { findOnPath } from "./path.ts";
import { workplace } from "./workplace.ts";

export type CProgram = "floor" | "spin" | "arrivals" | "sockets" | "crier";

const compiled = new Map<CProgram, string>();

/** Why C programs cannot be had here; undefined when they can. */
export function lackingCompiler(): string | undefined {
  return compiler() === undefined ? "no C compiler (cc) on PATH" : undefined;
}

/** Path of the compiled program; throws when it does not compile. */
export function compileC(program: CProgram): string {
  const ready = compiled.get(program);
  if (ready !== undefined) return ready;
  const source = fileURLToPath(new URL(`../floor/${program}.c`, import.meta.url));
  const binary = workplace(program);
  const cc = compiler();
  if (cc === undefined) throw new Error(`${program}.c needs a C compiler`);
  execFileSync(cc, ["-O2", "-Wall", "-Wextra", "-Werror", "-o", binary, source], { stdio: "pipe" });
  compiled.set(program, binary);
  return binary;
}

function compiler(): string | undefined {
  return findOnPath("cc") ?? findOnPath("gcc") ?? findOnPath("clang");
}
