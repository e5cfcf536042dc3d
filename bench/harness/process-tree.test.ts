import { describe, expect, test } from "vitest";
import { cpuTicks, machineTicks, statusBytes, treeOf } from "./process-tree.ts";

describe("cpuTicks", () => {
  test("adds a process's own time and that of its ended children, past a command with spaces and parentheses", () => {
    const stat =
      "42 (a (b) c) S 1 42 42 0 -1 4194304 900 0 0 0 70 30 5 2 20 0 1 0 1234 1000000 250";
    expect(cpuTicks(stat)).toEqual({ user: 75, system: 32 });
  });

  test("is 0 for a process that has ended", () => {
    expect(cpuTicks("")).toEqual({ user: 0, system: 0 });
  });
});

test("statusBytes reads kB as bytes, and 0 for a row that is not there", () => {
  const status = "Name:\tnode\nVmHWM:\t    5120 kB\nVmRSS:\t    4096 kB\n";
  expect(statusBytes(status, "VmHWM")).toBe(5120 * 1024);
  expect(statusBytes(status, "VmSwap")).toBe(0);
});

test("treeOf a process begins with the process itself", () => {
  expect(treeOf(process.pid)[0]).toBe(process.pid);
});

test("machineTicks counts all but idle and waiting as busy, and the host's share apart", () => {
  const { busySeconds, stolenSeconds } = machineTicks("cpu  100 20 30 900 50 4 6 10 0 0\ncpu0 1 2");
  expect(busySeconds / stolenSeconds).toBeCloseTo(16);
});
