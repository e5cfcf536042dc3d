import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { NS_PER_MS } from "../base/units.ts";
import type { Witness } from "../checker/finding.ts";
import type { RawExchange } from "../record/raw-exchange.ts";
import type { ThreadEnd } from "./engine-threads.ts";
import { keepsRaw } from "./prepare-run.ts";
import { RAW_FILE, rawLines, rawOf, readRaw, withRaw } from "./raw-file.ts";
import { consideredLines, proofLines, rawText } from "./proof-text.ts";

const SAID: RawExchange = {
  process: 7,
  invokeNs: 812_345_679,
  name: "order",
  id: "k-1",
  request: "POST /orders HTTP/1.1\r\nauthorization: Bearer abc\r\nx-session: abc\r\n\r\n{}",
  answer: 'HTTP/1.1 200 OK\r\n\r\n{"order":"o-1","pin":"abc"}',
};

const WITNESS: Witness = {
  index: 3,
  name: "order",
  phase: "load",
  process: 7,
  key: "phone",
  id: "k-1",
  value: null,
  result: "o-1",
  invokedMs: 812_345_679 / NS_PER_MS,
  returnedMs: 820,
  outcome: "ok",
  rule: "2xx, whole body",
  status: 200,
};

/** A thread that has ended, of which only this matters here. */
function ended(...raw: RawExchange[]): ThreadEnd {
  return { report: {} as ThreadEnd["report"], lostRecords: 0, raw };
}

function joined(witness: Witness, said: readonly RawExchange[] | undefined): Witness["raw"] {
  return withRaw([{ witnesses: [witness] }], said)[0]?.witnesses[0]?.raw;
}

describe("what threads kept", () => {
  test("loses its secrets, also those that only the author knows of, and is put in order of time", () => {
    const early = { ...SAID, invokeNs: 5 };
    const [first, second] = rawOf([ended(SAID), ended(early)], ["x-session", "pin"]);
    expect([first?.invokeNs, second?.invokeNs]).toEqual([5, 812_345_679]);
    expect(first?.request).toBe(
      "POST /orders HTTP/1.1\r\nauthorization: [redacted]\r\nx-session: [redacted]\r\n\r\n{}",
    );
    expect(first?.answer).toBe('HTTP/1.1 200 OK\r\n\r\n{"order":"o-1","pin":"[redacted]"}');
  });

  test("is written a line each and read again; half a line at the end is left out", () => {
    const folder = mkdtempSync(join(tmpdir(), "holdfast-raw-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    expect(readRaw(folder)).toBe(undefined);
    writeFileSync(join(folder, RAW_FILE), `${rawLines([SAID, SAID])}{"process":`);
    expect(readRaw(folder)).toEqual([SAID, SAID]);
  });
});

test("nothing is kept without a history, nor where the command or the test says no", () => {
  const given = (keepRaw: boolean, keepHistory: boolean, raw?: boolean): boolean =>
    keepsRaw({
      loaded: { test: raw === undefined ? {} : { raw } },
      options: { keepRaw, keepHistory },
    } as Parameters<typeof keepsRaw>[0]);
  expect([given(true, true), given(true, true, true)]).toEqual([true, true]);
  expect([given(false, true), given(true, false), given(true, true, false)]).toEqual([
    false,
    false,
    false,
  ]);
});

describe("a witness", () => {
  test("gets what was said by the process, the name and the nanosecond", () => {
    const { request, answer } = SAID;
    expect(joined(WITNESS, [{ ...SAID, process: 8 }, SAID])).toEqual({ request, answer });
  });

  test.each<[string, Partial<RawExchange>]>([
    ["process", { process: 8 }],
    ["time", { invokeNs: 812_345_680 }],
    ["name", { name: "claim" }],
  ])("of another %s gets the reason instead", (_, other) => {
    expect(joined(WITNESS, [{ ...SAID, ...other }])).toEqual({
      notKept:
        "not kept: only the first 2,000 of each outcome are, of operations that are one HTTP request",
    });
  });

  test("of the audit, or of a run that kept nothing, gets that reason", () => {
    expect(joined({ ...WITNESS, phase: "audit" }, [SAID])).toEqual({
      notKept: "not kept: it is of the audit, not of the load",
    });
    expect(joined(WITNESS, undefined)).toEqual({
      notKept: "not kept: the run kept no requests and answers",
    });
  });

  test("finds its nanosecond at any time of the first ten days", () => {
    for (let day = 0; day < 10; day += 0.01) {
      const invokeNs = Math.floor(day * 86_400e9) + 1;
      const witness = { ...WITNESS, invokedMs: invokeNs / NS_PER_MS };
      expect(joined(witness, [{ ...SAID, invokeNs }])).toHaveProperty("request");
    }
  });
});

describe("in a terminal", () => {
  test("a request stands after >, an answer after <, and neither can do anything to the terminal", () => {
    const answer = "HTTP/1.1 200 OK\r\nx: \u001b[2J\r\n\r\n\u001b]0;owned\u0007\n\u202eend";
    expect(rawText({ ...WITNESS, raw: { request: "GET / HTTP/1.1\r\n\r\n", answer } })).toEqual([
      "> GET / HTTP/1.1",
      "< HTTP/1.1 200 OK",
      "< x: \\u001b[2J",
      "<",
      "< \\u001b]0;owned\\u0007",
      "< \\u202eend",
    ]);
  });

  test("operations stand on one time axis, with what was asked and what was said", () => {
    const cas = { ...WITNESS, index: 9, name: "cas", key: "", value: [1, 2], result: null };
    const later = { ...cas, invokedMs: 816, returnedMs: null, outcome: "unknown" as const };
    const read = { ...WITNESS, raw: { notKept: "not kept" } };
    const lines = proofLines([read, { ...cas, returnedMs: 816, outcome: "rejected" }, later]);
    expect(lines.map((line) => line.replace(/^[ ├─┤╌▷│]*/, ""))).toEqual([
      "812 ms     816 ms      820 ms",
      '#3 process 7 order phone 812.346–820.000 ms ok → "o-1"',
      "(not kept)",
      "#9 process 7 cas [1,2] 812.346–816.000 ms rejected",
      "#9 process 7 cas [1,2] 816.000–… ms unknown",
    ]);
    expect(proofLines([])).toEqual([]);
  });

  test("what was considered is one line; where there was nothing there is none", () => {
    expect(consideredLines({ count: 1, name: "order", ids: ["k-1"] })).toEqual([
      "1 order operation of unknown outcome was considered; it does not explain it (k-1)",
    ]);
    expect(consideredLines({ count: 0, name: null, ids: [] })).toEqual([]);
    expect(consideredLines(undefined)).toEqual([]);
  });

  test("the reason stands in brackets; where nothing was asked for there is nothing", () => {
    expect(rawText({ ...WITNESS, raw: { notKept: "not kept" } })).toEqual(["(not kept)"]);
    expect(rawText(WITNESS)).toEqual([]);
  });
});
