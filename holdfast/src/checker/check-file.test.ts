import { describe, expect, test } from "vitest";
import type { CheckFileOptions } from "./check-file.ts";
import { checkFile, MODELS } from "./check-file.ts";
import type { Finding } from "./finding.ts";

/** `0 write x 3 | 0 ok`: process, then f, key and value of an invoke, or the type and value of an end. */
function lines(story: string): string {
  const open = new Map<string, { f: string; key: string; value: unknown }>();
  const events = story.split("|").map((part) => {
    const [process = "", word = "", ...rest] = part.trim().split(/\s+/);
    const begun = open.get(process);
    if (begun === undefined) {
      const [key = "", value] = rest;
      const event = {
        f: word,
        key,
        value: value === undefined ? null : (JSON.parse(value) as unknown),
      };
      open.set(process, event);
      return { process: Number(process), type: "invoke", ...event };
    }
    open.delete(process);
    const value = rest[0] === undefined ? begun.value : (JSON.parse(rest[0]) as unknown);
    return { process: Number(process), type: word, ...begun, value };
  });
  return events.map((event) => JSON.stringify(event)).join("\n");
}

function check(story: string, options: Partial<CheckFileOptions> = {}): Finding {
  return checkFile(lines(story), { model: "register", file: "h.jsonl", ...options });
}

const stale = "0 write x 3 | 0 ok | 1 write x 4 | 1 ok | 0 read x | 0 ok 3";

describe("checking a file", () => {
  test("passes a register whose reads fit, object by object", () => {
    const fine = check(
      "0 write x 3 | 1 write y 4 | 0 ok | 0 read y | 1 ok | 0 ok 4 | 2 read x | 2 ok 3",
    );
    expect(fine).toMatchObject({
      verdict: "pass",
      sentence: "4 operations on 2 objects fit the model register",
      checked: { operations: 4, keys: 2, overlapMax: 2 },
    });
  });

  test("fails a stale read, names it and shows what it contradicts", () => {
    const finding = check(stale);
    expect(finding.verdict).toBe("fail");
    expect(finding.sentence).toMatch(
      /^x: read → 3 has no place in any order of the operations \(2 of 3/,
    );
    expect(finding.key).toBe("x");
    expect(finding.witnesses.map((w) => [w.name, w.value, w.result])).toEqual([
      ["write", 3, 3],
      ["write", 4, 4],
      ["read", null, 3],
    ]);
  });

  test("counts the objects that are broken, and judges one key when asked", () => {
    const two = `${stale} | 0 write y 1 | 0 ok | 0 read y | 0 ok 2`;
    expect(check(two)).toMatchObject({ count: 2, key: "x" });
    expect(check(two).sentence).toMatch(/; also on 1 other object$/);
    expect(check(two, { key: "y" })).toMatchObject({ count: 1, key: "y", verdict: "fail" });
    expect(check(two, { key: "z" })).toMatchObject({ verdict: "pass" });
  });

  test("lets an unknown write explain a read at any later time, and a failed one never", () => {
    expect(check("0 write x 3 | 0 info | 1 read x | 1 ok null | 1 read x | 1 ok 3").verdict).toBe(
      "pass",
    );
    expect(check("0 write x 3 | 0 fail | 1 read x | 1 ok 3").verdict).toBe("fail");
    expect(check("0 write x 3 | 1 read x | 1 ok 3").verdict).toBe("pass");
  });

  test("takes a rejected cas as evidence and a failed one as none", () => {
    const options = { model: "cas-register", initial: 1 };
    expect(check("0 cas x [1,2] | 0 rejected", options).verdict).toBe("fail");
    expect(check("0 cas x [1,2] | 0 fail", options).verdict).toBe("pass");
  });

  test.each([
    [
      "stock",
      2,
      "0 take p 1 | 0 ok | 0 take p 1 | 0 rejected",
      "take 1 rejected although enough was left",
    ],
    ["stock", 1, "0 take p 1 | 0 ok | 0 take p 1 | 0 ok", "2 units are taken of 1 by then"],
    [
      "unique",
      undefined,
      "0 create u | 0 ok 5 | 0 create u | 0 ok 5",
      "create → 5 was given twice",
    ],
    ["auction", 10, "0 bid a 20 | 0 ok | 0 bid a 15 | 0 ok", "bid 20 was over before bid 15 began"],
    ["auction", 10, "0 bid a 20 | 0 rejected 12", "rejected although it is above the price"],
    ["auction", 10, "0 bid a 9 | 0 ok", "not above the starting price 10"],
    ["auction", 10, "0 read a | 0 ok 30", "names a price that nobody bid"],
    ["auction", 10, "0 bid a 20 | 0 ok | 0 bid a 20 | 0 ok", "accepted twice"],
    ["set", undefined, "0 add s 1 | 0 ok | 0 read s | 0 ok []", "comes too late or too early"],
    ["set", undefined, "0 read s | 0 ok [4]", "a read shows 4, which was never added"],
    ["set", [4], "0 read s | 0 ok []", "a read lacks 4, which was there from the start"],
    ["bank", undefined, '0 read b | 0 ok {"a":-1}', "has no place in any order"],
    ["kv", undefined, '0 append k "a" | 0 ok | 0 get k | 0 ok "b"', "has no place in any order"],
    ["fifo-queue", undefined, "0 enqueue q 1 | 0 ok | 0 dequeue q | 0 ok null", "has no place"],
    ["counter", 4, "0 add c 1 | 0 ok | 0 read c | 0 ok 4", "has no place"],
  ])("%s (from %j) fails on %s", (model, initial, story, says) => {
    const finding = check(story, { model, initial });
    expect(finding.verdict).toBe("fail");
    expect(finding.sentence).toContain(says);
    expect(finding.witnesses.length).toBeGreaterThan(0);
  });

  test("says unknown when the search is stopped, and pass over an empty history", () => {
    expect(check(stale, { stop: () => true })).toMatchObject({
      verdict: "unknown",
      sentence: "1 of 1 object could not be decided within the bounds of the search (first: x)",
    });
    expect(checkFile("", { model: "register" })).toMatchObject({ verdict: "pass" });
  });

  test("decides 20 unknown adds of one amount at once: only their number matters", () => {
    const unknown = Array.from({ length: 20 }, (_, i) => `${i + 1} add c 1 | ${i + 1} info`);
    const story = [...unknown, "0 read c", "0 ok 21"].join(" | ");
    const started = { steps: 0 };
    const stop = (): boolean => (started.steps += 1) > 100;
    expect(check(story, { model: "counter", stop }).verdict).toBe("fail");
  });

  test("refuses an unknown model or a wrong initial value in one line", () => {
    expect(() => check(stale, { model: "toString" })).toThrow(
      `--model must be one of ${Object.keys(MODELS).join(", ")}, got "toString" (string)`,
    );
    expect(() => check(stale, { model: "stock" })).toThrow(
      "--initial must be the number of units at the start, got nothing",
    );
    expect(() => check(stale, { model: "bank", initial: 3 })).toThrow(
      "--initial must be {account: balance}, got 3 (number)",
    );
  });

  test("lists operations that the model does not know", () => {
    expect(() =>
      check("0 take p -1 | 0 ok | 0 steal p 1 | 0 ok", { model: "stock", initial: 1 }),
    ).toThrow(
      `h.jsonl:
  operation 0 (take): value must be a whole number from 0 up
  operation 1 (steal): f must be take, give or read`,
    );
  });
});
