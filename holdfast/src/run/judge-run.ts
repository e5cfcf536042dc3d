/** Judges what is on disk, and nothing else: a run just ended and one stored last year are judged by the same lines. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { HoldfastError, messageOf } from "../base/errors.ts";
import type { Finding } from "../checker/finding.ts";
import { judge } from "../checker/judge.ts";
import { readHistory, readManifest } from "../history/read-history.ts";
import type { Invariant } from "../record/invariant.ts";
import type { LoadTest } from "../scenario/load-test.ts";
import { ownModelsOf } from "./own-models.ts";
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
}

/** `folder` is the run's. */
export async function judgeRun(
  folder: string,
  { key, test }: JudgeRunOptions = {},
): Promise<Judgement> {
  const historyFolder = join(folder, HISTORY_FOLDER);
  if (!existsSync(join(historyFolder, "manifest.json"))) {
    throw new HoldfastError(`${folder} must hold a history, got a run that kept none`, {
      code: "HF_HISTORY_MISSING",
    });
  }
  const manifest = await readManifest(historyFolder);
  const history = await readHistory(historyFolder);
  const ownModel = await ownModelsOf(manifest, test);
  const findings = judge(history, manifest.invariants, { key, ownModel });
  return { findings, operations: history.size, broken: null };
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

/** The command that judges one finding again. */
export function recheckCommand(id: string, key: string | null): string {
  if (key === null || key === "") return `holdfast check ${id}`;
  const quoted = /^[\w.:-]+$/.test(key) ? key : `'${key.replaceAll("'", "'\\''")}'`;
  return `holdfast check ${id} --key ${quoted}`;
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
