import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { seededRandom } from "../base/random.ts";
import type { Operation, OperationDefinition, Phase } from "../record/operation.ts";
import { PHASES } from "../record/operation.ts";
import { OUTCOME_RULES, RULE } from "../record/outcome.ts";
import type { Value } from "../record/value.ts";
import { HistoryRecorder } from "./history-recorder.ts";
import { createHistory } from "./history-files.ts";
import type { HistoryFiles } from "./history-files.ts";
import { historyOf } from "./history.ts";
import type { History } from "./history.ts";
import { BLOCK_ROWS_MAX, BLOCKS_OUTSTANDING_MAX, OPERATIONS_IN_FLIGHT_MAX } from "./limits.ts";
import { readHistory } from "./read-history.ts";

const folders: string[] = [];

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-history-"));
  folders.push(folder);
  return folder;
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const order: OperationDefinition = { name: "order", statuses: {} };
const read: OperationDefinition = { name: "read", statuses: {} };

function files(folder: string, threads = 1, chunkBytesMax?: number): Promise<HistoryFiles> {
  const start = { run: { seed: "s" }, threads, operations: ["order"], invariants: [] };
  return createHistory(folder, start, chunkBytesMax);
}

function recorderInto(target: HistoryFiles, thread = 0, threads = 1): HistoryRecorder {
  const recorder: HistoryRecorder = new HistoryRecorder({
    thread,
    threads,
    onBlock: (block) => void target.append(block).then(() => recorder.blockSettled()),
  });
  return recorder;
}

function allOperations(history: History): Operation[] {
  const operations = Array.from({ length: history.size }, (_, row) => history.operation(row));
  return operations.toSorted((a, b) => a.index - b.index);
}

interface Call {
  definition: OperationDefinition;
  key: string;
  id: string | undefined;
  value: Value | undefined;
  result: Value | undefined;
  phase: Phase;
  process: number;
  invokeNs: number;
  durationNs: number;
  rule: number;
  status: number;
}

/** No clock ticks in less than a thousandth of a nanosecond. */
function toFraction(ns: number): number {
  return Math.round(ns * 1024) / 1024;
}

const calls: fc.Arbitrary<Call> = fc.record({
  definition: fc.constantFrom(order, read),
  key: fc.constantFrom("", "phone", "lamp"),
  id: fc.option(fc.uuid(), { nil: undefined }),
  value: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
  result: fc.option(fc.string(), { nil: undefined }),
  phase: fc.constantFrom(...PHASES),
  process: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  invokeNs: fc.double({ min: 0, max: 2 ** 50, noNaN: true }).map(toFraction),
  durationNs: fc.oneof(
    fc.constant(0),
    fc.double({ min: 0, max: 1e12, noNaN: true }).map(toFraction),
  ),
  rule: fc.integer({ min: 0, max: OUTCOME_RULES.length - 1 }),
  status: fc.integer({ min: 0, max: 599 }),
});

