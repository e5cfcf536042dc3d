import { describe, expect, test } from "vitest";
import { SYSTEMS } from "../systems.ts";
import { planCampaign } from "./plan.ts";
import type { PlannedRun } from "./plan.ts";
import type { RunOutcome } from "./run-suite.ts";
import { isGood, isUndecided, scoreOf } from "./score.ts";
import { tableOf } from "./table.ts";

const story = { command: "npm run bugs", parts: "embedded", seed: "7", commits: ["abc"] };
const plan = planCampaign(SYSTEMS, { tries: 2, cleanRuns: 3, seed: "7" });

/** A harness that sees what is planted, or one that is blind. */
function outcomeOf(run: PlannedRun, blind = false): RunOutcome {
  const bug = run.system.bugs.find(({ name }) => name === run.planted);
  const seen = bug !== undefined && !blind;
  const proof = { sentence: "sold twice", witnesses: 3, provedMs: 400 };
  return {
    name: run.name,
    exitCode: seen ? 90 : 0,
    verdict: seen ? "fail" : "pass",
    headline: seen ? "violated" : "held",
    seed: "1",
    tookMs: 2_000,
    repeats: 0,
    findings: seen ? [{ name: bug.invariant, verdict: "fail", ...proof }] : [],
  };
}

describe("a campaign", () => {
  test("tries every bug of every system, and hides one canary among the clean runs of each", () => {
    const bugs = SYSTEMS.flatMap((system) => system.bugs);
    expect(plan.filter(({ kind }) => kind === "bug")).toHaveLength(2 * bugs.length);
    const clean = plan.filter(({ kind }) => kind === "clean");
    expect(clean).toHaveLength((3 + 1) * SYSTEMS.length);
    const canaries = clean.filter(({ planted }) => planted !== undefined);
    expect(canaries.map(({ system }) => system.name).sort()).toEqual(
      SYSTEMS.map(({ name }) => name).sort(),
    );
    expect(new Set(plan.map(({ name }) => name)).size).toBe(plan.length);
  });

  test("has another order and another canary with another seed, and the same with the same", () => {
    const again = planCampaign(SYSTEMS, { tries: 2, cleanRuns: 3, seed: "7" });
    expect(again.map(({ name }) => name)).toEqual(plan.map(({ name }) => name));
    const other = planCampaign(SYSTEMS, { tries: 2, cleanRuns: 3, seed: "8" });
    expect(other.map(({ name }) => name)).not.toEqual(plan.map(({ name }) => name));
  });

  test("counts what was caught, and the canary not among the false alarms", () => {
    const score = scoreOf(plan.map((run) => ({ run, outcome: outcomeOf(run) })));
    expect(score.bugs.map(({ tries, caught }) => [tries, caught])).toEqual(
      score.bugs.map(() => [2, 2]),
    );
    expect(score.clean.flatMap(({ alarms }) => alarms)).toEqual([]);
    expect(score.canaries.map(({ noticed }) => noticed)).toEqual([true, true, true]);
    expect(isGood(score, { once: false })).toBe(true);
    const table = tableOf(score, { ...story, made: plan.length, planned: plan.length });
    expect(table).toContain("Each was a canary");
  });

  test("is void when its canaries live", () => {
    const blindToClean = plan.map((run) => ({
      run,
      outcome: outcomeOf(run, run.kind === "clean"),
    }));
    const score = scoreOf(blindToClean);
    expect(score.canaries.map(({ noticed }) => noticed)).toEqual([false, false, false]);
    expect(isGood(score, { once: false })).toBe(false);
    const table = tableOf(score, { ...story, made: plan.length, planned: plan.length });
    expect(table.match(/VOID/g)).toHaveLength(3);
  });

  test("says of how many runs it was made, and that no canary had its turn yet", () => {
    const score = scoreOf([]);
    const table = tableOf(score, { ...story, made: 0, planned: plan.length });
    expect(table).toContain(`0 of ${plan.length} planned runs`);
    expect(table).toContain("No canary had its turn.");
  });

  test("does not count a bug that another invariant caught, nor a proof that took over 60 s", () => {
    const [first, second] = plan.filter(({ kind }) => kind === "bug") as [PlannedRun, PlannedRun];
    const wrong = outcomeOf(first);
    for (const finding of wrong.findings) finding.name = "another";
    const slow = outcomeOf(second);
    for (const finding of slow.findings) finding.provedMs = 60_001;
    const { bugs } = scoreOf([
      { run: first, outcome: wrong },
      { run: second, outcome: slow },
    ]);
    expect(bugs.reduce((sum, { caught }) => sum + caught, 0)).toBe(0);
  });

  test("is not good when one bug in ten is missed, unless each only had to be caught once", () => {
    const [bug] = SYSTEMS[0]?.bugs ?? [];
    const hunts = planCampaign(SYSTEMS, { tries: 10, cleanRuns: 0, seed: "7" }).filter(
      (run) => run.bug === bug,
    );
    const score = scoreOf(hunts.map((run, at) => ({ run, outcome: outcomeOf(run, at === 0) })));
    expect(score.bugs).toMatchObject([{ tries: 10, caught: 9 }]);
    expect(isGood(score, { once: false })).toBe(false);
    expect(isGood(score, { once: true })).toBe(true);
  });
});

describe("a clean run", () => {
  const [clean] = plan.filter(({ kind, planted }) => kind === "clean" && planted === undefined) as [
    PlannedRun,
  ];

  test.each([
    ["whose generator was the bottleneck", 92, "undecided"],
    ["that gave no result", -1, "undecided"],
    ["that was slow", 99, "slow"],
  ] as const)("%s is counted as such, and is no alarm", (_, exitCode, as) => {
    const outcome = { ...outcomeOf(clean), exitCode, verdict: "fail", headline: "why" };
    const [row] = scoreOf([{ run: clean, outcome }]).clean;
    expect(row).toMatchObject({
      alarms: [],
      undecided: [],
      slow: [],
      runs: 1,
      [as]: [expect.stringContaining("why")],
    });
  });

  test("in which an invariant is unknown is undecided, also when a threshold was crossed", () => {
    const findings = [
      { name: "no oversell", verdict: "unknown", sentence: "no order", witnesses: 0, provedMs: 0 },
    ];
    expect(isUndecided({ ...outcomeOf(clean), exitCode: 99, verdict: "fail", findings })).toBe(
      true,
    );
  });
});
