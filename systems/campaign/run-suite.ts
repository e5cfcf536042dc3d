/** One run by the command line, as a user would make it, and what of its result a campaign keeps. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { PlannedRun } from "./plan.ts";
import { loadFolder } from "./plan.ts";

export const ROOT: string = fileURLToPath(new URL("../..", import.meta.url));
const HOLDFAST = join(ROOT, "node_modules/.bin/holdfast");
const RUN_MS_MAX = 300_000;
const OUTPUT_BYTES_MAX = 256 << 20;

export interface RunOutcome {
  name: string;
  exitCode: number;
  verdict: string;
  headline: string;
  seed: string;
  /** Of the invariants that did not pass. */
  findings: {
    name: string;
    verdict: string;
    sentence: string;
    witnesses: number;
    provedMs: number;
  }[];
}

interface Result extends Omit<RunOutcome, "name" | "seed" | "findings"> {
  run: { seed: string };
  invariants: {
    name: string;
    verdict: string;
    sentence: string;
    witnesses: { invokedMs: number; returnedMs: number | null }[];
  }[];
}

/** Rejects when the command gives no result: that is neither caught nor clean. */
export async function runSuite(run: PlannedRun, options: readonly string[]): Promise<RunOutcome> {
  const out = mkdtempSync(join(tmpdir(), "holdfast-campaign-"));
  const bug = run.planted === undefined ? [] : ["--bug", run.planted];
  const path = join(loadFolder(run.system), run.suite);
  try {
    const result = await resultOf(["run", path, ...options, ...bug, "--out", out, "--json"]);
    const { exitCode, verdict, headline, invariants } = result;
    return {
      name: run.name,
      exitCode,
      verdict,
      headline,
      seed: result.run.seed,
      findings: invariants
        .filter((finding) => finding.verdict !== "pass")
        .map(({ witnesses, ...finding }) => ({
          ...finding,
          witnesses: witnesses.length,
          provedMs: Math.max(0, ...witnesses.map((w) => w.returnedMs ?? w.invokedMs)),
        })),
    };
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

function resultOf(args: readonly string[]): Promise<Result> {
  return new Promise((resolve, reject) => {
    const options = { cwd: ROOT, timeout: RUN_MS_MAX, maxBuffer: OUTPUT_BYTES_MAX };
    execFile(HOLDFAST, args, options, (error, stdout, stderr) => {
      try {
        resolve(JSON.parse(stdout) as Result);
      } catch {
        reject(new Error(`holdfast ${args.join(" ")}: ${stderr || error?.message}`));
      }
    });
  });
}