describe("a recorded history", () => {
  test("reads back with every operation, and no interval narrower than it was", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(calls, { maxLength: 60 }), async (made) => {
        const folder = newFolder();
        const target = await files(folder);
        const recorder = recorderInto(target);
        const slots = made.map((call) => ({
          call,
          slot: recorder.invoke(
            { definition: call.definition, key: call.key, id: call.id, value: call.value },
            call.process,
            call.phase,
            call.invokeNs,
          ),
        }));
        recorder.flush(2 ** 50);
        for (const { call, slot } of slots) {
          const returnNs = call.invokeNs + call.durationNs;
          recorder.complete(slot, returnNs, call.rule, call.status, call.result);
        }
        recorder.close(2 ** 51);
        await target.finish({ endedNs: 1, auditComplete: true, lostRecords: recorder.lost });
        const history = await readHistory(folder);

        const plain = (c: Call | Operation): unknown => [
          "definition" in c ? c.definition.name : c.name,
          [c.key, c.id, c.value, c.result, c.phase, c.process, c.rule, c.status],
          Math.floor(c.invokeNs),
        ];
        const operations = allOperations(history);
        const sorted = (rows: unknown[]): string[] => rows.map((row) => JSON.stringify(row)).sort();
        expect(sorted(operations.map(plain))).toEqual(sorted(made.map(plain)));
        const returns = (list: { invokeNs: number }[], of: (index: number) => number): number[] =>
          list.map((_, i) => of(i)).sort((a, b) => a - b);
        const wereNs = returns(
          made,
          (i) => (made[i] as Call).invokeNs + (made[i] as Call).durationNs,
        );
        const areNs = returns(operations, (i) => (operations[i] as Operation).returnNs);
        areNs.forEach((ns, i) => {
          expect(ns).toBeGreaterThanOrEqual(wereNs[i] as number);
          expect(ns).toBeLessThanOrEqual((wereNs[i] as number) * (1 + 2e-7) + 2);
        });
        expect(history.facts).toMatchObject({
          finished: true,
          lostRecords: 0,
          auditComplete: true,
        });
      }),
      { seed: 3, numRuns: 60 },
    );
  });

  test("of 3 threads comes back grouped by name and key, each in order of invocation", async () => {
    const folder = newFolder();
    const target = await files(folder, 3);
    const random = seededRandom(7);
    const recorders = [0, 1, 2].map((thread) => recorderInto(target, thread, 3));
    const processes = new Set<number>();
    let count = 0;
    for (const recorder of recorders) {
      for (let i = 0; i < 5_000; i++) {
        const process = recorder.newProcess();
        processes.add(process);
        const key = random.pick(["a", "b", "c"]);
        const definition = random.pick([order, read]);
        const invokeNs = random.integer(0, 5e9);
        const slot = recorder.invoke({ definition, key }, process, "load", invokeNs);
        recorder.complete(slot, invokeNs + random.integer(0, 1e7), RULE.success, 200, undefined);
        count += 1;
      }
      recorder.close(6e9);
    }
    await target.finish({ endedNs: 6e9, auditComplete: false, lostRecords: 0 });
    const history = await readHistory(folder);
    expect(processes.size).toBe(count);
    expect(history.size).toBe(count);
    expect(history.groups.map((g) => `${g.name} ${g.key}`).sort()).toEqual([
      "order a",
      "order b",
      "order c",
      "read a",
      "read b",
      "read c",
    ]);
    for (const { name, key, from, to } of history.groups) {
      for (let row = from; row < to; row++) {
        const now = history.operation(row);
        expect([now.name, now.key]).toEqual([name, key]);
        if (row > from) {
          const before = history.operation(row - 1);
          expect(before.invokeNs).toBeLessThanOrEqual(now.invokeNs);
          expect(before.index).toBeLessThan(now.index);
        }
      }
    }
    expect(allOperations(history).map((o) => o.index)).toEqual(
      Array.from({ length: count }, (_, i) => i),
    );
  });

  test("takes at most 60 bytes an operation, a UUID id and a UUID result included", async () => {
    const folder = newFolder();
    const target = await files(folder);
    const recorder = recorderInto(target);
    const random = seededRandom(11);
    const operations = 50_000;
    const inFlight: { slot: number; process: number }[] = [];
    for (let i = 0; i < operations + 100; i++) {
      const nowNs = i * 100_000;
      if (i >= 100) {
        const { slot } = inFlight.shift() as { slot: number };
        recorder.complete(slot, nowNs, RULE.success, 200, random.uuid());
        if (i % 5_000 === 0) recorder.flush(nowNs);
      }
      const start = { definition: order, key: "phone-1", id: random.uuid() };
      if (i < operations)
        inFlight.push({ slot: recorder.invoke(start, i, "load", nowNs), process: i });
    }
    recorder.close(1e12);
    await target.finish({ endedNs: 1, auditComplete: false, lostRecords: 0 });
    const bytes = readdirSync(folder).reduce(
      (sum, name) => sum + statSync(join(folder, name)).size,
      0,
    );
    expect((await readHistory(folder)).size).toBe(operations);
    expect(bytes / operations).toBeLessThanOrEqual(60);
  });

  test("goes into files of at most the given size, and none of it is lost at the seams", async () => {
    const folder = newFolder();
    const target = await files(folder, 1, 4_096);
    const recorder = recorderInto(target);
    for (let i = 0; i < 600; i++) {
      const slot = recorder.invoke({ definition: order, key: "k" }, i, "load", i);
      recorder.complete(slot, i + 1, RULE.success, 200, i);
      if (i % 50 === 49) recorder.flush(i);
    }
    recorder.close(600);
    await target.finish({ endedNs: 600, auditComplete: false, lostRecords: 0 });
    const sizes = readdirSync(folder)
      .filter((name) => name.endsWith(".blocks"))
      .map((name) => statSync(join(folder, name)).size);
    expect(sizes.length).toBeGreaterThan(3);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(4_096);
    expect(allOperations(await readHistory(folder)).map((o) => o.result)).toEqual(
      Array.from({ length: 600 }, (_, i) => i),
    );
  });

  test("keeps its order over more than 1,000 files", async () => {
    const folder = newFolder();
    const target = await files(folder, 1, 1);
    let written = Promise.resolve();
    const recorder: HistoryRecorder = new HistoryRecorder({
      thread: 0,
      threads: 1,
      onBlock: (block) => {
        written = target.append(block);
        recorder.blockSettled();
      },
    });
    for (let i = 0; i < 1_005; i++) {
      const slot = recorder.invoke({ definition: order, key: "k" }, i, "load", 5);
      recorder.complete(slot, 6, RULE.success, 200, i);
      recorder.flush(i);
      await written;
    }
    await target.finish({ endedNs: 1, auditComplete: false, lostRecords: 0 });
    const history = await readHistory(folder);
    expect(history.facts.lostRecords).toBe(0);
    expect(allOperations(history).map((o) => o.result)).toEqual(
      Array.from({ length: 1_005 }, (_, i) => i),
    );
    expect(readdirSync(folder)).toHaveLength(1_005 + 1);
  });

  test(`of which ${BLOCKS_OUTSTANDING_MAX} blocks wait for the disk loses what comes on top, and says so`, async () => {
    const folder = newFolder();
    const target = await files(folder, 2);
    const blocks: ArrayBuffer[] = [];
    for (const thread of [0, 1]) {
      const recorder: HistoryRecorder = new HistoryRecorder({
        thread,
        threads: 2,
        onBlock: (block) => {
          blocks.push(block);
          recorder.blockSettled();
        },
      });
      for (let i = 0; i < BLOCKS_OUTSTANDING_MAX + 3; i++) {
        const slot = recorder.invoke({ definition: order, key: "k" }, 0, "load", i);
        recorder.complete(slot, i, RULE.success, 200, undefined);
        recorder.flush(i);
      }
    }
    await Promise.all(blocks.map((block) => target.append(block)));
    expect(target.records).toBe(2 * BLOCKS_OUTSTANDING_MAX);
    expect(target.lostRecords).toBe(6);
    expect(target.firstError).toBe("the disk is slower than the load");
    await target.finish({ endedNs: 9, auditComplete: false, lostRecords: 10 });
    const { facts, size } = await readHistory(folder);
    expect({ size, lost: facts.lostRecords }).toEqual({
      size: 2 * BLOCKS_OUTSTANDING_MAX,
      lost: 16,
    });
  });

  test("that ended, and of which a file is gone, knows how many records are missing", async () => {
    const folder = newFolder();
    const target = await files(folder, 2);
    for (const thread of [0, 1]) {
      const recorder = recorderInto(target, thread, 2);
      for (let i = 0; i < 7; i++) {
        const slot = recorder.invoke({ definition: order, key: "k" }, 0, "load", i);
        recorder.complete(slot, i, RULE.success, 200, undefined);
      }
      recorder.close(9);
    }
    await target.finish({ endedNs: 9, auditComplete: true, lostRecords: 0 });
    rmSync(join(folder, "thread-1-000.blocks"));
    expect((await readHistory(folder)).facts.lostRecords).toBe(7);
  });

  test("that cannot be written (disk full) counts what is lost and goes on", async () => {
    const folder = newFolder();
    symlinkSync("/dev/full", join(folder, "thread-0-000.blocks"));
    const target = await files(folder, 2);
    const [full, fine] = [recorderInto(target, 0, 2), recorderInto(target, 1, 2)];
    for (const recorder of [full, fine]) {
      for (let i = 0; i < 10; i++) {
        const slot = recorder.invoke({ definition: order, key: "k" }, i, "load", i);
        recorder.complete(slot, i + 1, RULE.success, 200, undefined);
      }
      recorder.close(10);
    }
    await target.finish({ endedNs: 10, auditComplete: true, lostRecords: 0 });
    expect(target.firstError).toContain("ENOSPC");
    expect(target.lostRecords).toBe(10);
    rmSync(join(folder, "thread-0-000.blocks"));
    const history = await readHistory(folder);
    expect(history.size).toBe(10);
    expect(history.facts.lostRecords).toBe(10);
  });

  test(`with ${BLOCKS_OUTSTANDING_MAX} blocks unwritten drops further rows and counts them`, () => {
    const handed: ArrayBuffer[] = [];
    const recorder = new HistoryRecorder({ thread: 0, threads: 1, onBlock: (b) => handed.push(b) });
    const record = (): void => {
      const slot = recorder.invoke({ definition: order, key: "k" }, 0, "load", 0);
      recorder.complete(slot, 1, RULE.success, 200, undefined);
    };
    for (let i = 0; i < BLOCK_ROWS_MAX * (BLOCKS_OUTSTANDING_MAX + 2); i++) record();
    expect(handed).toHaveLength(BLOCKS_OUTSTANDING_MAX);
    expect(recorder.lost).toBe(2 * BLOCK_ROWS_MAX);
    recorder.blockSettled();
    record();
    recorder.flush(2);
    expect(handed).toHaveLength(BLOCKS_OUTSTANDING_MAX + 1);
    expect(recorder.lost).toBe(2 * BLOCK_ROWS_MAX);
  });

  test("refuses more operations in flight than its limit with one clear line", () => {
    const recorder = new HistoryRecorder({ thread: 0, threads: 1, onBlock: () => undefined });
    const start = { definition: order, key: "k" };
    for (let i = 0; i < OPERATIONS_IN_FLIGHT_MAX; i++) recorder.invoke(start, 0, "load", 0);
    expect(() => recorder.invoke(start, 0, "load", 0)).toThrow(
      `operations in flight on one thread must be at most ${OPERATIONS_IN_FLIGHT_MAX}, got more`,
    );
  });

  test("crashes on a slot completed twice, but not on one that the end of the run has closed", () => {
    const recorder = new HistoryRecorder({ thread: 0, threads: 1, onBlock: () => undefined });
    const slot = recorder.invoke({ definition: order, key: "k" }, 0, "load", 0);
    recorder.complete(slot, 1, RULE.success, 200, undefined);
    expect(() => recorder.complete(slot, 2, RULE.success, 200, undefined)).toThrow(
      "completed once",
    );
    const other = recorder.invoke({ definition: order, key: "k" }, 0, "load", 0);
    recorder.close(5);
    recorder.complete(other, 6, RULE.success, 200, undefined);
  });

  test("keeps a row whose value no JSON can hold, without the value", async () => {
    const folder = newFolder();
    const target = await files(folder);
    const recorder = recorderInto(target);
    const slot = recorder.invoke({ definition: order, key: "k", id: "a" }, 0, "load", 0);
    recorder.complete(slot, 1, RULE.success, 200, [1n] as unknown as Value);
    recorder.close(5);
    await target.finish({ endedNs: 5, auditComplete: true, lostRecords: 0 });
    expect(allOperations(await readHistory(folder))[0]).toMatchObject({
      id: "a",
      result: undefined,
    });
  });
});

