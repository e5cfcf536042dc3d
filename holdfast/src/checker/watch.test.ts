import { describe, expect, test } from "vitest";
import { HistoryRecorder } from "../history/history-recorder.ts";
import { canary } from "../record/canary.ts";
import type { Invariant } from "../record/invariant.ts";
import type { OperationDefinition, Phase } from "../record/operation.ts";
import { RULE } from "../record/outcome.ts";
import type { Value } from "../record/value.ts";
import { WATCHED_IDS_MAX } from "./limits.ts";
import type { Watch } from "./watch.ts";
import { openWatch } from "./watch.ts";

const order: OperationDefinition = { name: "order", statuses: {} };

function watching(kind: string, options: Invariant["options"] = {}): Watched {
  const watch = openWatch([{ kind, name: kind, operation: "order", options }]);
  const recorder: HistoryRecorder = new HistoryRecorder({
    thread: 0,
    threads: 1,
    onBlock: (block) => {
      watch.feed(block);
      recorder.blockSettled();
    },
  });
  return {
    watch,
    recorder,
    /** One answered attempt, in a block of its own. */
    answer: (id, result, { key = "phone", rule = RULE.success, value, phase = "load" } = {}) => {
      const slot = recorder.invoke({ definition: order, key, id, value }, 0, phase, 1);
      recorder.complete(slot, 2, rule, 200, result);
      recorder.flush(3);
    },
    line: () => `${watch.lines()[0]?.state}: ${watch.lines()[0]?.text}`,
  };
}

interface Watched {
  watch: Watch;
  recorder: HistoryRecorder;
  answer: (
    id: string | undefined,
    result: Value | undefined,
    more?: { key?: string; rule?: number; value?: Value; phase?: Phase },
  ) => void;
  line: () => string;
}

const rejected = { rule: RULE.declaredRejected };

