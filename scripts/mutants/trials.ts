/** Tries mutants one by one: each against the tests to which it makes a difference, the likeliest to notice first. */
import { CHECKERS, isJudged, type MutatedFile } from "./all-mutants.ts";
import { Closures } from "./closure.ts";
import { type Fate, keyOf, type Memory, type Remembered } from "./memory.ts";
import { type Listed, TrialProcess } from "./trial-process.ts";

/** A mutant that as many seconds of tests do not notice is held to have survived. */
const TESTS_CPU_MS_MAX = 40_000;
/** What takes longer, and by this factor longer than unbroken, no longer ends. */
const LATE_AFTER_CPU_MS = 3000;
const LATE_FACTOR = 5;
/** Stands for the test that every mutant is put to first: that the checkers can be loaded. */
const LOADING = "(loading)";
/** Tests that killed are run again without a mutant, if they are short: did they break by themselves? */
const SOUND_TEST_CPU_MS_MAX = 300;

export interface Job {
  readonly of: MutatedFile;
  readonly index: number;
}

interface Known {
  readonly file: string;
  readonly name: string;
  readonly cpuMs: number;
  readonly key: string;
}

export class Trials {
  readonly #memory: Memory;
  readonly #closures: Closures;
  readonly #noting = new Map<string, Known[]>();
  readonly #all: Known[] = [];
  readonly #kills = new Map<string, number>();
  readonly #testHashes = new Map<string, string>();

  /** The memory holds the traces of all tests. */
  constructor(root: string, memory: Memory) {
    this.#memory = memory;
    this.#closures = new Closures(root);
    for (const [file, { tests }] of Object.entries(memory.kept.traces)) {
      for (const { name, cpuMs, noted } of tests) {
        const test = { file, name, cpuMs, key: `${file} ${name}` };
        this.#all.push(test);
        for (const [mutated, indices] of Object.entries(noted)) {
          for (const index of indices) {
            const key = `${mutated} ${index}`;
            this.#noting.set(key, [...(this.#noting.get(key) ?? []), test]);
          }
        }
      }
    }
  }

  /** What is remembered, as far as it still holds for sure. */
  fateOf({ of, index }: Job): Fate | undefined {
    const key = keyOf(of, index);
    const known = this.#memory.kept.fates[key];
    if (known === undefined) return undefined;
    if (known.fate === "killed" || known.fate === "late") {
      const [test] = known.tests;
      if (test === LOADING) return known.fate;
      const killer = this.#all.find((other) => other.key === test);
      return killer !== undefined && this.#isTried(known, killer) ? known.fate : undefined;
    }
    const untried = this.#testsOf(key).filter((test) => !this.#isTried(known, test));
    return untried.length === 0 ? known.fate : undefined;
  }

  /** Takes jobs until none is left or time is over. */
  async work(
    jobs: Job[],
    isOver: () => boolean,
    done: (job: Job, fate: Fate) => void,
  ): Promise<void> {
    let bench: Bench | undefined;
    try {
      for (let job = jobs.shift(); job !== undefined && !isOver(); job = jobs.shift()) {
        const key = keyOf(job.of, job.index);
        const atStart = this.#memory.kept.atStart.includes(key);
        if (atStart || bench === undefined) {
          bench?.process[Symbol.dispose]();
          bench = await openBench(atStart ? job.of.firstId + job.index : undefined);
        }
        const fate = bench === undefined ? this.#unloadable(key) : await this.#try(bench, job, key);
        if (fate === "late" || atStart) {
          bench?.process[Symbol.dispose]();
          bench = undefined;
        }
        done(job, fate);
      }
      if (bench !== undefined) await this.#prove(bench);
    } finally {
      bench?.process[Symbol.dispose]();
    }
  }