describe("a history that its run did not end", () => {
  /** Two threads with flushes at 100, 200, …; thread 1 stops flushing earlier. No end is written. */
  async function crashed(folder: string): Promise<void> {
    await using target = await files(folder, 2);
    const [a, b] = [recorderInto(target, 0, 2), recorderInto(target, 1, 2)];
    const begin = (recorder: HistoryRecorder, id: string, atNs: number): number =>
      recorder.invoke({ definition: order, key: "k", id }, recorder.newProcess(), "load", atNs);
    const hanging = begin(b, "slow", 50);
    begin(b, "hanging", 60);
    a.complete(begin(a, "early", 10), 80, RULE.declaredRejected, 409, undefined);
    a.flush(100);
    b.flush(100);
    b.complete(hanging, 150, RULE.success, 200, "o-1");
    b.flush(200);
    a.complete(begin(a, "sold out before", 110), 190, RULE.declaredRejected, 409, undefined);
    a.complete(begin(a, "sold out after", 120), 210, RULE.declaredRejected, 409, undefined);
    a.complete(begin(a, "bought after", 220), 230, RULE.success, 200, "o-2");
    a.flush(300);
    b.complete(begin(b, "never flushed", 205), 206, RULE.success, 200, "o-3");
  }

  test("takes what was in flight as unknown and late rejections as no evidence", async () => {
    const folder = newFolder();
    await crashed(folder);
    const history = await readHistory(folder);
    expect(history.facts).toEqual({
      audited: false,
      finished: false,
      trustedUntilNs: 200,
      lostRecords: 0,
      auditComplete: false,
    });
    expect(allOperations(history).map((o) => [o.id, o.outcome])).toEqual([
      ["early", "rejected"],
      ["slow", "ok"],
      ["hanging", "unknown"],
      ["sold out before", "rejected"],
      ["sold out after", "failed"],
      ["bought after", "ok"],
    ]);
  });

  test("is trusted up to nothing when one thread never wrote", async () => {
    const folder = newFolder();
    await crashed(folder);
    rmSync(join(folder, "thread-1-000.blocks"));
    expect((await readHistory(folder)).facts.trustedUntilNs).toBe(0);
  });

  test("cut off or damaged at any byte reads as a beginning of what was written", async () => {
    const folder = newFolder();
    await crashed(folder);
    const file = join(folder, "thread-0-000.blocks");
    const whole = allOperations(await readHistory(folder)).map((o) => o.id);
    const bytes = readFileSync(file);
    const claims = new Set<number>();
    for (let length = bytes.length - 1; length >= 0; length -= 3) {
      truncateSync(file, length);
      const history = await readHistory(folder);
      claims.add(history.facts.trustedUntilNs);
      for (const { id } of allOperations(history)) expect(whole).toContain(id);
    }
    expect([...claims]).toEqual([200, 100, 0].filter((claim) => claims.has(claim)));
    expect(claims.has(0)).toBe(true);
  });

  test("with one flipped byte stops before the damaged block", async () => {
    const folder = newFolder();
    await crashed(folder);
    const file = join(folder, "thread-0-000.blocks");
    const bytes = readFileSync(file);
    for (let at = 0; at < bytes.length; at += 5) {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] as number) ^ 0x10;
      const handle = openSync(file, "r+");
      writeSync(handle, damaged, 0, damaged.length, 0);
      closeSync(handle);
      expect(allOperations(await readHistory(folder)).length).toBeLessThan(6);
    }
  });

  test("with a block missing in the middle knows that records are lost", async () => {
    const blocks: ArrayBuffer[] = [];
    const recorder = new HistoryRecorder({ thread: 0, threads: 1, onBlock: (b) => blocks.push(b) });
    for (let i = 1; i <= 3; i++) {
      const slot = recorder.invoke({ definition: order, key: "k" }, 0, "load", i);
      recorder.complete(slot, i, RULE.success, 200, undefined);
      recorder.flush(i);
    }
    const folder = newFolder();
    {
      await using target = await files(folder);
      await target.append(blocks[0] as ArrayBuffer);
      await target.append(blocks[2] as ArrayBuffer);
    }
    expect((await readHistory(folder)).facts.lostRecords).toBeGreaterThan(0);
  });

  test("counts what its recorders had dropped by then", async () => {
    const blocks: ArrayBuffer[] = [];
    const recorder = new HistoryRecorder({ thread: 0, threads: 1, onBlock: (b) => blocks.push(b) });
    const record = (): void => {
      const slot = recorder.invoke({ definition: order, key: "k" }, 0, "load", 0);
      recorder.complete(slot, 1, RULE.success, 200, undefined);
    };
    for (let i = 0; i < BLOCK_ROWS_MAX * (BLOCKS_OUTSTANDING_MAX + 1); i++) record();
    recorder.blockSettled();
    record();
    recorder.flush(2);
    const folder = newFolder();
    {
      await using target = await files(folder);
      await target.append(blocks.at(0) as ArrayBuffer);
      await target.append(blocks.at(-1) as ArrayBuffer);
    }
    expect((await readHistory(folder)).facts.lostRecords).toBe(BLOCK_ROWS_MAX + 1);
  });

  test("takes a rejection that came back at the very end of what is trusted for evidence", async () => {
    const folder = newFolder();
    {
      await using target = await files(folder);
      const recorder = recorderInto(target);
      for (const [id, returnNs] of [
        ["in time", 8_388_608],
        ["late", 8_388_612],
      ] as const) {
        const start = { definition: order, key: "k", id };
        const slot = recorder.invoke(start, 0, "load", 8_388_607);
        recorder.complete(slot, returnNs, RULE.declaredRejected, 409, undefined);
      }
      recorder.flush(8_388_609);
    }
    const seen = allOperations(await readHistory(folder)).map((o) => [o.id, o.returnNs, o.outcome]);
    expect(seen).toEqual([
      ["in time", 8_388_609, "rejected"],
      ["late", 8_388_613, "failed"],
    ]);
  });
});

