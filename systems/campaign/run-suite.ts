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
/** Exit code of a command that never told. */
const NO_RESULT = -1;
const OUTPUT_BYTES_MAX = 256 << 20;

export interface RunOutcome {
  /** Of the run in the plan. */
  name: string;
  exitCode: number;
  verdict: string;
  headline: string;
  seed: string;
  /** From the command to its end. */
  tookMs: number;
  /** How often it was made before in vain: without a verdict. */
  repeats: number;
  /** Of the invariants that did not pass. */
  findings: {
    name: string;
    verdict: string;
    sentence: string;
    witnesses: number;
    provedMs: number;
  }[];
}

/** What of `--json` is read. */
interface Result extends Pick<RunOutcome, "exitCode" | "verdict" | "headline"> {
  run: { seed: string };
  invariants: {
    name: string;
    verdict: string;
    sentence: string;
    witnesses: { invokedMs: number; returnedMs: number | null }[];
  }[];
}

/** A command that gives no result is one that could not be judged, with what it said as headline. */
export async function runSuite(run: PlannedRun, options: readonly string[]): Promise<RunOutcome> {
  const out = mkdtempSync(join(tmpdir(), "holdfast-campaign-"));
  const bug = run.planted === undefined ? [] : ["--bug", run.planted];
  const path = join(loadFolder(run.system), run.suite);
  const beganMs = performance.now();
  const known = (): Pick<RunOutcome, "name" | "tookMs" | "repeats"> => ({
    name: run.name,
    tookMs: Math.round(performance.now() - beganMs),
    repeats: 0,
  });
  try {
    const result = await resultOf(["run", path, ...options, ...bug, "--out", out, "--json"]);
    const { exitCode, verdict, headline } = result;
    const seed = result.run.seed;
    return { ...known(), exitCode, verdict, headline, seed, findings: findingsOf(result) };
  } catch (error) {
    const headline = error instanceof Error ? error.message : String(error);
    const nothing = { exitCode: NO_RESULT, verdict: "unknown", seed: "", findings: [] };
    return { ...known(), ...nothing, headline };
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

function findingsOf({ invariants }: Result): RunOutcome["findings"] {
  return invariants
    .filter(({ verdict }) => verdict !== "pass")
    .map(({ name, verdict, sentence, witnesses }) => ({
      name,
      verdict,
      sentence,
      witnesses: witnesses.length,
      provedMs: Math.max(0, ...witnesses.map((w) => w.returnedMs ?? w.invokedMs)),
    }));
}

function resultOf(args: readonly string[]): Promise<Result> {
  return new Promise((resolve, reject) => {
    const options = { cwd: ROOT, timeout: RUN_MS_MAX, maxBuffer: OUTPUT_BYTES_MAX };
    execFile(HOLDFAST, args, options, (error, stdout, stderr) => {
      try {
        resolve(JSON.parse(stdout) as Result);
      } catch {
        reject(new Error(`no result: ${stderr.trim() || error?.message}`));
      }
    });
  });
}
