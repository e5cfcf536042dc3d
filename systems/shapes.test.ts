import { expect, test } from "vitest";
import { plateaus, spike } from "./shapes.ts";

test("plateaus go up within the ramp and stay for the hold, level by level", () => {
  expect(plateaus(["10/s", "20/s"], { ramp: "2s", hold: "8s" })).toEqual([
    { duration: "2s", target: "10/s" },
    { duration: "8s", target: "10/s" },
    { duration: "2s", target: "20/s" },
    { duration: "8s", target: "20/s" },
  ]);
});

test("a spike takes 34 seconds, is at its peak for 10 of them, and ends where it began", () => {
  const stages = spike(50, 500);
  const seconds = stages.map(({ duration }) => Number.parseInt(duration, 10));
  expect(seconds.reduce((sum, one) => sum + one)).toBe(34);
  expect(stages.map(({ target }) => target)).toEqual([50, 50, 500, 500, 50, 50]);
});

test("no profile of the chat or the auction asks for more virtual users than one process may open sockets", async () => {
  const suites = [
    await import("./chat/load/api.load.ts"),
    await import("./chat/load/connections.load.ts"),
    await import("./chat/load/search.load.ts"),
    await import("./auction/load/fan-out.load.ts"),
    await import("./auction/load/mixed.load.ts"),
    await import("./auction/load/stress.load.ts"),
    await import("./auction/load/thousand-bidders.load.ts"),
  ].flatMap((module) => Object.values(module));
  for (const { profiles = {} } of suites) {
    for (const profile of ["stress", "spike", "scalability", "breakpoint"] as const) {
      for (const executor of Object.values(profiles[profile] ?? {})) {
        if (executor.kind !== "ramping-vus") continue;
        expect(Math.max(...executor.stages.map(({ target }) => target))).toBeLessThanOrEqual(
          15_000,
        );
      }
    }
  }
  expect(suites.filter(({ profiles }) => profiles?.breakpoint !== undefined)).toHaveLength(7);
});
