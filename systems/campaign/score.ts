/** From the outcomes of runs to what may be claimed: per bug how surely it is caught, per suite how often it cried wolf. */
import { clopperPearson } from "./clopper-pearson.ts";
import type { PlannedRun } from "./plan.ts";
import type { RunOutcome } from "./run-suite.ts";

/** A proof that takes longer does not count. */
const PROOF_MS_MAX = 60_000;
/** Of the tries of one bug. */
const CAUGHT_SHARE_MIN = 0.95;
const EXIT_THRESHOLD = 99;

export interface BugScore {
  system: string;
  bug: string;
  invariant: string;
  tries: number;
  caught: number;
  /** 95 % interval of the probability to catch it. */
  low: number;
  high: number;
  /** From the start of the load to the end of the last operation of the proof. */
  provedMsMedian: number;
  witnessesMax: number;
  /** An example; or why it was not caught. */
  sentence: string;
}

export interface CleanScore {
  system: string;
  suite: string;
  runs: number;
  alarms: string[];
  /** Runs that could not be judged: the generator was the bottleneck, too little was seen. */
  undecided: string[];
  /** Runs in which every invariant held and a threshold did not: slow, and no alarm. */
  slow: string[];
  /** How many runs had to be made again, as they could not be judged at first. */
  repeats: number;
}

/** One of each system; only those that had their turn. */
export interface CanaryScore {
  planted: string;
  noticed: boolean;
}

export interface Score {
  bugs: BugScore[];
  clean: CleanScore[];
  canaries: CanaryScore[];
}

export interface Finished {
  readonly run: PlannedRun;
  readonly outcome: RunOutcome;
}

export function scoreOf(finished: readonly Finished[]): Score {
  const bugs = groupedBy(
    finished.filter(({ run }) => run.kind === "bug"),
    ({ run }) => `${run.system.name} ${run.bug?.name}`,
  );
  const clean = finished.filter(({ run }) => run.kind === "clean");
  const suites = groupedBy(
    clean.filter(({ run }) => run.planted === undefined),
    ({ run }) => `${run.system.name} ${run.suite}`,
  );
  // Judged as clean runs like the others; only then is looked up what they were.
  const canaries = clean.filter(({ run }) => run.planted !== undefined);
  return {
    bugs: bugs.map(bugScore),
    clean: suites.map(cleanScore),
    canaries: canaries.map((one) => ({
      planted: `${one.run.system.name}: ${one.run.planted}`,
      noticed: alarmsOf(one).length > 0,
    })),
  };
}

/** `once`: each bug was tried until it was caught, so one catch is all there can be. */
export function isGood({ bugs, clean, canaries }: Score, { once }: { once: boolean }): boolean {
  const isCaughtEnough = ({ caught, tries }: BugScore): boolean =>
    once ? caught > 0 : caught >= CAUGHT_SHARE_MIN * tries;
  return (
    bugs.every(isCaughtEnough) &&
    clean.every(({ alarms }) => alarms.length === 0) &&
    canaries.every(({ noticed }) => noticed)
  );
}

export function isCaught({ run, outcome }: Finished): boolean {
  const finding = findingOf({ run, outcome });
  return finding?.verdict === "fail" && outcome.exitCode === 90 && finding.provedMs <= PROOF_MS_MAX;
}

/** Neither an alarm nor a proof that there is nothing to be alarmed about. */
export function isUndecided({ verdict, exitCode, findings }: RunOutcome): boolean {
  if (findings.length > 0) return findings.every((finding) => finding.verdict !== "fail");
  return verdict !== "pass" && exitCode !== EXIT_THRESHOLD;
}

/** What a clean run must not say. */
export function alarmsOf({ outcome }: Finished): string[] {
  return outcome.findings
    .filter(({ verdict }) => verdict === "fail")
    .map(({ name, sentence }) => `${name}: ${sentence} (seed ${outcome.seed})`);
}

function bugScore(tries: readonly Finished[]): BugScore {
  const { run } = tries[0] as Finished;
  const caught = tries.filter(isCaught);
  const missed = tries.find((one) => !isCaught(one));
  const proofs = caught.map((one) => findingOf(one) as NonNullable<ReturnType<typeof findingOf>>);
  const times = proofs.map(({ provedMs }) => provedMs).sort((a, b) => a - b);
  return {
    system: run.system.name,
    bug: run.bug?.name ?? "",
    invariant: run.bug?.invariant ?? "",
    tries: tries.length,
    caught: caught.length,
    ...clopperPearson(caught.length, tries.length),
    provedMsMedian: times[Math.floor(times.length / 2)] ?? Number.NaN,
    witnessesMax: Math.max(0, ...proofs.map(({ witnesses }) => witnesses)),
    sentence: missed === undefined ? (proofs[0]?.sentence ?? "") : `missed: ${toldOf(missed)}`,
  };
}

function cleanScore(runs: readonly Finished[]): CleanScore {
  const { run } = runs[0] as Finished;
  const silent = runs.filter((one) => alarmsOf(one).length === 0);
  const undecided = silent.filter(({ outcome }) => isUndecided(outcome));
  const slow = silent.filter((one) => !undecided.includes(one) && one.outcome.verdict !== "pass");
  return {
    system: run.system.name,
    suite: run.suite,
    runs: runs.length,
    alarms: runs.flatMap(alarmsOf),
    undecided: undecided.map(toldOf),
    slow: slow.map(toldOf),
    repeats: runs.reduce((sum, { outcome }) => sum + outcome.repeats, 0),
  };
}

function toldOf({ outcome: { exitCode, headline, seed } }: Finished): string {
  return `exit ${exitCode}: ${headline} (seed ${seed})`;
}

function findingOf({ run, outcome }: Finished): RunOutcome["findings"][number] | undefined {
  return outcome.findings.find(({ name }) => name === run.bug?.invariant);
}

function groupedBy<T>(all: readonly T[], name: (one: T) => string): T[][] {
  return [...Map.groupBy(all, name).entries()]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([, group]) => group);
}
