/** Which code a run has tried: a fingerprint of the system's sources, and the commit that the whole was at. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { SystemDefinition } from "holdfast";

const SYSTEMS_FOLDER = fileURLToPath(new URL("..", import.meta.url));
/** What the systems share. */
const SHARED = ["http", "ports", "servers"];

/** Changes with whatever the system, its suites or its bugs are made of; tests and pages are not. */
export function codeOf({ entry }: SystemDefinition): string {
  const own = dirname(dirname(fileURLToPath(entry)));
  const folders = [own, ...SHARED.map((name) => join(SYSTEMS_FOLDER, name))];
  const files = [...sourcesBeside(SYSTEMS_FOLDER), ...folders.flatMap(sourcesIn)];
  const hash = createHash("sha256");
  for (const file of files) {
    hash.update(`${relative(SYSTEMS_FOLDER, file)}\n`).update(readFileSync(file));
  }
  return hash.digest("hex").slice(0, 16);
}

/** Of what is checked out; with a plus when something in it was changed since. */
export function commitNow(): string {
  const git = (...args: string[]): string =>
    execFileSync("git", args, { cwd: SYSTEMS_FOLDER, encoding: "utf8" }).trim();
  try {
    const changed = git("status", "--porcelain", "--untracked-files=no", "--", "..");
    return git("rev-parse", "--short", "HEAD") + (changed === "" ? "" : "+");
  } catch {
    return "unknown";
  }
}

function sourcesIn(folder: string): string[] {
  return sourcesOf(folder, readdirSync(folder, { recursive: true, encoding: "utf8" }));
}

/** Without its folders. */
function sourcesBeside(folder: string): string[] {
  return sourcesOf(folder, readdirSync(folder));
}

function sourcesOf(folder: string, files: readonly string[]): string[] {
  return files
    .filter((file) => /\.(ts|lua)$/.test(file) && !file.endsWith(".test.ts"))
    .sort()
    .map((file) => join(folder, file));
}
