/** Runs every test once, unbroken, to learn how long it takes and which mutants would make a difference to it. */
import { allMutants, type MutatedFile, testFiles } from "./all-mutants.ts";
import { Closures } from "./closure.ts";
import { keyOf, type Memory, type TracedTest } from "./memory.ts";
import { type Listed, TrialProcess } from "./trial-process.ts";

const UNBROKEN_CPU_MS_MAX = 300_000;

export interface TraceNeeds {
  readonly root: string;
  readonly memory: Memory;
  readonly isOver: () => boolean;
  readonly progress: (line: string) => void;
}

/** False when time was over before all were run. Throws when an unbroken test fails. */
export async function trace({ root, memory, isOver, progress }: TraceNeeds): Promise<boolean> {
  const closures = new Closures(root);
  const hashes = new Map(testFiles(root).map((file) => [file, closures.hashOf(file, () => true)]));
  for (const file of Object.keys(memory.kept.traces)) {
    if (!hashes.has(file)) delete memory.kept.traces[file];
  }
  const stale = [...hashes].filter(([file, hash]) => memory.kept.traces[file]?.hash !== hash);
  if (stale.length === 0) return true;
  const files = allMutants(root);
  using process = new TrialProcess("traced");
  const ready = await process.ready();
  if (ready.kind !== "ready") throw new Error(`the unbroken tests do not load: ${ready.kind}`);
  memory.kept.atStart = keysOf(ready.noted, files);
  for (const [file, hash] of stale) {
    if (isOver()) return false;
    const tests = await traceFile(process, ready.tests, file, files);
    memory.kept.traces[file] = { hash, tests };
    memory.save();
    const seconds = tests.reduce((sum, { cpuMs }) => sum + cpuMs, 0) / 1000;
    progress(`unbroken ${file}: ${tests.length} tests, ${seconds.toFixed(1)} s`);
  }
  return true;
}

async function traceFile(
  process: TrialProcess,
  all: readonly Listed[],
  file: string,
  files: readonly MutatedFile[],
): Promise<TracedTest[]> {
  const traced: TracedTest[] = [];
  for (const [test, { file: at, name }] of all.entries()) {
    if (at !== file) continue;
    const answer = await process.run({ test, mutant: undefined }, UNBROKEN_CPU_MS_MAX);
    if (answer.kind !== "done") throw new Error(`unbroken, "${name}" of ${file}: ${answer.kind}`);
    if (answer.failure !== undefined) {
      throw new Error(`unbroken, "${name}" of ${file} fails: ${answer.failure}`);
    }
    traced.push({ name, cpuMs: answer.cpuMs, noted: byFile(answer.noted, files) });
  }
  return traced;
}

function byFile(noted: readonly number[], files: readonly MutatedFile[]): TracedTest["noted"] {
  const found: Record<string, number[]> = {};
  for (const { file, hash, mutants, firstId } of files) {
    const own = noted.filter((id) => id >= firstId && id < firstId + mutants.length);
    if (own.length > 0) found[`${file} ${hash}`] = own.map((id) => id - firstId);
  }
  return found;
}

function keysOf(noted: readonly number[], files: readonly MutatedFile[]): string[] {
  return files.flatMap((file) =>
    noted
      .filter((id) => id >= file.firstId && id < file.firstId + file.mutants.length)
      .map((id) => keyOf(file, id - file.firstId)),
  );
}
