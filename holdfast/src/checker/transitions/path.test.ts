import { describe, expect, test } from "vitest";
import { PathFinder } from "./path.ts";
import { StateGraph } from "./state-graph.ts";
import { Trace } from "./trace.ts";

const graph = new StateGraph({ idle: ["busy"], busy: ["idle", "gone"] });
const IDLE = 0;
const names = { move: "move", look: "look" };

/** `busy 1..2`, `see busy 3..4`, `gone 5..` for one of unknown outcome, in order of invocation. */
function traceOf(lines: readonly string[]): Trace {
  const trace = new Trace();
  for (const [row, line] of lines.entries()) {
    const look = line.startsWith("see ");
    const [state = "", times = ""] = line.split(" ").slice(look ? 1 : 0);
    const [from, by] = times.split("..");
    const byNs = by === "" ? Number.POSITIVE_INFINITY : Number(by);
    trace.add(row, graph.numberOf(state), !look, Number(from), byNs, Number.NaN);
  }
  return trace;
}

/** What is said without a search, and with one. */
function verdicts(...lines: readonly string[]): string {
  const said = [true, false].map((stop) => {
    const result = new PathFinder(graph, IDLE, () => stop, names).check(traceOf(lines));
    return result === undefined ? "path" : result === "undecided" ? "undecided" : "none";
  });
  return said.join(", ");
}

describe("a path is found without a search", () => {
  test("in the order of invocation", () => {
    expect(verdicts("busy 1..9", "see busy 2..8", "idle 3..7")).toBe("path, path");
  });

  test("in the order of return", () => {
    expect(verdicts("idle 1..9", "busy 2..8", "see busy 3..8")).toBe("path, path");
    expect(verdicts("busy 1..9", "see idle 2..8")).toBe("path, path");
  });

  test("when what is not known did not happen", () => {
    expect(verdicts("gone 1..", "busy 2..3", "idle 3..", "see busy 5..6")).toBe("path, path");
  });

  test("of 200 steps, one finder after a shorter one", () => {
    const finder = new PathFinder(graph, IDLE, () => true, names);
    expect(finder.check(traceOf(["busy 1..2"]))).toBeUndefined();
    const steps = Array.from({ length: 200 }, (_, i) =>
      i % 2 === 0 ? `busy ${i}..${i + 3}` : `idle ${i}..${i + 1}`,
    );
    expect(finder.check(traceOf(steps))).toBeUndefined();
    const returned = Array.from({ length: 100 }, (_, i) => [
      `idle ${10 * i}..${10 * i + 9}`,
      `busy ${10 * i + 1}..${10 * i + 8}`,
    ]);
    expect(finder.check(traceOf(returned.flat()))).toBeUndefined();
  });
});

describe("a path is searched", () => {
  test("where neither order is one", () => {
    expect(verdicts("busy 1..2", "gone 3..4", "see busy 5..6")).toBe("undecided, none");
    expect(verdicts("see busy 2..3", "busy 2..9", "idle 1..8", "busy 1..9")).toBe(
      "undecided, path",
    );
    expect(verdicts("busy 1..", "see busy 2..3")).toBe("undecided, path");
  });

  test("and none is found for a state that the graph does not know", () => {
    expect(verdicts("lost 1..2")).toBe("undecided, none");
    expect(verdicts("see lost 1..2")).toBe("undecided, none");
    expect(verdicts("lost 1..", "busy 2..3")).toBe("path, path");
    const last = new StateGraph({ a: ["b", "c"], b: ["a"] });
    const trace = new Trace();
    trace.add(0, last.numberOf("b"), true, 1, 2, Number.NaN);
    trace.add(1, last.numberOf("lost"), true, 3, 4, Number.NaN);
    expect(new PathFinder(last, 0, () => false, names).check(trace)).toMatchObject({
      blunt: "whole",
    });
  });
});
