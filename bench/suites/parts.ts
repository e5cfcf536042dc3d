/** The suites that measure one part of Holdfast alone, each script in a process of its own on the client's core. */
import { fileURLToPath } from "node:url";
import { runToEnd } from "../harness/child.ts";
import { lackingPackage } from "../harness/path.ts";
import {
  type Cell,
  type Findings,
  type Goal,
  isChosen,
  type ResultTable,
  type Settings,
  type Suite,
} from "../harness/result.ts";
import { interleave, type Measured, pluck } from "../harness/rounds.ts";
import { spreadOf } from "../harness/spread.ts";
import { words } from "../harness/words.ts";
import { V8_FLAGS } from "../holdfast/command.ts";
import type { Figure } from "../parts/figure.ts";

type Part = Pick<Suite, "name"> &
  Pick<Findings, "title" | "method"> & {
    scripts: readonly Script[];
    goals: readonly (Pick<Goal, "says" | "limit" | "kind"> & { figure: string })[];
  };

interface Script {
  name: string;
  lacking: string | undefined;
  args: readonly string[];
  /** True when it takes the regular expression itself, and measures only those of its figures that it finds. */
  picks?: boolean;
}

export const engine: Suite = suiteOf({
  name: "engine",
  title: "The engine alone",
  method: [
    "Iterations that do nothing, recorded by nobody: what executors, pacing and virtual users cost by themselves. " +
      "Lateness is the start of an iteration minus its intended start, without the first fifth of a run of 3 s.",
  ],
  scripts: [
    { name: "precise", lacking: undefined, args: ["engine.ts", "precise"] },
    { name: "economy", lacking: undefined, args: ["engine.ts", "economy"] },
    { name: "sleepers", lacking: undefined, args: ["engine.ts", "sleepers"] },
  ],
  goals: [],
});

export const history: Suite = suiteOf({
  name: "history",
  title: "The history alone",
  method: [
    "Two million operations of one thread, each with a key, an id of 16 characters and an answered order id; what is " +
      "said of ten million is five times that. While they are recorded their texts lie in the cache, as those of a request " +
      "that was just answered do.",
    "The stand-still is the time of an operation that fills a block, of which every eighth also posts eight of them. CPU of " +
      "writing is that of the whole process.",
  ],
  scripts: [{ name: "history", lacking: undefined, args: ["history.ts"] }],
  goals: [
    {
      says: "history on disk, of one operation",
      figure: "on disk, per operation",
      limit: 60,
      kind: "max",
    },
    {
      says: "stand-still for the history, p99",
      figure: "stand-still for a block, p99",
      limit: 50,
      kind: "max",
    },
  ],
});

export const histogram: Suite = suiteOf({
  name: "histogram",
  title: "The histogram alone",
  method: [
    "Log-normal latencies around 1 ms, three significant digits, one histogram per process.",
  ],
  scripts: [
    { name: "Holdfast", lacking: undefined, args: ["histogram.ts", "holdfast"] },
    {
      name: "hdr-histogram-js",
      lacking: lackingPackage("hdr-histogram-js"),
      args: ["histogram.ts", "hdr-js"],
    },
    {
      name: "hdr-histogram-js in WebAssembly",
      lacking: lackingPackage("hdr-histogram-js"),
      args: ["histogram.ts", "hdr-wasm"],
    },
    { name: "node:perf_hooks", lacking: undefined, args: ["histogram.ts", "node"] },
  ],
  goals: [],
});

export const checkers: Suite = suiteOf({
  name: "checkers",
  title: "The checkers alone",
  method: [
    "A history in memory, one thread, the second pass. The sale: 1,000 products, each 1,000 orders by 100 customers at a " +
      "time, half refused, 1 in 100 unknown, 1 in 50 repeated, and an audit; 1.5 million operations. The race: 10,000 " +
      "things, each claimed by 100 at once.",
    "The wallets: 1,000 accounts, each 1,000 credits, debits, refusals and balances. The holds: 400,000 keys of two or " +
      "three operations. Stock with cancels: 1,000 products, each 1,000 orders and cancels; where somebody was refused, " +
      "its last row is the search for an order.",
  ],
  scripts: [{ name: "checkers", lacking: undefined, args: ["checkers.ts"], picks: true }],
  goals: [
    {
      says: "no oversell, operations judged per second",
      figure: "no oversell",
      limit: 5,
      kind: "min",
    },
    {
      says: "one effect per key, operations judged per second",
      figure: "one effect per key",
      limit: 5,
      kind: "min",
    },
    {
      says: "no double spend, operations judged per second",
      figure: "no double spend",
      limit: 5,
      kind: "min",
    },
  ],
});

export const large: Suite = suiteOf({
  name: "large",
  title: "Thirty million operations, judged from disk",
  method: [
    "A sale of 3,000 products, 10,000 customers each, with ids of their own: 30 million operations in a run's history " +
      "(1.5 GB of disk), judged as `holdfast check` does. Memory is the resident set of the whole process at its highest.",
  ],
  scripts: [{ name: "large", lacking: undefined, args: ["large-history.ts"] }],
  goals: [
    {
      says: "memory to judge 30 million operations",
      figure: "memory at most",
      limit: 2000,
      kind: "max",
    },
  ],
});

function suiteOf(part: Part): Suite {
  return { name: part.name, run: (settings) => run(part, settings) };
}

async function run(part: Part, settings: Settings): Promise<Findings> {
  const chosen = part.scripts.filter((one) => one.picks === true || isChosen(settings, one));
  const measured = await interleave(chosen, settings.rounds, (script) =>
    runScript(script, settings.only),
  );
  const table = tableOf(measured);
  return {
    title: part.title,
    method: part.method,
    tables: [table],
    goals: part.goals.map(({ figure, ...goal }) => {
      const cells = table.rows.find(({ name }) => name === figure)?.cells;
      return { ...goal, seen: medianOf(cells?.["value"]), unit: textOf(cells?.["unit"]) };
    }),
    missing: measured.missing,
  };
}

async function runScript(
  { args: [file = "", ...args], picks }: Script,
  only: string,
): Promise<Figure[]> {
  const script = fileURLToPath(new URL(`../parts/${file}`, import.meta.url));
  const condition = "--conditions=holdfast-source";
  const picked = picks === true ? [only] : [];
  const argv = words`${process.execPath} ${V8_FLAGS} ${condition} ${script} ${args} ${picked}`;
  return JSON.parse(await runToEnd({ argv }, "client")) as Figure[];
}

function tableOf(measured: Measured<Figure[]>): ResultTable {
  const rows = [...measured.figures].flatMap(([script, rounds]) => {
    const first = rounds.find((figures) => figures !== undefined) ?? [];
    return first.map(({ name, unit }) => {
      const value = spreadOf(
        pluck(measured, script, (figures) => figures.find((one) => one.name === name)?.value),
      );
      return { name, cells: { value, unit } };
    });
  });
  const columns = [
    { key: "value", title: "figure", digits: 1, stable: true },
    { key: "unit", title: "unit", digits: 0 },
  ];
  return { title: "One thread", columns, rows };
}

function textOf(cell: Cell): string {
  return typeof cell === "string" ? cell : "";
}

function medianOf(cell: Cell): number | undefined {
  return typeof cell === "object" ? cell.median : undefined;
}
