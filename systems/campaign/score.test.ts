import { describe, expect, test } from "vitest";
import { SYSTEMS } from "../systems.ts";
import { planCampaign } from "./plan.ts";
import type { PlannedRun } from "./plan.ts";
import type { RunOutcome } from "./run-suite.ts";
import { scoreOf } from "./score.ts";
import { tableOf } from "./table.ts";

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
    findings: seen ? [{ name: bug.invariant, verdict: "fail", ...proof }] : [],
  };
}

describe("a campaign", () => {
  test("tries every bug of every system, and hides one canary among the clean runs", () => {
    const bugs = SYSTEMS.flatMap((system) => system.bugs);
    expect(plan.filter(({ kind }) => kind === "bug")).toHaveLength(2 * bugs.length);
    const clean = plan.filter(({ kind }) => kind === "clean");
    expect(clean).toHaveLength(3 * SYSTEMS.length + 1);
    expect(clean.filter(({ planted }) => planted !== undefined)).toHaveLength(1);
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
    expect(score.canary?.noticed).toBe(true);
    expect(tableOf(score, "npm run bugs", "embedded")).toContain("The canary was noticed");
  });

  test("is void when its canary lives", () => {
    const blindToClean = plan.map((run) => ({
      run,
      outcome: outcomeOf(run, run.kind === "clean"),
    }));
    const score = scoreOf(blindToClean);
    expect(score.canary?.noticed).toBe(false);
    expect(tableOf(score, "npm run bugs", "embedded")).toContain("VOID");
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
});
