/**
 * The whole way, once, top to bottom: plan, start the system, set up, load, audit, judge, tell. Each step is a file
 * beside this one; what a step needs of the steps before it stands in its arguments.
 */
import { relative } from "node:path";
import { monotonicNs, systemClock } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import { seededRandom } from "../base/random.ts";
import type { RunResult } from "../verdict/result.ts";
import { runAudit, runSetup, runTeardown } from "./author-steps.ts";
import type { StepsHost } from "./author-steps.ts";
import type { EngineThreads } from "./engine-threads.ts";
import { Interruption } from "./interruption.ts";
import { Ledger } from "./ledger.ts";
import type { LoadReport } from "./load.ts";
import { openTarget } from "./open-target.ts";
import { keepsRaw } from "./prepare-run.ts";
import type { PlannedRun } from "./prepare-run.ts";
import { RAW_FILE, rawLines, rawOf, secretNamesOf, withRaw } from "./raw-file.ts";
import { createRunFolder, runId } from "./run-folder.ts";
import { noRecord, openRecord } from "./run-record.ts";
import type { Frame, RunStory, Trouble } from "./story.ts";
import { conclude, tell } from "./terminal.ts";
import type { RunHost } from "./terminal.ts";
import { underLoad } from "./under-load.ts";
import { writeReports } from "./write-reports.ts";

/** `threads` are loading the script, and are gone when the run is over. Throws a HoldfastError when no load could be sent; whatever happens after that is in the result. */
export async function runTest(
  planned: PlannedRun,
  host: RunHost,
  threads: EngineThreads,
): Promise<RunResult> {
  const { loaded, options, startedAt } = planned;
  await using folder = createRunFolder(options.out, runId(startedAt, loaded.test.name));
  using interruption = new Interruption((listener) => host.onInterrupt(listener));
  const frame: Frame = { ...planned, folder, interruption, host };

  const story = await whileSystemIsUp(frame, threads);
  tell(host.out, options.volume, "judging the history …");
  // What comes after the load is loaded after the load: nothing stands between the command and its first request.
  const { judgeFrame } = await import("./judge-run.ts");
  const { buildResult } = await import("./build-result.ts");
  const judgement = await judgeFrame(frame);
  const result = buildResult(frame, story, judgement);
  result.notes.push(...(await tellRaw(frame, story, result)));
  result.notes.push(...(await writeReports(folder, result)));
  tell(host.out, options.volume, "");
  await conclude(host.out, options.volume, result, relative(host.cwd, folder.path));
  return result;
}

/** Writes what was said by the first operations, and joins it to the witnesses. Returns what could not be written. */
async function tellRaw(frame: Frame, story: RunStory, result: RunResult): Promise<string[]> {
  if (!keepsRaw(frame)) return [];
  const raw = rawOf(story.load.ends, secretNamesOf(frame));
  result.invariants = withRaw(result.invariants, raw);
  try {
    await frame.folder.write(RAW_FILE, rawLines(raw));
    return [];
  } catch (error) {
    return [`${RAW_FILE} could not be written: ${messageOf(error)}`];
  }
}

/** Set up, load, audit, tear down. The system is stopped before judging, so that checkers have the machine. */
async function whileSystemIsUp(frame: Frame, threads: EngineThreads): Promise<RunStory> {
  const { loaded, options, prepared, folder, seed, interruption } = frame;
  const { test } = loaded;
  const { signal } = interruption;
  const now = (text: string): void => tell(frame.host.out, options.volume, text);
  now(options.target === undefined && test.system !== undefined ? "starting the system …" : "");
  await using target = await openTarget(test, {
    ...options,
    log: (text) => folder.log(text),
    signal,
  }).finally(() => now(""));
  const record = options.keepHistory
    ? await openRecord(folder.historyPath, historyStart(frame, target.url))
    : noRecord(options.threads);
  const ledger = new Ledger(prepared, test.invariants ?? [], record.files);
  const steps = (clock: StepsHost["clock"], operations: StepsHost["operations"]): StepsHost => ({
    test,
    target,
    clock,
    operations,
    random: seededRandom(seed),
    env: options.env,
    log: (text) => folder.log(text),
  });

  const setupClock = systemClock(monotonicNs());
  const trouble: Trouble[] = [];
  const { url, parts } = target;
  let data: unknown;
  now(test.setup === undefined ? "" : "setting up …");
  const isSetUp = await attempt(trouble, async () => {
    data = await interruption.race(runSetup(steps(setupClock, record.early)));
  });
  if (!isSetUp) {
    record.begin(setupClock.nowNs());
    const losses = await record.finish(setupClock, { auditComplete: false, lostRecords: 0 });
    return { load: NO_LOAD, ledger, trouble, losses, url, parts };
  }
  now("");
  await interruption.race(threads.ready());
  const { load, clock } = await underLoad(frame, { threads, target, data, record, ledger }, () =>
    record.begin(setupClock.nowNs()),
  );
  const late = steps(clock, record.late);
  now(test.audit === undefined ? "" : "the audit reads back …");
  const auditComplete = await attempt(trouble, () => interruption.race(runAudit(late, data)));
  await attempt(trouble, () => interruption.race(runTeardown(late, data)));
  const losses = await record.finish(clock, {
    auditComplete: auditComplete && test.audit !== undefined && !load.killed,
    lostRecords: load.ends.reduce((sum, end) => sum + end.lostRecords, 0),
  });
  return { load, ledger, trouble, losses, url, parts };
}

/** Of a run whose `setup` never came to its end. */
const NO_LOAD: LoadReport = {
  endedNs: 0,
  ends: [],
  exceptions: [],
  early: undefined,
  killed: false,
};

/** A step whose failure must not cost what was seen before it. */
async function attempt(trouble: Trouble[], step: () => Promise<void>): Promise<boolean> {
  try {
    await step();
    return true;
  } catch (error) {
    trouble.push(error instanceof Error ? error : new Error(String(error)));
    return false;
  }
}

function historyStart(
  { loaded: { test, file, exportName }, options, folder, seed }: Frame,
  url: string,
): Parameters<typeof openRecord>[1] {
  const invariants = test.invariants ?? [];
  return {
    run: {
      id: folder.id,
      name: test.name,
      seed,
      target: url,
      bug: options.bug ?? null,
      script: file,
      test: exportName,
    },
    threads: options.threads,
    operations: [...new Set(invariants.map(({ operation }) => operation))],
    // Without what is code in them.
    invariants: invariants.map(({ kind, name, operation, options: plain }) => ({
      kind,
      name,
      operation,
      options: plain,
    })),
  };
}
