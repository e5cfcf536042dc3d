/**
 * What the history costs: in the hot path, on its way to the disk, and when it is read back. Operations carry what a
 * real one does: a key, an id of 16 characters of its own, and an order id that the system answered.
 */
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MessageChannel } from "node:worker_threads";
import { createHistory } from "../../holdfast/src/history/history-files.ts";
import { HistoryRecorder } from "../../holdfast/src/history/history-recorder.ts";
import { readHistory } from "../../holdfast/src/history/read-history.ts";
import { openSql } from "../../holdfast/src/history/sql.ts";
import { RULE } from "../../holdfast/src/record/outcome.ts";
import type { OperationStart } from "../../holdfast/src/record/operation.ts";
import { quantile } from "../harness/spread.ts";
import { type Figure, nsPerTurn, report } from "./figure.ts";

const OPERATIONS = 2_000_000;
const TEN_MILLION = 10_000_000;
const GAP_NS = 10_000;
/** Answers that one turn of the event loop brings. */
const TURNS_AT_ONCE = 512;
const DEFINITION = { name: "order", statuses: {} };

const folder = mkdtempSync(join(tmpdir(), "holdfast-bench-history-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const starts = Array.from({ length: 65_536 }, (_, index): OperationStart => {
  const id = flat(index.toString(16).padStart(16, "0"));
  return { definition: DEFINITION, key: `product-${index & 63}`, id };
});
const orderIds = starts.map((_, index) => flat(`o-${1_000_000 + index}`));
/** So few that they lie in the cache, as do the texts of a request that has just been answered. */
const WARM_ITEMS = 4_096;

report([hotPath(), await sealing(), ...(await toDiskAndBack())]);

/** In one piece, as texts are that came with an answer; what was put together from parts is a chain of them. */
function flat(text: string): string {
  return Buffer.from(text).toString("latin1");
}

function act(recorder: HistoryRecorder, turn: number, items = starts.length): void {
  const item = turn & (items - 1);
  const slot = recorder.invoke(starts[item] as OperationStart, 1, "load", turn * GAP_NS);
  recorder.complete(slot, turn * GAP_NS + 1_000_000, RULE.success, 200, orderIds[item]);
}

function hotPath(): Figure {
  const recorder: HistoryRecorder = new HistoryRecorder({
    thread: 0,
    threads: 1,
    onBlock: (block) => recorder.blockSettled(block),
  });
  const value = nsPerTurn(OPERATIONS, (turn) => act(recorder, turn, WARM_ITEMS));
  return { name: "record one operation, blocks included", value, unit: "ns" };
}

/**
 * The operation that fills a block pays for closing it and for handing it over: how long the load stands.
 * Who takes them is on the same thread, for only what handing over costs the one who does it shall be seen.
 */
async function sealing(): Promise<Figure> {
  const { port1: writer, port2 } = new MessageChannel();
  port2.on("message", (block: ArrayBuffer) => port2.postMessage(block, [block]));
  let sealed = 0;
  const recorder: HistoryRecorder = new HistoryRecorder({
    thread: 0,
    threads: 1,
    onBlock: (block) => {
      sealed += 1;
      writer.postMessage(block, [block]);
    },
  });
  writer.on("message", (block: ArrayBuffer) => recorder.blockSettled(block));
  const stallsUs: number[] = [];
  for (let turn = 0; turn < OPERATIONS; turn++) {
    const before = sealed;
    const startMs = performance.now();
    act(recorder, turn, WARM_ITEMS);
    if (sealed > before) stallsUs.push((performance.now() - startMs) * 1000);
    if (turn % TURNS_AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  writer.close();
  const value = quantile(
    stallsUs.sort((a, b) => a - b),
    0.99,
  );
  return { name: "stand-still for a block, p99", value, unit: "µs" };
}

async function toDiskAndBack(): Promise<Figure[]> {
  const files = await createHistory(folder, {
    run: {},
    threads: 1,
    operations: [DEFINITION.name],
    invariants: [],
  });
  const recorder: HistoryRecorder = new HistoryRecorder({
    thread: 0,
    threads: 1,
    onBlock: (block) => void files.append(block).then(() => recorder.blockSettled(block)),
  });
  const cpu = process.cpuUsage();
  for (let turn = 0; turn < OPERATIONS; turn++) {
    act(recorder, turn);
    // As in a run, where the event loop turns between answers: writes go on beside the load.
    if (turn % TURNS_AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  recorder.close(OPERATIONS * GAP_NS);
  await files.finish({ endedNs: OPERATIONS * GAP_NS, auditComplete: true, lostRecords: 0 });
  const { user, system } = process.cpuUsage(cpu);
  if (recorder.lost > 0) throw new Error(`${recorder.lost} records were lost`);
  return [
    {
      name: "the same and written to disk, CPU",
      value: ((user + system) * 1e3) / OPERATIONS,
      unit: "ns",
    },
    { name: "on disk, per operation", value: bytesOnDisk() / OPERATIONS, unit: "bytes" },
    ...(await readBack()),
  ];
}

async function readBack(): Promise<Figure[]> {
  const readMs = await elapsedMs(async () => void (await readHistory(folder)));
  const parquet = join(folder, "operations.parquet");
  const sqlMs = await elapsedMs(async () => {
    const sql = await openSql(folder);
    await sql.exportParquet("operations", parquet);
    sql.close();
  });
  const scale = TEN_MILLION / OPERATIONS / 1000;
  return [
    { name: "read back for the checkers, 10 million operations", value: readMs * scale, unit: "s" },
    { name: "into DuckDB and to Parquet, 10 million operations", value: sqlMs * scale, unit: "s" },
    {
      name: "as Parquet, per operation",
      value: statSync(parquet).size / OPERATIONS,
      unit: "bytes",
    },
  ];
}

function bytesOnDisk(): number {
  const files = readdirSync(folder).filter((name) => name.endsWith(".blocks"));
  return files.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}

async function elapsedMs(act: () => Promise<void>): Promise<number> {
  const startMs = performance.now();
  await act();
  return performance.now() - startMs;
}
