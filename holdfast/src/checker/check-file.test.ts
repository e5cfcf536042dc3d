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
    expect(finding.sentence).toBe(
      "x: read → 3 began after write 4 was over, and gives an older value, at 0.006 s",
    );
    const searched = check(stale, { model: "cas-register" });
    expect(searched.sentence).toMatch(
      /^x: read → 3 has no place in any order of the operations \(1 of 3/,
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
    [
      "set",
      undefined,
      "0 add s 1 | 0 ok | 0 read s | 0 ok []",
      "add 1 was over before read → [] began, which must come first",
    ],
    ["set", undefined, "0 read s | 0 ok [4]", "a read shows 4, which was never added"],
    ["set", [4], "0 read s | 0 ok []", "a read lacks 4, which was there from the start"],
    ["bank", undefined, '0 read b | 0 ok {"a":-1}', "has no place in any order"],
    ["kv", undefined, '0 append k "a" | 0 ok | 0 get k | 0 ok "b"', "the writes could have made"],
    [
      "kv",
      "b",
      '0 append k "a" | 0 ok | 0 get k | 0 ok "b"',
      "get → b began after append a was over, but belongs to what came before it",
    ],
    [
      "kv",
      undefined,
      '0 get k | 0 ok "ab" | 0 put k "a" | 1 append k "b" | 0 ok | 1 ok',
      "get → ab was over before append b began, which must come first",
    ],
    [
      "kv",
      undefined,
      '0 put k "a" | 0 ok | 0 put k "b" | 0 ok | 0 get k | 0 ok "a"',
      "get → a began after put b was over, but belongs to what came before it",
    ],
    [
      "kv",
      undefined,
      '0 put k "a" | 1 append k "b" | 2 append k "c" | 0 ok | 1 ok | 2 ok | 0 get k | 1 get k | 0 ok "ab" | 1 ok "ac"',
      "contradicts the order of writes that another get shows",
    ],
    [
      "kv",
      undefined,
      '0 put k "a" | 0 ok | 0 put k "a" | 0 ok | 0 get k | 0 ok "b"',
      "has no place in any order",
    ],
    [
      "fifo-queue",
      undefined,
      "0 enqueue q 1 | 0 ok | 0 dequeue q | 0 ok null",
      "a dequeue found nothing, although at every instant of it a value was certainly there, 1 in the end",
    ],
    [
      "fifo-queue",
      undefined,
      "0 enqueue q 1 | 0 ok | 0 dequeue q | 0 rejected",
      "a dequeue found nothing, although at every instant of it a value was certainly there, 1 in the end",
    ],
    ["stock", 1, "0 read p | 0 ok -1", "read → -1, but it can only have been 1 then"],
    [
      "fifo-queue",
      undefined,
      "0 enqueue q 1 | 0 ok | 0 enqueue q 1 | 0 ok | 0 dequeue q | 0 rejected",
      "at every instant of it a value was certainly there, 1 (no. 1)",
    ],
    [
      "fifo-queue",
      undefined,
      "0 enqueue q 1 | 0 ok | 0 enqueue q 2 | 0 ok | 0 dequeue q | 0 ok 2",
      "dequeue → 2 came before 1, which was in the queue first and was never seen again",
    ],
    [
      "fifo-queue",
      undefined,
      "0 enqueue q 1 | 0 ok | 0 enqueue q 2 | 0 ok | 0 dequeue q | 0 ok 2 | 0 dequeue q | 0 ok 1",
      "dequeue → 2 came before 1, which was in the queue first and was taken only later",
    ],
    [
      "fifo-queue",
      [1],
      "0 dequeue q | 1 dequeue q | 0 ok 1 | 1 ok 1",
      "dequeue → 1: it was dequeued twice",
    ],
    ["fifo-queue", undefined, "0 dequeue q | 0 ok 1", "dequeue → 1: it was never enqueued"],
    [
      "fifo-queue",
      undefined,
      "0 dequeue q | 0 ok 1 | 0 enqueue q 1 | 0 ok",
      "dequeue → 1 was over before it was enqueued",
    ],
    [
      "fifo-queue",
      undefined,
      "0 enqueue q 1 | 0 ok | 0 enqueue q 1 | 0 ok | 0 dequeue q | 0 ok 2",
      "dequeue → 2 (no. 1): it was never enqueued",
    ],
    ["counter", 4, "0 add c 1 | 0 ok | 0 read c | 0 ok 4", "can only have been 5 then"],
  ])("%s (from %j) fails on %s", (model, initial, story, says) => {
    const finding = check(story, { model, initial });
    expect(finding.verdict).toBe("fail");
    expect(finding.sentence).toContain(says);
    expect(finding.witnesses.length).toBeGreaterThan(0);
  });

  test("says unknown when the search is stopped, and over an empty history", () => {
    expect(check(stale, { model: "cas-register", stop: () => true })).toMatchObject({
      verdict: "unknown",
      sentence: "1 of 1 object could not be decided within the bounds of the search (first: x)",
    });
    expect(checkFile("", { model: "register" })).toMatchObject({ verdict: "unknown" });
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
      `--model must be one of ${Object.keys(MODELS).join(", ")}, list-append, got "toString" (string)`,
    );
    expect(() => check(stale, { model: "stock" })).toThrow(
      "--initial must be the number of units at the start, got nothing",
    );
    expect(() => check(stale, { model: "bank", initial: 3 })).toThrow(
      "--initial must be {account: balance}, got 3 (number)",
    );
  });

  test.each([
    ["register", "0 cas r [1,2] | 0 ok", "f must be read or write"],
    ["cas-register", "0 cas r [1] | 0 ok", "value must be [old, new]"],
    ["cas-register", "0 cas r 5 | 0 ok", "value must be [old, new]"],
    ["kv", "0 delete k | 0 ok", "f must be get, put or append"],
    ["kv", "0 put k 5 | 0 ok", "value must be a text"],
    ["kv", "0 get k | 0 ok 5", "value must be a text"],
    ["fifo-queue", "0 pop q | 0 ok", "f must be enqueue or dequeue"],
    ["fifo-queue", "0 enqueue q null | 0 ok", "value must not be null"],
    ["set", "0 remove s 1 | 0 ok", "f must be add or read"],
    ["set", "0 read s | 0 ok 5", "value must be a list"],
    ["counter", "0 count c | 0 ok", "f must be add or read"],
    ["counter", "0 add c 1.5 | 0 ok", "value must be a whole number"],
    ["counter", '0 read c | 0 ok "5"', "value must be a whole number"],
    ["bank", "0 deposit b 5 | 0 ok", "f must be transfer or read"],
    ["bank", "0 transfer b null | 0 ok", "value must be {from, to, amount}, the amount from 0 up"],
    [
      "bank",
      '0 transfer b {"from":1,"to":2,"amount":-1} | 0 ok',
      "value must be {from, to, amount}",
    ],
    ["bank", '0 transfer b {"to":2,"amount":1} | 0 ok', "value must be {from, to, amount}"],
    ["bank", "0 read b | 0 ok [1]", "value must be {account: balance}"],
    ["bank", '0 read b | 0 ok {"a":"1"}', "value must be {account: balance}"],
    ["auction", "0 sell a 5 | 0 ok", "f must be bid or read"],
    ["auction", '0 bid a "5" | 0 ok', "value must be the amount of the bid"],
    ["auction", '0 bid a 5 | 0 rejected "6"', "value must be the price that beat the bid"],
    ["auction", '0 read a | 0 ok "5"', "value must be the price"],
    ["unique", "0 make u | 0 ok 5", "f must be create"],
    ["unique", "0 create u | 0 ok null", "value must be the id"],
  ])("%s says what is wrong with %s", (model, story, says) => {
    expect(() => check(story, { model })).toThrow(
      `h.jsonl: operation 0 (${story.split(" ")[1]}): ${says}`,
    );
  });

  test.each([
    ["register", "0 read r | 0 info 5"],
    ["kv", "0 get k | 0 rejected 5"],
    ["counter", '0 read c | 0 info "x"'],
    ["set", "0 read s | 0 rejected 5"],
    ["bank", '0 read b | 0 info "x"'],
    ["auction", '0 read a | 0 info "x"'],
    ["auction", "0 bid a 5 | 0 ok null"],
  ])("%s has no quarrel with %s, which says nothing", (model, story) => {
    expect(check(story, { model }).verdict).toBe("pass");
  });

  test("a bank of unknown balances takes the first read for them", () => {
    const first =
      '0 transfer b {"from":"a","to":"b","amount":5} | 0 ok | 0 read b | 0 ok {"a":1,"b":9}';
    expect(check(first, { model: "bank" }).verdict).toBe("pass");
    const second = `${first} | 0 transfer b {"from":"a","to":"b","amount":1} | 0 ok | 0 read b | 0 ok`;
    expect(check(`${second} {"b":10}`, { model: "bank" }).verdict).toBe("pass");
    expect(check(`${second} {"a":1,"b":9}`, { model: "bank" }).verdict).toBe("fail");
    expect(check(first, { model: "bank", initial: { a: 6, b: 4 } }).verdict).toBe("pass");
    expect(check(first, { model: "bank", initial: { a: 4, b: 6 } }).verdict).toBe("fail");
  });

  /** 20 different even adds at once, and an odd sum of about eight of them: more sets to try than the first look takes. */
  const hard = [
    ...Array.from({ length: 20 }, (_, i) => `${i} add c ${1_000 + 2 * i}`),
    "20 read c",
    ...Array.from({ length: 20 }, (_, i) => `${i} ok`),
    "20 ok 8151",
  ].join(" | ");

  test("looks again, and longer, at an object that the first look could not decide", () => {
    expect(check(hard, { model: "counter" })).toMatchObject({
      verdict: "fail",
      key: "c",
      count: 1,
    });
  });

  test("refutes by a stretch what is too large as a whole, and says so", () => {
    const appends = Array.from({ length: 12 }, (_, i) => `${i + 2} append k "${i},"`).join(" | ");
    const ends = Array.from({ length: 12 }, (_, i) => `${i + 2} ok`).join(" | ");
    const twice = '0 put k "a" | 0 ok | 0 put k "a" | 0 ok';
    const wrong = '0 put k "a" | 0 ok | 0 put k "b" | 0 ok | 0 get k | 0 ok "a"';
    const finding = check(`${twice} | ${appends} | ${ends} | ${wrong}`, { model: "kv" });
    expect(finding.sentence).toMatch(
      /^k: get → a has no place in any order of the operations around it, whatever came before them/,
    );
    expect(finding.verdict).toBe("fail");
  });

  test("spares the hard objects when another one is certainly broken", () => {
    const both = `${hard} | 0 read d | 0 ok 5`;
    expect(check(both, { model: "counter" })).toMatchObject({
      verdict: "fail",
      key: "d",
      count: 1,
    });
  });

  test("judges values longer than a stored record may be: a set of 5,000 and a text of 10,000", () => {
    const values = Array.from({ length: 5_000 }, (_, i) => i);
    const adds = values.map((value) => `0 add s ${value} | 0 ok`).join(" | ");
    const read = (list: number[]): string => `${adds} | 1 read s | 1 ok ${JSON.stringify(list)}`;
    expect(check(read(values), { model: "set" }).verdict).toBe("pass");
    expect(check(read(values.slice(1)), { model: "set" }).verdict).toBe("fail");
    const text = JSON.stringify("x".repeat(10_000));
    const got = `0 put k ${text} | 0 ok | 1 get k | 1 ok ${text}`;
    expect(check(got, { model: "kv" }).verdict).toBe("pass");
  });

  test("shows at most 20 operations that a model does not know", () => {
    const many = Array.from({ length: 23 }, () => "0 steal p | 0 ok").join(" | ");
    expect(() => check(many, { model: "unique" })).toThrow(/operation 19 .*\n {2}and 3 more$/);
    const twenty = Array.from({ length: 20 }, () => "0 steal p | 0 ok").join(" | ");
    expect(() => check(twenty, { model: "unique" })).toThrow(
      /operation 19 \(steal\): f must be create$/,
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
