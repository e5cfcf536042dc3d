/** Judges what is on disk, and nothing else: a run just ended and one stored last year are judged by the same lines. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { HoldfastError, messageOf } from "../base/errors.ts";
import { collectGarbage } from "../base/memory.ts";
import { formatCount } from "../base/units.ts";
import type { Finding, Judged } from "../checker/finding.ts";
import { PARTS_BY, together } from "../checker/in-parts.ts";
import type { JudgeOptions } from "../checker/judge.ts";
import { judge } from "../checker/judge.ts";
import type { Manifest } from "../history/manifest.ts";
import { readHistory, readManifest, rowsAtMost } from "../history/read-history.ts";
import type { Invariant } from "../record/invariant.ts";
import type { LoadTest } from "../scenario/load-test.ts";
import { ownModelsOf } from "./own-models.ts";
import { PART_OPERATIONS_MAX, WHOLE_OPERATIONS_MAX } from "./limits.ts";
import { HISTORY_FOLDER } from "./run-folder.ts";
import type { Frame } from "./story.ts";

export interface Judgement {
  findings: Finding[];
  /** Operations judged. */
  operations: number;
  /** What of Holdfast broke while judging. */
  broken: string | null;
}

export interface JudgeRunOptions {
  /** Judges this key alone. */
  key?: string | undefined;
  /** The run's test, where it is at hand. */
  test?: LoadTest | undefined;
  /** More operations than this are judged in parts. Default PART_OPERATIONS_MAX. */
  partMax?: number;
}

/** `folder` is the run's. */
export async function judgeRun(
  folder: string,
  { key, test, partMax = PART_OPERATIONS_MAX }: JudgeRunOptions = {},
): Promise<Judgement> {
  const historyFolder = join(folder, HISTORY_FOLDER);
  if (!existsSync(join(historyFolder, "manifest.json"))) {
    throw new HoldfastError(`${folder} must hold a history, got a run that kept none`, {
      code: "HF_HISTORY_MISSING",
    });
  }
  const manifest = await readManifest(historyFolder);
  const ownModel = await ownModelsOf(manifest, test);
  const parts = Math.ceil((await sizeOf(historyFolder, manifest)) / partMax);
  if (parts > 1) return judgeInParts(historyFolder, manifest.invariants, parts, { key, ownModel });
  const history = await readHistory(historyFolder);
  const findings = judge(history, manifest.invariants, { key, ownModel });
  return {
    findings: findings.map((finding) => together([finding], "key")),
    operations: history.size,
    broken: null,
  };
}

/** A history that is too large for the memory it may take: a share of the keys at a time, read again for each. */
async function judgeInParts(
  folder: string,
  invariants: readonly Invariant[],
  count: number,
  options: JudgeOptions,
): Promise<Judgement> {
  const findings = new Map<Invariant, Finding>();
  let operations = 0;
  for (const by of ["key", "result"] as const) {
    const asked = invariants.filter(({ kind }) => PARTS_BY[kind] === by);
    if (asked.length === 0 && by !== "key") continue;
    const partial: Judged[][] = [];
    for (let index = 0; index < count; index++) {
      // The part before is of no more use, and large.
      collectGarbage();
      const history = await readHistory(folder, { by, index, count });
      if (by === "key") operations += history.size;
      partial.push(judge(history, asked, options));
    }
    for (const [i, invariant] of asked.entries()) {
      const found = partial.map((part) => part[i] as Judged);
      findings.set(invariant, together(found, by));
    }
  }
  const whole = invariants.filter(({ kind }) => PARTS_BY[kind] === undefined);
  const found = await judgeWhole(folder, whole, operations, options);
  for (const [i, invariant] of whole.entries()) findings.set(invariant, found[i] as Finding);
  return {
    findings: invariants.map((invariant) => findings.get(invariant) as Finding),
    operations,
    broken: null,
  };
}

/** Those that speak of all keys at once. */
async function judgeWhole(
  folder: string,
  invariants: readonly Invariant[],
  operations: number,
  options: JudgeOptions,
): Promise<Finding[]> {
  if (invariants.length === 0) return [];
  if (operations <= WHOLE_OPERATIONS_MAX) {
    const findings = judge(await readHistory(folder), invariants, options);
    return findings.map((finding) => together([finding], "key"));
  }
  const why =
    `It needs all operations at once, and the history has ${formatCount(operations)}; ` +
    `at most ${formatCount(WHOLE_OPERATIONS_MAX)} fit in memory.`;
  return invariants.map((invariant) => undecided(invariant, why));
}

/** Operations at most: what a finished run says it wrote, else what its files could hold. */
async function sizeOf(folder: string, manifest: Manifest): Promise<number> {
  return manifest.end?.records ?? (await rowsAtMost(folder));
}

/** The same for a run that has just ended: what cannot be judged is unknown, and says why. */
export async function judgeFrame({ loaded, options, folder }: Frame): Promise<Judgement> {
  const invariants = loaded.test.invariants ?? [];
  if (!options.keepHistory) {
    const why = "No history was kept (--no-history), so nothing can be said.";
    return { findings: invariants.map((one) => undecided(one, why)), operations: 0, broken: null };
  }
  try {
    return await judgeRun(folder.path, { test: loaded.test });
  } catch (error) {
    const broken = messageOf(error);
    const findings = invariants.map((one) => undecided(one, `It could not be judged: ${broken}`));
    return { findings, operations: 0, broken };
  }
}

function undecided({ name, kind }: Invariant, sentence: string): Finding {
  return {
    name,
    kind,
    verdict: "unknown",
    sentence,
    checked: { operations: 0, keys: 0, unknownOutcomes: 0, overlapMax: 0 },
    witnesses: [],
    count: 0,
    key: null,
  };
}