describe("a history that is not there or not readable", () => {
  test("is named in one line", async () => {
    const folder = newFolder();
    await expect(readHistory(folder)).rejects.toThrow(`${folder} must hold a history: ENOENT`);
  });

  test("with a manifest of wrong shape lists what is wrong", async () => {
    const folder = newFolder();
    const handle = openSync(join(folder, "manifest.json"), "w");
    writeSync(handle, JSON.stringify({ schema: 1, run: {}, threads: "x" }));
    closeSync(handle);
    await expect(readHistory(folder)).rejects.toThrow(/schema must be 2, got 1 \(number\)/);
  });
});

describe("a history in memory", () => {
  test("orders its operations by invocation and numbers them", () => {
    const base = { name: "order", phase: "load", process: 1, key: "k", status: 0 } as const;
    const rest = { value: undefined, result: undefined, outcome: "ok", rule: RULE.saidOk } as const;
    const history = historyOf([
      { ...base, ...rest, id: "b", invokeNs: 2.9, returnNs: 3.1 },
      { ...base, ...rest, id: "a", invokeNs: 1, returnNs: 1 },
    ]);
    expect(allOperations(history)).toMatchObject([
      { index: 0, id: "a", invokeNs: 1, returnNs: 1 },
      { index: 1, id: "b", invokeNs: 2, returnNs: 4 },
    ]);
  });
});
