/**
 * Thirty million operations on disk, judged by `judgeRun` as `holdfast check` does: how long, and with how much memory.
 * A sale of 3,000 products, each asked for by 10,000 with ids of their own; the history takes about 1.5 GB of disk.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { createHistory } from "../../holdfast/src/history/history-files.ts";
import { HistoryRecorder } from "../../holdfast/src/history/history-recorder.ts";
import { RULE } from "../../holdfast/src/record/outcome.ts";
import { judgeRun } from "../../holdfast/src/run/judge-run.ts";
import {
  honestSoldOut,
  noOversell,
  oneEffectPerKey,
  uniqueResults,
} from "../../holdfast/src/scenario/invariants/stock.ts";
import { operation } from "../../holdfast/src/scenario/operation.ts";
import { report } from "./figure.ts";

const OPERATIONS = Number(process.argv[2] ?? 30_000_000);
const PRODUCTS = 3_000;
const STOCK = 5_000;
const AT_ONCE = 100;
const GAP_NS = 10_000;

const order = operation("order");
const invariants = [
  noOversell(order, { stock: STOCK }),
  honestSoldOut(order, { stock: STOCK }),
  oneEffectPerKey(order),
  uniqueResults(order),
];

const folder = mkdtempSync(join(tmpdir(), "holdfast-bench-large-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
await write();
const startMs = performance.now();
const { findings, operations } = await judgeRun(folder);
const seconds = (performance.now() - startMs) / 1000;
for (const { name, verdict, sentence } of findings) {
  // Nothing was sent twice and there is no audit, so of effects nothing can be said.
  if (verdict === "fail" || (verdict !== "pass" && name !== "one effect per key")) {
    throw new Error(`${name}: ${verdict}: ${sentence}`);
  }
}
report([
  { name: "operations judged", value: operations / 1e6, unit: "million" },
  { name: "four invariants, from disk", value: seconds, unit: "s" },
  { name: "memory at most", value: residentMbMax(), unit: "MB" },
]);

/** Each product is taken 100 at a time until it is gone; every later order is refused. */
async function write(): Promise<void> {
  const files = await createHistory(join(folder, "history"), {
    run: {},
    threads: 1,
    operations: ["order"],
    invariants,
  });
  const recorder: HistoryRecorder = new HistoryRecorder({
    thread: 0,
    threads: 1,
    onBlock: (block) => void files.append(block).then(() => recorder.blockSettled(block)),
  });
  const slots: number[] = [];
  for (let turn = 0; turn < OPERATIONS; turn++) {
    const key = `product-${Math.floor(turn / AT_ONCE) % PRODUCTS}`;
    const id = turn.toString(16).padStart(16, "0");
    slots.push(recorder.invoke(order.on(key, { id }), turn % AT_ONCE, "load", turn * GAP_NS));
    if (slots.length === AT_ONCE) {
      complete(recorder, slots, turn);
      // The load waits for the disk here, as no load would.
      if (turn % 20_000 < AT_ONCE) while (files.records < turn - 100_000) await setImmediate();
    }
  }
  recorder.close(OPERATIONS * GAP_NS);
  const endedNs = OPERATIONS * GAP_NS;
  await files.finish({ endedNs, auditComplete: false, lostRecords: recorder.lost });
}

function complete(recorder: HistoryRecorder, slots: number[], turn: number): void {
  const first = turn + 1 - slots.length;
  const soldBefore = Math.floor(first / (AT_ONCE * PRODUCTS)) * AT_ONCE;
  for (const [i, slot] of slots.entries()) {
    const sold = soldBefore + i < STOCK;
    const [rule, status] = sold ? [RULE.success, 201] : [RULE.declaredRejected, 409];
    recorder.complete(slot, (turn + 1) * GAP_NS, rule, status, sold ? `o-${first + i}` : undefined);
  }
  slots.length = 0;
}

function residentMbMax(): number {
  const status = readFileSync("/proc/self/status", "utf8");
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1000;
}
