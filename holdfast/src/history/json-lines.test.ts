import { describe, expect, test } from "vitest";
import type { Operation } from "../record/operation.ts";
import { parseJsonLines } from "./json-lines.ts";
import { BAD_LINES_SHOWN_MAX } from "./limits.ts";

function read(...lines: (string | object)[]): Operation[] {
  const text = lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line)));
  const history = parseJsonLines(text.join("\n"), "h.jsonl");
  return Array.from({ length: history.size }, (_, row) => history.operation(row)).sort(
    (a, b) => a.index - b.index,
  );
}

const invoke = { process: 0, type: "invoke", f: "write", key: "x", value: 3, time: 1000 };

describe("a history in JSON Lines", () => {
  test("gives an operation from its invoke to the next event of its process", () => {
    expect(read(invoke, { ...invoke, type: "ok", time: 2500, value: 4 })).toMatchObject([
      {
        name: "write",
        key: "x",
        value: 3,
        result: 4,
        invokeNs: 1000,
        returnNs: 2500,
        outcome: "ok",
      },
    ]);
  });

  test.each([
    ["ok", "ok"],
    ["rejected", "rejected"],
    ["fail", "failed"],
    ["unknown", "unknown"],
    ["info", "unknown"],
  ])("reads the type %s as the outcome %s", (type, outcome) => {
    expect(read(invoke, { ...invoke, type })[0]?.outcome).toBe(outcome);
  });

  test("takes what never ends as unknown, and blank lines as nothing", () => {
    expect(read("", invoke, "  ", { ...invoke, process: 1, time: 1001 }, "")).toMatchObject([
      { process: 0, outcome: "unknown" },
      { process: 1, outcome: "unknown" },
    ]);
  });

  test("goes by the order of the lines where there is no time, and knows keys that are no texts", () => {
    const bare = { process: "a", f: "read", key: [1, "b"], value: null };
    expect(
      read(
        { ...bare, type: "invoke" },
        { ...bare, process: 7, type: "invoke", key: undefined },
        { process: "a", f: "read", type: "ok", value: 5 },
        { ...bare, process: 7, key: null, type: "ok", value: null },
      ),
    ).toMatchObject([
      { key: '[1,"b"]', value: null, result: 5, invokeNs: 1e6, returnNs: 3e6 },
      { key: "", result: null, invokeNs: 2e6, returnNs: 4e6 },
    ]);
  });

  test("goes by the times where the lines stand in another order", () => {
    const other = { ...invoke, process: 1, time: 900 };
    expect(
      read(
        invoke,
        other,
        { ...invoke, type: "ok", time: 3000 },
        { ...other, type: "ok", time: 2000 },
      ),
    ).toMatchObject([
      { process: 0, invokeNs: 900, returnNs: 2000 },
      { process: 1, invokeNs: 1000, returnNs: 3000 },
    ]);
    expect(() => read(invoke, { ...invoke, type: "ok", time: 5 })).toThrow(
      'h.jsonl: line 2: process 0 must begin an operation with "invoke", got "ok" (string)',
    );
  });

  test("leaves out what a nemesis did", () => {
    const fault = { process: "nemesis", type: "info", f: "start" };
    expect(read(fault, invoke, { ...fault, time: 7 }, { ...invoke, type: "ok" })).toHaveLength(1);
  });

  test("lists every bad line by number, with what was expected and got", () => {
    const bad = [
      "{",
      "[1]",
      { ...invoke, process: undefined },
      { ...invoke, type: "begin" },
      { ...invoke, f: 3 },
      { ...invoke, time: "now" },
      { ...invoke, type: "ok" },
      invoke,
      invoke,
      { ...invoke, type: "ok", f: "read" },
      { ...invoke, type: "ok", key: "y" },
      { ...invoke, type: "ok", time: undefined },
      { ...invoke, type: "ok", time: 5 },
    ];
    expect(() => read(...bad)).toThrow(
      `h.jsonl:
  line 1: must be one JSON object, got "{" (string)
  line 2: must be one JSON object, got [1] (array)
  line 3: process must be a number or a text, got nothing
  line 4: type must be "invoke", "ok", "rejected", "fail", "unknown" or "info", got "begin" (string)
  line 5: f must be the operation's name, got 3 (number)
  line 6: time must be a number of nanoseconds, got "now" (string)
  line 7: process 0 must begin an operation with "invoke", got "ok" (string)
  line 9: process 0 must end its operation before it begins another, got "invoke" (string)
  line 10: f must be "write" (string) as invoked, got "read" (string)
  line 11: key must be "x" (string) as invoked, got "y" (string)
  line 12: time must be in every line or in none, got nothing
  line 13: process 0 must begin an operation with "invoke", got "ok" (string)`,
    );
  });

  test(`names the first ${BAD_LINES_SHOWN_MAX} bad lines and counts the rest`, () => {
    const lines = Array.from({ length: BAD_LINES_SHOWN_MAX + 7 }, () => "x");
    expect(() => read(...lines)).toThrow(/line 20: .*\n {2}and 7 more lines$/);
  });
});
