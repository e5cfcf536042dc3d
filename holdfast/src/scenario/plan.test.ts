import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ProblemsError } from "../base/errors.ts";
import {
  constantArrivalRate,
  constantVus,
  externallyControlled,
  noOversell,
  operation,
  perVuIterations,
  rampingArrivalRate,
  rampingVus,
  sharedIterations,
} from "../index.ts";
import type { Executor, LoadTest } from "../index.ts";
import { planTest } from "./plan.ts";
import type { PlanOptions, TestPlan } from "./plan.ts";
import { PROFILES } from "./test-schema.ts";

const S = 1e9;
const target = "http://127.0.0.1:3000";
const run = (): void => undefined;

function planOf(executor: unknown, options?: PlanOptions, rest: object = {}): TestPlan {
  return planTest(testOf({ scenarios: { crowd: { executor, run } }, ...rest }), options);
}

function testOf(parts: object): LoadTest {
  return { holdfast: "load-test", name: "a test", target, ...parts } as LoadTest;
}

function problemsOf(test: LoadTest, options?: PlanOptions): readonly string[] {
  try {
    planTest(test, options);
  } catch (error) {
    if (error instanceof ProblemsError) return error.problems;
    throw error;
  }
  return [];
}

function stagesOf(plan: TestPlan): string[] {
  return plan.stages.map(
    ({ name, fromNs, toNs }) => `${+(fromNs / S).toFixed(3)}-${+(toNs / S).toFixed(3)} ${name}`,
  );
}

describe("a plan", () => {
  test("of two scenarios says who acts when, before anything starts", () => {
    const crowd = rampingVus({
      stages: [
        { duration: "10s", target: 50 },
        { duration: "10s", target: 1_000 },
        { duration: "5s", target: 0 },
      ],
    });
    const rush = constantArrivalRate({
      rate: "90/m",
      duration: "1m30s",
      preAllocatedVus: 5,
      maxVus: 20,
    });
    const plan = planTest(
      testOf({
        tags: { team: "shop" },
        http: { cookies: false, pool: "vu" },
        metrics: { orders: { type: "counter" } },
        scenarios: {
          crowd: { executor: crowd, run, gracefulStop: "10s", thinkTime: { min: 100, max: "1s" } },
          rush: {
            executor: rush,
            run,
            startTime: "20s",
            tags: { kind: "rush" },
            http: { pool: "shared" },
          },
        },
      }),
    );
    expect(stagesOf(plan)).toEqual([
      "0-10 crowd: 0 → 50 VUs",
      "10-20 crowd: 50 → 1,000 VUs",
      "20-25 crowd: 1,000 → 0 VUs",
      "20-110 rush: 1.5/s",
    ]);
    expect(plan).toMatchObject({
      profile: "own",
      vusMax: 1_020,
      endNs: 110 * S,
      lastNs: 140 * S,
      metrics: [{ name: "orders", type: "counter" }],
    });
    expect(plan.scenarios).toMatchObject([
      {
        endNs: 25 * S,
        lastNs: 35 * S,
        firstVuId: 1,
        vusMax: 1_000,
        levelUnit: "VUs",
        thinkTime: { minNs: 0.1 * S, maxNs: 1 * S },
        tags: { team: "shop", scenario: "crowd" },
      },
      {
        startNs: 20 * S,
        firstVuId: 1_001,
        vusMax: 20,
        levelUnit: "iterations/s",
        executor: { whenBusy: "queue", queueMax: 100_000, pacing: "auto" },
        tags: { team: "shop", kind: "rush", scenario: "rush" },
        http: { cookies: false, pool: "shared" },
      },
    ]);
    expect(Object.isFrozen(plan.scenarios[0]?.levels[0])).toBe(true);
    expect(structuredClone(plan)).toEqual(plan);
  });

  test("of an executor that counts iterations lasts as long as it may", () => {
    const plan = planOf(sharedIterations({ vus: 3, iterations: 10 }));
    expect(plan).toMatchObject({ vusMax: 3, endNs: 600 * S, lastNs: 630 * S });
    expect(planOf(perVuIterations({ vus: 3, iterations: 1, maxDuration: "5s" })).endNs).toBe(5 * S);
  });

  test("of only the selected scenarios keeps their order and numbers their virtual users from 1", () => {
    const executor = constantVus({ vus: 4, duration: "1s" });
    const scenarios = { a: { executor, run }, b: { executor, run }, c: { executor, run } };
    const plan = planTest(testOf({ scenarios }), { overrides: { scenarios: ["c", "b"] } });
    expect(plan.scenarios.map(({ name, firstVuId }) => [name, firstVuId])).toEqual([
      ["b", 1],
      ["c", 5],
    ]);
  });
});

