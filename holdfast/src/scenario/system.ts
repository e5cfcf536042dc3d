/**
 * A system that Holdfast can start: a reference system, or the author's own. It runs in a process of its own and
 * follows this small contract:
 *
 * - started as `node ENTRY --parts P --port N [--bug B]` (port 0: any free port), standard input held open;
 * - once it answers, one line of JSON on standard output: `{"ready": {"url": "http://127.0.0.1:3000", …}}`; what else
 *   stands in it reaches `setup` and `audit` as `systemInfo`;
 * - standard error goes to the run's log;
 * - it ends on SIGTERM, and by itself when its standard input closes, so that nothing outlives a dead Holdfast.
 */
export interface SystemDefinition {
  readonly name: string;
  /** The module to run. `new URL("./server/main.ts", import.meta.url)`. */
  readonly entry: URL;
  /** What it can stand on; the first is the default. */
  readonly parts: readonly Parts[];
  /** The port `holdfast serve` uses when none is given. Runs use any free port. */
  readonly port: number;
  readonly bugs: readonly PlantedBug[];
}

export type Parts = "embedded" | "real";

/** A fault built into the system on purpose, which the suite must catch. */
export interface PlantedBug {
  readonly name: string;
  /** Name of the invariant that must catch it. */
  readonly invariant: string;
  /** What is wrong, one sentence. */
  readonly says: string;
  /** The suite file in `load/` and the options with which it shows within a minute. */
  readonly recommended?: { readonly suite: string; readonly profile?: string };
}

/** A system of your own for Holdfast to start: name and entry are enough. */
export function defineSystem(
  options: Pick<SystemDefinition, "name" | "entry"> & Partial<SystemDefinition>,
): SystemDefinition {
  return Object.freeze({ parts: ["embedded"] as const, port: 0, bugs: [], ...options });
}
