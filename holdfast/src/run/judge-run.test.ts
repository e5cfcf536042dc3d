import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { createHistory } from "../history/history-files.ts";
import { HistoryRecorder } from "../history/history-recorder.ts";
import type { Invariant } from "../record/invariant.ts";
import { RULE } from "../record/outcome.ts";
import { judgeRun } from "./judge-run.ts";

const order = { name: "order", statuses: {} };
const KEYS = 40;

function rule(kind: string, options: Invariant["options"] = {}): Invariant {
  return { kind, name: kind, operation: "order", options };
}

const INVARIANTS = [
  rule("no-oversell", { stock: 3 }),
  rule("one-effect-per-key"),
  rule("unique-results"),
  rule("conserves", { total: 1 }),
];

/** A run's folder: on each of 40 keys three orders at once, then whatever `more` records. */
async function recorded(
  more: (recorder: HistoryRecorder) => void = () => undefined,
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-parts-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const files = await createHistory(join(folder, "history"), {
    run: {},
    threads: 1,
    operations: ["order"],
    invariants: INVARIANTS,
  });
  const recorder: HistoryRecorder = new HistoryRecorder({
    thread: 0,
    threads: 1,
    onBlock: (block) => void files.append(block).then(() => recorder.blockSettled()),
  });
  for (let key = 0; key < KEYS; key++) {
    for (let unit = 0; unit < 3; unit++) sell(recorder, `sku-${key}`, `${key}/${unit}`);
  }
  more(recorder);
  recorder.close(1_000);
  await files.finish({ endedNs: 1_000, auditComplete: true, lostRecords: 0 });
  return folder;
}

function sell(recorder: HistoryRecorder, key: string, id: string, result = `o-${id}`): void {
  const slot = recorder.invoke({ definition: order, key, id }, recorder.newProcess(), "load", 10);
  recorder.complete(slot, 20, RULE.success, 201, result);
}

async function verdicts(folder: string, partMax: number): Promise<unknown> {
  const { findings, operations } = await judgeRun(folder, { partMax });
  const told = findings.map(({ name, verdict, sentence, checked, count, key }) => ({
    name,
    verdict,
    sentence,
    count,
    key,
    operations: checked.operations,
  }));
  return { told, operations };
}

describe("a history that is judged in parts", () => {
  test("gets the verdicts, sentences and counts of the whole, over 1, 3 or 17 parts", async () => {
    const folder = await recorded();
    const whole = await verdicts(folder, 1_000);
    for (const partMax of [40, 7]) expect(await verdicts(folder, partMax)).toEqual(whole);
    expect(JSON.stringify(whole)).toContain('"120 results of \\"order\\", all different"');
  });

  test("still shows an oversold key, and a result that two keys share", async () => {
    const folder = await recorded((recorder) => {
      sell(recorder, "sku-7", "7/one too many");
      sell(recorder, "sku-8", "8/again", "o-30/1");
    });
    const { findings } = await judgeRun(folder, { partMax: 10 });
    const [oversell, effect, unique] = findings;
    expect(oversell).toMatchObject({ verdict: "fail", count: 2 });
    expect(oversell?.sentence).toMatch(/^sku-[78]: 3 units, 4 acknowledged orders/);
    expect(effect?.sentence).toContain("122 orders");
    expect(unique).toMatchObject({ verdict: "fail", count: 1 });
    expect(unique?.sentence).toContain("o-30/1 was given to two requests");
  });
});
