/** Judging again, from disk alone: stored runs by the invariants they were recorded with, JSON Lines by a model. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { monotonicNs } from "../base/clock.ts";
import { EXIT, got, HoldfastError, messageOf } from "../base/errors.ts";
import type { ExitCode } from "../base/errors.ts";
import { checkFile } from "../checker/check-file.ts";
import type { Considered, Finding, Verdict, Witness } from "../checker/finding.ts";
import { judgeRun } from "./judge-run.ts";
import { CHECK_FILE_NS_MAX } from "./limits.ts";
import { readRaw, withRaw } from "./raw-file.ts";
import { findRun } from "./run-folder.ts";

export interface CheckOptions {
  /** What a JSON Lines history is a history of. */
  model: string | undefined;
  /** The object's first value, as JSON. */
  initial: string | undefined;
  key: string | undefined;
  /** How isolated the transactions of a history of lists must be. */
  isolation: string | undefined;
  /** Joins the requests and answers that were kept to the witnesses. */
  raw: boolean;
}

export interface Checked {
  /** As it was given; for a run, with the invariant's name. */
  file: string;
  verdict: Verdict;
  sentence: string;
  witnesses: Witness[];
  /** Of a violation. */
  considered?: Considered;
}

/** Every file or run, and the exit code of the worst of them. */
export async function checkAll(
  names: readonly string[],
  cwd: string,
  options: CheckOptions,
): Promise<{ checked: Checked[]; exitCode: ExitCode }> {
  const checked: Checked[] = [];
  for (const name of names) {
    const path = resolve(cwd, name);
    const isFile = existsSync(path) && statSync(path).isFile();
    checked.push(
      ...(isFile ? [checkHistory(name, path, options)] : await checkRun(name, cwd, options)),
    );
  }
  return { checked, exitCode: exitOf(checked) };
}

async function checkRun(name: string, cwd: string, options: CheckOptions): Promise<Checked[]> {
  for (const option of ["model", "initial", "isolation"] as const) {
    if (options[option] === undefined) continue;
    throw wrong(`--${option} needs a history in JSON Lines, got the run ${name}`);
  }
  const folder = findRun(name, cwd);
  const { key } = options;
  const judged = await judgeRun(folder, { key });
  if (key !== undefined && judged.findings.every(({ checked }) => checked.operations === 0)) {
    throw wrong(`--key must be the key of a judged operation of ${name}, got ${got(key)}`);
  }
  const findings = options.raw ? withRaw(judged.findings, readRaw(folder)) : judged.findings;
  if (findings.length === 0) {
    const sentence = "The run was recorded without an invariant.";
    return [{ file: name, verdict: "unknown", sentence, witnesses: [] }];
  }
  return findings.map((finding) => checkedOf(`${name} ${finding.name}`, finding));
}

function checkHistory(name: string, path: string, options: CheckOptions): Checked {
  const { model, initial, key, isolation } = options;
  if (model === undefined)
    throw wrong(`--model must be given for the history ${name}, got nothing`);
  if (isolation !== undefined && model !== "list-append")
    throw wrong(`--isolation goes with --model list-append, got --model ${model}`);
  if (options.raw) throw wrong(`--raw needs a stored run, got the history ${name}`);
  const endNs = monotonicNs() + BigInt(CHECK_FILE_NS_MAX);
  const stop = (): boolean => monotonicNs() > endNs;
  const text = readText(path);
  const first = parseJson(initial);
  const finding = checkFile(text, { model, initial: first, key, isolation, file: name, stop });
  if (key !== undefined && finding.checked.keys === 0)
    throw wrong(`--key must be the key of an operation of ${name}, got ${got(key)}`);
  return checkedOf(name, finding);
}

function checkedOf(file: string, { verdict, sentence, witnesses, considered }: Finding): Checked {
  const checked: Checked = { file, verdict, sentence, witnesses };
  return considered === undefined ? checked : { ...checked, considered };
}

function exitOf(checked: readonly Checked[]): ExitCode {
  if (checked.some(({ verdict }) => verdict === "fail")) return EXIT.invariantViolated;
  if (checked.some(({ verdict }) => verdict === "unknown")) return EXIT.verdictUnknown;
  return EXIT.pass;
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw wrong(`${path} could not be read: ${messageOf(error)}`);
  }
}

function parseJson(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw wrong(`--initial must be a value in JSON, got ${text}`);
  }
}

function wrong(message: string): HoldfastError {
  return new HoldfastError(message, { code: "HF_CHECK" });
}