  #unloadable(key: string): Fate {
    this.#remember(key, { fate: "killed", tests: [LOADING], tried: {} });
    return "killed";
  }

  async #try(bench: Bench, { of, index }: Job, key: string): Promise<Fate> {
    const mutant = of.firstId + index;
    const before = this.#memory.kept.fates[key];
    const candidates = this.#testsOf(key).filter(
      (test) => before === undefined || before.fate === "killed" || !this.#isTried(before, test),
    );
    const { process, places } = bench;
    let leftMs = TESTS_CPU_MS_MAX;
    for (const test of this.#inOrder(candidates, of.file)) {
      leftMs -= test.cpuMs;
      if (leftMs < 0) break;
      const ask = { test: places.get(test.key) as number, mutant };
      const answer = await process.run(ask, LATE_AFTER_CPU_MS + LATE_FACTOR * test.cpuMs);
      if (answer.kind === "done" && answer.failure === undefined) continue;
      const fate = answer.kind === "done" ? "killed" : "late";
      const killed = `${of.file} ${test.key}`;
      this.#kills.set(killed, (this.#kills.get(killed) ?? 0) + 1);
      bench.killers.set(test.key, test);
      bench.killed.push(key);
      this.#remember(key, { fate, tests: [test.key], tried: this.#triedNow([test]) });
      return fate;
    }
    const tried = { ...before?.tried, ...this.#triedNow(candidates) };
    const fate = this.#testsOf(key).length === 0 ? "unreached" : "survived";
    this.#remember(key, { fate, tests: [], tried });
    return fate;
  }

  #remember(key: string, fate: Remembered): void {
    this.#memory.kept.fates[key] = fate;
  }

  /** Tests that killed must pass again, or the process was broken by a mutant before and its verdicts are void. */
  async #prove({ process, places, killers, killed }: Bench): Promise<void> {
    for (const { key, cpuMs } of killers.values()) {
      if (cpuMs > SOUND_TEST_CPU_MS_MAX) continue;
      const ask = { test: places.get(key) as number, mutant: undefined };
      const answer = await process.run(ask, LATE_AFTER_CPU_MS + LATE_FACTOR * cpuMs);
      if (answer.kind !== "done" || answer.failure !== undefined) {
        for (const mutant of killed) delete this.#memory.kept.fates[mutant];
        throw new Error(`"${key}" fails without a mutant: what its process killed is forgotten`);
      }
    }
  }

  #testsOf(key: string): readonly Known[] {
    return this.#memory.kept.atStart.includes(key) ? this.#all : (this.#noting.get(key) ?? []);
  }

  #inOrder(tests: readonly Known[], file: string): Known[] {
    const near = ({ file: test }: Known): number =>
      Number(!test.startsWith(file.slice(0, -".ts".length)));
    const kills = ({ key }: Known): number => this.#kills.get(`${file} ${key}`) ?? 0;
    return tests.toSorted((a, b) => kills(b) - kills(a) || near(a) - near(b) || a.cpuMs - b.cpuMs);
  }

  #triedNow(tests: readonly Known[]): Record<string, string> {
    return Object.fromEntries(tests.map(({ file }) => [file, this.#testHash(file)]));
  }

  #isTried({ tried }: Remembered, { file }: Known): boolean {
    return tried[file] === this.#testHash(file);
  }

  /** Of what the test itself is, not of what it judges. */
  #testHash(file: string): string {
    let hash = this.#testHashes.get(file);
    if (hash === undefined) {
      hash = this.#closures.hashOf(file, (met) => met.startsWith(CHECKERS) && !isJudged(met));
      this.#testHashes.set(file, hash);
    }
    return hash;
  }
}

interface Bench {
  readonly process: TrialProcess;
  /** Where a test is in the list of the process. */
  readonly places: ReadonlyMap<string, number>;
  readonly killers: Map<string, Known>;
  /** Keys of mutants. */
  readonly killed: string[];
}

/** Undefined when a mutant keeps the checkers from being loaded. */
async function openBench(mutant: number | undefined): Promise<Bench | undefined> {
  const process = new TrialProcess("switched", mutant);
  const ready = await process.ready();
  if (ready.kind === "ready") {
    const keyed = ready.tests.map(({ file, name }: Listed, i) => [`${file} ${name}`, i] as const);
    return { process, places: new Map(keyed), killers: new Map(), killed: [] };
  }
  process[Symbol.dispose]();
  if (mutant === undefined) throw new Error(`the unbroken tests do not load: ${ready.kind}`);
  return undefined;
}