describe("what is wrong with a test", () => {
  test("is listed all at once, each with its path", () => {
    const stages = [
      { duration: "10s", target: 3 },
      { duration: "soon", target: "many", goal: 1 },
    ];
    const order = operation("order");
    const test = testOf({
      name: " ",
      tresholds: {},
      thresholds: { checks: "rate==1", http_reqs: [5] },
      target: "ftp://example.com",
      metrics: { http_reqs: { type: "counter" }, "my metric": { type: "counter" }, odd: {} },
      data: { users: "users.csv" },
      tags: { run: 7 },
      invariants: [noOversell(order, { stock: 1 }), noOversell(order, { stock: 2 }), {}],
      setup: true,
      stopOnException: "yes",
      profiles: { smoke: { crwod: constantVus({ vus: 1, duration: "1s" }) } },
      scenarios: {
        crowd: {
          executor: { kind: "ramping-vus", stages },
          run: "buy",
          gracefulStop: -1,
          vuSetUp: run,
        },
        rush: {
          executor: { kind: "constant-arrival-rate", rate: 0, duration: 0, preAllocatedVus: 1.5 },
          run,
          thinkTime: "1s",
          http: { pool: "own", timeout: { connect: "fast" }, conections: 1 },
        },
        odd: { executor: { kind: "constant-users" }, run, thinkTime: { min: "2s", max: "1s" } },
        none: { run },
      },
    });
    expect(problemsOf(test)).toEqual([
      'name must be a text that is not empty, got " " (string)',
      'target must be a URL such as "https://staging.example.com", got "ftp://example.com" (string)',
      'metrics.http_reqs must be a name that no built-in metric has, got "http_reqs" (string)',
      'metrics.my metric must be a name of letters, digits and _, got "my metric" (string)',
      "metrics.odd.type is missing",
      'data.users must be made by csv(), json() or rows(), got "users.csv" (string)',
      "setup must be a function, got true (boolean)",
      'scenarios.crowd.executor.stages[1].duration must be a duration such as "500ms", "10s" or "5m", got "soon" (string)',
      'scenarios.crowd.executor.stages[1].target must be a whole number of at least 0, got "many" (string)',
      "scenarios.crowd.executor.stages[1].goal is not a known option",
      'scenarios.crowd.run must be a function, got "buy" (string)',
      'scenarios.crowd.gracefulStop must be a duration such as "500ms", "10s" or "5m", got -1 (number)',
      "scenarios.crowd.vuSetUp is not a known option",
      "scenarios.rush.executor.rate must be above 0, got 0 (number)",
      "scenarios.rush.executor.duration must be longer than 0, got 0 (number)",
      "scenarios.rush.executor.preAllocatedVus must be a whole number of at least 1, got 1.5 (number)",
      'scenarios.rush.http.pool must be ("vu" | "shared"), got "own" (string)',
      'scenarios.rush.http.timeout.connect must be a duration such as "500ms", "10s" or "5m", got "fast" (string)',
      "scenarios.rush.http.conections is not a known option",
      'scenarios.odd.executor must be made by a function such as rampingVus(), got {"kind":"constant-users"} (object)',
      'scenarios.odd.thinkTime must have min at most max, got {"min":"2.00 s","max":"1.00 s"} (object)',
      "scenarios.none.executor is missing",
      'thresholds.checks must be a list such as ["p(99)<50"], got "rate==1" (string)',
      'thresholds.http_reqs[0] must be an expression such as "p(99)<50", or { threshold, abortOnFail, … }, got 5 (number)',
      "invariants[2].kind is missing",
      "invariants[2].name is missing",
      "invariants[2].operation is missing",
      "tags.run must be a text, got 7 (number)",
      'stopOnException must be true or false, got "yes" (string)',
      "tresholds is not a known option",
      "profiles.smoke.crwod is not a scenario of this test",
      'invariants[1].name must be unique, got "no oversell" (string) again',
      "scenarios.rush.thinkTime does not go with constant-arrival-rate: the rate alone says when iterations start",
    ]);
  });

  test("may be its size", () => {
    const levels = (executor: object): readonly string[] =>
      problemsOf(testOf({ scenarios: { crowd: { executor, run } } }));
    expect(levels(constantVus({ vus: 2_000_000, duration: "1s" }))).toEqual([
      "scenarios.crowd.executor.vus must be at most 1,000,000, got 2000000 (number)",
    ]);
    expect(levels(constantVus({ vus: 1, duration: "2000h" }))).toEqual([
      'scenarios.crowd.executor.duration must be at most 40 days, got "2000h" (string)',
    ]);
    expect(levels(rampingVus({ stages: [] }))).toEqual([
      "scenarios.crowd.executor.stages must have a stage that lasts longer than 0, got [] (array)",
    ]);
    expect(levels(rampingVus({ stages: [{ duration: 0, target: 5 }] }))).toEqual([
      expect.stringMatching(/^scenarios\.crowd\.executor\.stages must have a stage that lasts/),
    ]);
    expect(problemsOf(testOf({ scenarios: {} }))).toEqual([
      "scenarios must have at least one scenario, got {} (object)",
    ]);
  });

  test("may be that maxVus is below what is there from the beginning", () => {
    const arrivals = { rate: 1, duration: "1s", preAllocatedVus: 5, maxVus: 3 };
    const scenarios = {
      a: { executor: constantArrivalRate(arrivals), run },
      b: { executor: externallyControlled({ vus: 3, maxVus: 2, duration: "1s" }), run },
    };
    expect(problemsOf(testOf({ scenarios }))).toEqual([
      "scenarios.a.executor.maxVus must be at least preAllocatedVus (5), got 3 (number)",
      "scenarios.b.executor.maxVus must be at least vus (3), got 2 (number)",
    ]);
  });

  test("may be what it is to load: exactly one of system and target, unless --target says", () => {
    const scenarios = { crowd: { executor: constantVus({ vus: 1, duration: "1s" }), run } };
    const system = {
      name: "shop",
      entry: new URL("file:///main.ts"),
      parts: [],
      port: 1,
      bugs: [],
    };
    expect(problemsOf(testOf({ scenarios, system }))).toEqual([
      "system and target cannot both be given: say which of them is to be loaded",
    ]);
    const neither = testOf({ scenarios, target: undefined });
    expect(problemsOf(neither)).toEqual([
      'system or target is missing: give a system, a target such as "https://…", or --target',
    ]);
    expect(problemsOf(neither, { target: "http://127.0.0.1:1" })).toEqual([]);
  });

  test("may be the command line", () => {
    const scenarios = { crowd: { executor: constantVus({ vus: 1, duration: "1s" }), run } };
    const overrides = { vus: 0, duration: "never", rate: "fast", scenarios: ["crwod"] };
    expect(problemsOf(testOf({ scenarios }), { overrides, profile: "smokey" as never })).toEqual([
      '--scenario must be one of crowd, got "crwod" (string)',
      '--profile must be one of smoke, load, stress, spike, soak, scalability, breakpoint, got "smokey" (string)',
      "--vus must be a whole number of at least 1, got 0 (number)",
      '--duration must be a duration such as "500ms", "10s" or "5m", got "never" (string)',
      '--rate must be a rate such as "200/s" or a number per second, got "fast" (string)',
    ]);
  });

  test("never makes the check itself throw anything else, whatever is put anywhere", () => {
    const odd = fc.anything({ maxDepth: 2 });
    const scenario = fc.record(
      { executor: odd, run: fc.constant(run), thinkTime: odd, http: odd },
      { requiredKeys: [] },
    );
    const any = fc.record(
      {
        name: odd,
        scenarios: fc.oneof(odd, fc.dictionary(fc.string(), fc.oneof(odd, scenario))),
        profiles: odd,
        invariants: odd,
        metrics: odd,
        data: odd,
        thresholds: odd,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(any, (parts) => {
        problemsOf(testOf(parts));
      }),
      { numRuns: 500 },
    );
  });
});

const executors: Record<string, Executor> = {
  vus: rampingVus({
    startVus: 10,
    stages: [
      { duration: "10s", target: 40 },
      { duration: "20s", target: 20 },
    ],
  }),
  rate: rampingArrivalRate({
    stages: [
      { duration: "10s", target: "200/s" },
      { duration: "10s", target: 0 },
    ],
    preAllocatedVus: 10,
    maxVus: 50,
  }),
};

describe("a profile", () => {
  function shapeOf(executor: Executor, profile: (typeof PROFILES)[number]): string {
    const { levels } = planOf(executor, { profile }).scenarios[0] ?? { levels: [] };
    const points = levels.map(({ toNs, to }) => `${+to.toFixed(3)}@${toNs / S}`);
    return [`${levels[0]?.from}@0`, ...points].join(" ");
  }

  test("stretches the peak of 40 virtual users over its own shape", () => {
    const vus = executors["vus"] as Executor;
    expect(Object.fromEntries(PROFILES.map((name) => [name, shapeOf(vus, name)]))).toEqual({
      smoke: "5@0 5@5",
      load: "0@0 40@10 40@70 0@80",
      stress: "0@0 20@10 20@40 40@50 40@80 60@90 60@120 80@130 80@160 0@170",
      spike: "0@0 40@5 40@10 400@11 400@21 40@22 40@32 0@37",
      soak: "0@0 40@30 40@1830 0@1860",
      scalability:
        "0@0 5@2 5@22 10@24 10@44 20@46 20@66 40@68 40@88 80@90 80@110 160@112 160@132 0@137",
      breakpoint: "0@0 800@1200",
    });
  });

  test("does the same with a peak of 200 iterations per second, and scales maxVus with it", () => {
    const rate = executors["rate"] as Executor;
    expect(shapeOf(rate, "spike")).toBe("0@0 200@5 200@10 2000@11 2000@21 200@22 200@32 0@37");
    expect(shapeOf(rate, "smoke")).toBe("5@0 5@5");
    expect(planOf(rate, { profile: "spike" }).vusMax).toBe(500);
    expect(planOf(rate, { profile: "load" }).vusMax).toBe(50);
  });

  test("of the test's own comes first, for the scenarios it names", () => {
    const executor = constantVus({ vus: 40, duration: "1m" });
    const own = constantVus({ vus: 7, duration: "3s" });
    const plan = planTest(
      testOf({
        scenarios: { a: { executor, run }, b: { executor, run } },
        profiles: { spike: { a: own } },
      }),
      { profile: "spike" },
    );
    expect(plan.profile).toBe("spike");
    expect(plan.scenarios.map(({ vusMax }) => vusMax)).toEqual([7, 400]);
  });

  test("leaves a scenario that counts iterations as it is, but for smoke", () => {
    const executor = sharedIterations({ vus: 50, iterations: 1_000 });
    expect(planOf(executor, { profile: "stress" }).scenarios[0]?.executor).toMatchObject({
      vus: 50,
      iterations: 1_000,
    });
    expect(planOf(executor, { profile: "smoke" }).scenarios[0]?.executor).toMatchObject({
      vus: 5,
      iterations: 10,
    });
  });

  test("of 1 virtual user never rounds down to none", () => {
    expect(shapeOf(constantVus({ vus: 1, duration: "1s" }), "scalability")).toBe(
      "0@0 1@2 1@22 1@24 1@44 1@46 1@66 1@68 1@88 2@90 2@110 4@112 4@132 0@137",
    );
  });
});

describe("the command line's overrides", () => {
  test("--vus scales the peak of a ramp, --duration its sum", () => {
    const vus = executors["vus"] as Executor;
    expect(stagesOf(planOf(vus, { overrides: { vus: 400, duration: "3s" } }))).toEqual([
      "0-1 crowd: 100 → 400 VUs",
      "1-3 crowd: 400 → 200 VUs",
    ]);
  });

  test("--rate scales the peak of a ramping rate, and --vus is its maxVus", () => {
    const plan = planOf(executors["rate"], { overrides: { rate: "60/m", vus: 5 } });
    expect(stagesOf(plan)).toEqual(["0-10 crowd: 0 → 1/s", "10-20 crowd: 1 → 0/s"]);
    expect(plan.scenarios[0]?.executor).toMatchObject({ maxVus: 5, preAllocatedVus: 5 });
  });

  test("set what the other executors state", () => {
    const shapeOf = (executor: Executor, overrides: PlanOptions["overrides"]): unknown =>
      planOf(executor, { overrides }).scenarios[0]?.executor;
    const counted = perVuIterations({ vus: 1, iterations: 1 });
    expect(shapeOf(counted, { vus: 2, iterations: 3, duration: "4s" })).toEqual({
      kind: "per-vu-iterations",
      vus: 2,
      iterations: 3,
      maxDurationNs: 4 * S,
    });
    const controlled = externallyControlled({ vus: 1, maxVus: 2, duration: "1s" });
    expect(shapeOf(controlled, { vus: 3, duration: "4s" })).toEqual({
      kind: "externally-controlled",
      vus: 3,
      maxVus: 3,
      durationNs: 4 * S,
    });
  });

  test("are applied after the profile", () => {
    const plan = planOf(executors["vus"], {
      profile: "smoke",
      overrides: { vus: 2, duration: "1s" },
    });
    expect(stagesOf(plan)).toEqual(["0-1 crowd: 2 VUs"]);
  });

  test("that a selected scenario cannot take are problems, which --scenario takes away", () => {
    const test = testOf({
      scenarios: {
        crowd: { executor: executors["vus"], run },
        once: { executor: sharedIterations({ vus: 1, iterations: 1 }), run },
      },
    });
    const overrides = { iterations: 5, rate: "1/s" };
    expect(problemsOf(test, { overrides })).toEqual([
      "--iterations does not apply to scenarios.crowd: ramping-vus takes --vus and --duration",
      "--rate does not apply to scenarios.crowd: ramping-vus takes --vus and --duration",
      "--rate does not apply to scenarios.once: shared-iterations takes --vus and --duration and --iterations",
    ]);
    expect(problemsOf(test, { overrides: { iterations: 5, scenarios: ["once"] } })).toEqual([]);
  });
});
