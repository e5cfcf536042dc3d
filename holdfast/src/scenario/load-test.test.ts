/** What compiles and what does not is the author's first line of help: `@ts-expect-error` fails where nothing is wrong. */
import { describe, expect, expectTypeOf, test } from "vitest";
import { constantVus, counter, csv, loadTest, rampingVus, rows, trend } from "../index.ts";
import type { AuditContext, RampingVus, SetupContext, Vu } from "../index.ts";

interface User {
  id: string;
  age: number;
}

const executor = constantVus({ vus: 1, duration: "1s" });
const target = "http://127.0.0.1:3000";

async function buy({ http, check, vu }: Vu): Promise<void> {
  check("is 200", (await http.get(`/products/${vu.id}`)).ok);
}

const parts = {
  metrics: { orders_accepted: counter(), order_latency: trend() },
  data: { users: csv<User>("users.csv"), regions: rows(["eu", "us"]) },
  async setup({ http }: SetupContext) {
    await http.post("/init");
    return { productId: "phone" };
  },
};

async function sell({ metrics, rows: { users, regions }, data }: Vu<typeof parts>): Promise<void> {
  expectTypeOf(users).toEqualTypeOf<User>();
  expectTypeOf(regions).toEqualTypeOf<string>();
  expectTypeOf(data).toEqualTypeOf<{ productId: string }>();
  metrics.orders_accepted.add(1, { region: regions });
}

describe("the types of a load test", () => {
  test("a function declared apart says Vu and takes what it needs", () => {
    loadTest({ name: "a", target, scenarios: { crowd: { executor, run: buy } } });
  });

  test("a function declared apart has the metrics, rows and set-up of the parts it names", () => {
    loadTest({ name: "a", target, ...parts, scenarios: { crowd: { executor, run: sell } } });
    loadTest({ name: "a", target, ...parts, scenarios: { crowd: { executor, run: buy } } });
    // @ts-expect-error: this test does not declare what `sell` uses
    loadTest({ name: "a", target, scenarios: { crowd: { executor, run: sell } } });
  });

  test("metrics, rows, set-up and vuSetup reach an inline iteration by inference alone", () => {
    loadTest({
      name: "a",
      target,
      metrics: { orders_accepted: counter() },
      data: { users: csv<User>("users.csv") },
      async setup({ http }) {
        return { status: (await http.get("/")).status };
      },
      scenarios: {
        crowd: {
          executor,
          vuSetup: async ({ vu }: Vu) => ({ token: `t${vu.id}` }),
          async run({ metrics, rows: { users }, data, own, group }) {
            expectTypeOf(own).toEqualTypeOf<{ token: string }>();
            expectTypeOf(users).toEqualTypeOf<User>();
            expectTypeOf(data).toEqualTypeOf<{ status: number }>();
            metrics.orders_accepted.add(1);
            // @ts-expect-error: not declared
            void (() => metrics.orders_rejected);
            await group("inner", async (inner) => {
              expectTypeOf(inner.own).toEqualTypeOf<{ token: string }>();
            });
          },
        },
        other: {
          executor,
          run({ own }) {
            expectTypeOf(own).toEqualTypeOf<unknown>();
          },
        },
      },
      audit(context) {
        expectTypeOf(context).toEqualTypeOf<AuditContext<{ status: number }>>();
      },
    });
  });

  test("wrong names of options, scenarios, metrics, profiles and statistics do not compile", () => {
    const scenarios = { crowd: { executor, run: buy } };
    // @ts-expect-error: threshold, without its s
    loadTest({ name: "a", target, scenarios, threshold: {} });
    // @ts-expect-error: no such option of a scenario
    loadTest({ name: "a", target, scenarios: { crowd: { executor, run: buy, starTime: "1s" } } });
    // @ts-expect-error: no such metric
    loadTest({ name: "a", target, scenarios, thresholds: { http_req_durations: ["p(99)<50"] } });
    loadTest({ name: "a", target, scenarios, thresholds: { "http_reqs{name:a}": ["count>1"] } });
    // @ts-expect-error: no such profile
    loadTest({ name: "a", target, scenarios, profiles: { smokey: { crowd: executor } } });
    // @ts-expect-error: no such scenario
    loadTest({ name: "a", target, scenarios, profiles: { smoke: { crwod: executor } } });
    // @ts-expect-error: no such option of the executor
    rampingVus({ startVUs: 1, stages: [] });
    // @ts-expect-error: a stage needs a target
    rampingVus({ stages: [{ duration: "1s" }] });
  });
});

describe("loadTest", () => {
  test("freezes what it is given, all the way down, and leaves a URL alone", () => {
    const entry = new URL("file:///system.ts");
    const made = loadTest({
      name: "a",
      system: { name: "shop", entry, parts: ["embedded"], port: 3000, bugs: [] },
      scenarios: {
        crowd: { executor: rampingVus({ stages: [{ duration: 1, target: 2 }] }), run: buy },
      },
      tags: { team: "shop" },
    });
    expect(made.holdfast).toBe("load-test");
    const ramp = made.scenarios["crowd"]?.executor as RampingVus;
    const frozen = [
      made,
      made.tags,
      made.scenarios,
      made.system,
      ramp,
      ramp.stages,
      ramp.stages[0],
    ];
    expect(frozen.every((part) => Object.isFrozen(part))).toBe(true);
    expect(Object.isFrozen(entry)).toBe(false);
  });
});