describe("the running view", () => {
  test("names the first invariant that is certainly violated, and none before", () => {
    const { answer, watch } = watching("no-oversell", { stock: 1 });
    answer("k1", "o-1");
    expect(watch.violated()).toBeUndefined();
    answer("k2", "o-2");
    expect(watch.violated()).toBe("no-oversell");
  });

  test("counts sales, and knows an oversell the moment it is acknowledged", () => {
    const { answer, line } = watching("no-oversell", { stock: 2 });
    expect(line()).toBe("holding: none sold yet");
    answer("k1", "o-1");
    answer("k1", "o-1");
    answer("k2", "o-2");
    answer("k3", undefined, rejected);
    expect(line()).toBe("holding: 2 of 2 sold, 1 refused");
    answer("k4", "o-4", { phase: "audit" });
    answer("k5", undefined, { rule: RULE.timeout });
    expect(line()).toBe("holding: 2 of 2 sold, 1 refused");
    answer(undefined, "o-3");
    expect(line()).toBe("violated: phone: 3 sold of 2");
  });

  test("takes for a request the least that was asked for up to its acknowledgement", () => {
    const { answer, line } = watching("no-oversell", { stock: 9 });
    answer("k1", undefined, { rule: RULE.timeout, value: 4 });
    answer("k1", undefined, { rule: RULE.timeout, value: 2 });
    answer("k1", undefined, { rule: RULE.timeout, value: 3 });
    answer("k1", "o-1", { value: 5 });
    answer("k1", "o-1", { value: 1 });
    answer("k2", undefined, { rule: RULE.timeout, value: 9 });
    expect(line()).toBe("holding: 2 of 9 sold");
    answer("k3", "o-3", { value: 8 });
    expect(line()).toBe("violated: phone: 10 sold of 9");
  });

  test("adds up keys and quantities", () => {
    const { answer, line } = watching("no-oversell", { stock: { phone: 5, lamp: 1 } });
    answer("k1", "o-1", { value: 4 });
    answer("k1", "o-2", { key: "lamp", value: 0 });
    answer("k2", "o-3", { key: "lamp" });
    expect(line()).toBe("holding: 5 of 6 sold");
    answer("k3", "o-4", { value: 2 });
    expect(line()).toBe("violated: phone: 6 sold of 5");
  });

  test("knows a request that was answered in two ways", () => {
    const { answer, line } = watching("one-effect-per-key");
    answer("k1", "o-1");
    answer("k1", "o-2", { key: "lamp" });
    answer("k1", undefined);
    expect(line()).toBe("holding: 2 requests, none answered in two ways");
    answer("k1", "o-9");
    expect(line()).toBe("violated: phone: request k1 was answered o-1 and o-9");
  });

  test("knows a result that was given twice, and two winners", () => {
    for (const kind of ["unique-results", "one-winner"]) {
      const { answer, line } = watching(kind);
      answer("k1", "o-1");
      answer("k1", "o-1");
      expect(line()).toMatch(/^holding: 1 /);
      answer("k2", "o-1");
      expect(line()).toMatch(/^violated: phone: /);
    }
    const anonymous = watching("unique-results");
    anonymous.answer(undefined, "o-1");
    anonymous.answer(undefined, "o-1");
    expect(anonymous.line()).toBe("violated: phone: o-1 was given to two requests");
  });

  test("leaves to the end what only the end can tell", () => {
    const refused = watching("honest-sold-out", { stock: 1 });
    refused.answer("k1", undefined, rejected);
    expect(refused.line()).toBe("waiting: 1 refusal so far, judged at the end");
    expect(watching("stock-agrees").line()).toBe("waiting: the audit will tell");
  });

  test("counts outcomes of the load, each operation once", () => {
    const { watch, recorder, answer } = watching("no-oversell", { stock: 9 });
    const slot = recorder.invoke({ definition: order, key: "phone" }, 0, "load", 1);
    answer("k1", "o-1");
    answer("k2", undefined, rejected);
    answer("k3", undefined, { rule: RULE.timeout });
    answer("k3", undefined, { phase: "audit" });
    expect(watch.outcomes()).toEqual({ ok: 1, rejected: 1, failed: 0, unknown: 1 });
    recorder.complete(slot, 9, RULE.neverSent, 0, undefined);
    recorder.close(10);
    expect(watch.outcomes()).toEqual({ ok: 1, rejected: 1, failed: 1, unknown: 1 });
  });

  test("does not take what was under way at a tick for lost", () => {
    const { watch, recorder, answer, line } = watching("no-oversell", { stock: 9 });
    const start = { definition: order, key: "phone", id: "k1", value: 1 };
    const slot = recorder.invoke(start, 0, "load", 1);
    recorder.flush(1);
    recorder.complete(slot, 2, RULE.neverSent, 0, undefined);
    answer("k1", "o-1", { value: 5 });
    expect(line()).toBe("holding: 5 of 9 sold");
    expect(watch.outcomes()).toEqual({ ok: 1, rejected: 0, failed: 1, unknown: 0 });
  });

  test("knows a secret of somebody else, whatever the owner is called", () => {
    for (const owner of ["ann", "constructor"]) {
      const { answer, line } = watching("no-leak", { allow: { bob: ["eve"] } });
      answer("eve", canary("bob"));
      expect(line()).toBe("holding: 1 answer, no foreign secret");
      answer("eve", canary(owner));
      expect(line()).toBe(`violated: phone: eve was shown a secret of ${owner}`);
    }
  });

  test("reads block after block of many rows, for each rule of an operation and no other operation", () => {
    const stock = { stock: 6 };
    const rules = [
      { kind: "no-oversell", name: "a", operation: "order", options: stock },
      { kind: "unique-results", name: "b", operation: "order", options: {} },
      { kind: "no-oversell", name: "c", operation: "other", options: stock },
    ];
    const watch = openWatch(rules);
    const recorder: HistoryRecorder = new HistoryRecorder({
      thread: 0,
      threads: 1,
      onBlock: (block) => watch.feed(block),
    });
    const other = { name: "other", statuses: {} };
    const nothing = { name: "nothing", statuses: {} };
    for (let i = 0; i < 18; i++) {
      const definition = [order, other, nothing][i % 3] as OperationDefinition;
      const start = { definition, key: `p${i % 2}`, id: `k${i}`, value: i === 6 ? 2 : undefined };
      recorder.complete(recorder.invoke(start, 0, "load", i), i, RULE.success, 200, [i]);
      if (i === 8) recorder.flush(i);
    }
    recorder.flush(20);
    expect(watch.lines()).toEqual([
      { name: "a", state: "holding", text: "7 of 12 sold" },
      { name: "b", state: "holding", text: "6 results, all different" },
      { name: "c", state: "holding", text: "6 of 12 sold" },
    ]);
    expect(watch.outcomes().ok).toBe(18);
  });

  test("keeps quiet about attempts without an id where the rule is about ids", () => {
    const { answer, line } = watching("one-effect-per-key");
    answer(undefined, "o-1");
    answer(undefined, "o-2");
    expect(line()).toBe("holding: no requests, none answered in two ways");
  });

  test(`follows ${WATCHED_IDS_MAX} ids, and then leaves the rest to the end`, () => {
    for (const kind of ["no-oversell", "unique-results"]) {
      const { watch, recorder } = watching(kind, { stock: WATCHED_IDS_MAX });
      const sell = (i: number, result = `o-${i}`): void => {
        const start = { definition: order, key: "phone", id: `k${i}` };
        recorder.complete(recorder.invoke(start, 0, "load", i), i, RULE.success, 200, result);
      };
      for (let i = 0; i < WATCHED_IDS_MAX; i++) sell(i);
      recorder.flush(1);
      expect(watch.lines()[0]?.state).toBe("holding");
      sell(WATCHED_IDS_MAX);
      recorder.flush(2);
      expect(watch.lines()[0]?.state).toBe("waiting");
      if (kind === "no-oversell") continue;
      sell(WATCHED_IDS_MAX + 1, "o-5");
      recorder.flush(3);
      expect(watch.lines()[0]?.state).toBe("violated");
    }
  });

  test("knows a double spend at once without credits, and waits for the end with them", () => {
    const { answer, line } = watching("no-double-spend", { opening: 100 });
    answer("d1", undefined, { value: 80 });
    answer("d1", undefined, { value: 80 });
    expect(line()).toBe("holding: 80 of 100 debited");
    answer("d2", undefined, { value: 80 });
    expect(line()).toBe("violated: phone: 160 debited of 100");
    const credited = watching("no-double-spend", { opening: 100, credits: ["credit"] });
    credited.answer("d1", undefined, { value: 180 });
    expect(credited.line()).toBe("waiting: no refusals so far, judged at the end");
  });

  test("waits for the end where stock may come back", () => {
    const { answer, line } = watching("no-oversell", { stock: 1, cancel: "cancel" });
    answer("k1", "o-1");
    answer("k2", "o-2");
    expect(line()).toBe("waiting: no refusals so far, judged at the end");
  });

  test("knows a snapshot that does not add up at once, and none that cannot be added up", () => {
    const { answer, line } = watching("conserves", { snapshot: "order", total: 100 });
    answer(undefined, { a: 60, b: 40 });
    answer(undefined, { a: 0.5 });
    answer(undefined, "busy", rejected);
    expect(line()).toBe("holding: 2 snapshots, all as they must be");
    answer(undefined, { a: 60, b: 20 });
    expect(line()).toBe(
      "violated: phone: the snapshot at 0.000 s adds up to 80, expected 100: 20 lost",
    );
  });

  test("does not take a damaged block for an answer", () => {
    const { watch } = watching("no-oversell", { stock: 9 });
    expect(watch.feed(new ArrayBuffer(128))).toEqual({ ok: 0, rejected: 0, failed: 0, unknown: 0 });
  });
});
