/** Which code a run has tried: a fingerprint of the system's sources, and the commit that the whole was at. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { SystemDefinition } from "holdfast";

const SYSTEMS_FOLDER = fileURLToPath(new URL("..", import.meta.url));
/** What the systems share. */
const SHARED = ["http", "ports", "servers"];

/** Changes with whatever the system, its suites or its bugs are made of; tests and pages are not. */
export function codeOf({ entry }: SystemDefinition): string {
  const folders = [dirname(dirname(fileURLToPath(entry))), ...SHARED.map(sharedFolder)];
  const hash = createHash("sha256");
  for (const folder of folders) {
    for (const file of sourcesIn(folder)) {
      hash.update(`${file}\n`).update(readFileSync(join(folder, file)));
    }
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

function sharedFolder(name: string): string {
  return join(SYSTEMS_FOLDER, name);
}

function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.(ts|lua)$/.test(file) && !file.endsWith(".test.ts"))
    .sort();
}
