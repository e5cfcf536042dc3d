/** From the outcomes of runs to what may be claimed: per bug how surely it is caught, per suite how often it cried wolf. */
import { clopperPearson } from "./clopper-pearson.ts";
import type { PlannedRun } from "./plan.ts";
import type { RunOutcome } from "./run-suite.ts";

/** A proof that takes longer does not count. */
const PROOF_MS_MAX = 60_000;

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
  /** Runs without a verdict: the generator was the bottleneck, too little was seen. No alarm, and no proof of silence. */
  undecided: string[];
}

export interface Score {
  bugs: BugScore[];
  clean: CleanScore[];
  /** Undefined when the campaign had none. */
  canary: { planted: string; noticed: boolean } | undefined;
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
  // Judged as a clean run like the others; only then is looked up what it was.
  const canary = clean.find(({ run }) => run.planted !== undefined);
  const suites = groupedBy(
    clean.filter((one) => one !== canary),
    ({ run }) => `${run.system.name} ${run.suite}`,
  );
  return {
    bugs: bugs.map(bugScore),
    clean: suites.map(cleanScore),
    canary: canary && {
      planted: `${canary.run.system.name}: ${canary.run.planted}`,
      noticed: alarmsOf(canary).length > 0,
    },
  };
}

export function isCaught({ run, outcome }: Finished): boolean {
  const finding = findingOf({ run, outcome });
  return finding?.verdict === "fail" && outcome.exitCode === 90 && finding.provedMs <= PROOF_MS_MAX;
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
    sentence:
      missed === undefined
        ? (proofs[0]?.sentence ?? "")
        : `missed: exit ${missed.outcome.exitCode}, ${missed.outcome.headline} (seed ${missed.outcome.seed})`,
  };
}

function cleanScore(runs: readonly Finished[]): CleanScore {
  const { run } = runs[0] as Finished;
  const silent = runs.filter((one) => alarmsOf(one).length === 0);
  return {
    system: run.system.name,
    suite: run.suite,
    runs: runs.length,
    alarms: runs.flatMap(alarmsOf),
    undecided: silent
      .filter(({ outcome }) => outcome.verdict !== "pass")
      .map(({ outcome }) => `exit ${outcome.exitCode}: ${outcome.headline} (seed ${outcome.seed})`),
  };
}

function findingOf({ run, outcome }: Finished): RunOutcome["findings"][number] | undefined {
  return outcome.findings.find(({ name }) => name === run.bug?.invariant);
}

function groupedBy<T>(all: readonly T[], name: (one: T) => string): T[][] {
  return [...Map.groupBy(all, name).entries()]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([, group]) => group);
}
