import { describe, expect, test } from "vitest";
import {
  constantArrivalRate,
  constantVus,
  counter,
  operation,
  perVuIterations,
  trend,
} from "../index.ts";
import type { Executor, Vu } from "../index.ts";
import type { Tags } from "../record/metric.ts";
import { OUTCOME_RULES } from "../record/outcome.ts";
import type { Actor } from "../record/recorder.ts";
import { MS, S, noProtocols, noRaces, stage } from "./testing/stage.ts";
import type { Clients, Protocols } from "./vu-host.ts";

const once = perVuIterations({ vus: 1, iterations: 1 });

describe("what an iteration has in hand", () => {
  test("check gives its condition back, and is a sample tagged with its name", async () => {
    const s = stage({
      crowd: {
        executor: once,
        tags: { team: "shop" },
        run: ({ check }: Vu) => {
          expect([check("is 200", true), check("is fast", false)]).toEqual([true, false]);
        },
      },
    });
    await s.run();
    const tags = { scenario: "crowd", team: "shop" };
    expect(s.sink.samples.filter(({ metric }) => metric === "checks")).toMatchObject([
      { tags: { ...tags, check: "is 200" }, value: 1 },
      { tags: { ...tags, check: "is fast" }, value: 0 },
    ]);
  });

  test("group tags what happens inside, nested with ::, and measures its duration even when it throws", async () => {
    const s = stage({
      crowd: {
        executor: once,
        run: async ({ group }: Vu) => {
          await group("checkout", async (outer) => {
            await outer.sleep("20ms");
            await outer.group("payment", async (inner) => {
              inner.check("paid", true);
              await inner.sleep("10ms");
            });
            throw new Error("lost the basket");
          });
        },
      },
    });
    await s.run();
    const groups = s.sink.samples.filter(({ metric }) => metric === "group_duration");
    expect(groups.map(({ tags, value }) => [tags["group"], value])).toEqual([
      ["checkout::payment", 10],
      ["checkout", 30],
    ]);
    const check = s.sink.samples.find(({ metric }) => metric === "checks");
    expect(check?.tags).toMatchObject({ check: "paid", group: "checkout::payment" });
  });

  test("the test's own metrics take values, with more tags when asked to", async () => {
    const parts = { metrics: { orders: counter(), wait: trend() } };
    const run = async ({ metrics }: Vu<typeof parts>): Promise<void> => {
      metrics.orders.add(2);
      metrics.wait.add(7.5, { region: "eu" });
    };
    const s = stage({ crowd: { executor: once, run: run as (vu: Vu) => Promise<void> } }, parts);
    await s.run();
    expect(s.sink.values("orders")).toEqual([2]);
    expect(s.sink.samples.find(({ metric }) => metric === "wait")).toMatchObject({
      tags: { scenario: "crowd", region: "eu" },
      value: 7.5,
    });
  });

  test("data is what setup returned, frozen", async () => {
    const s = stage({
      crowd: {
        executor: once,
        run: ({ data }: Vu) => {
          (data as { product: { id: string } }).product.id = "other";
        },
      },
    });
    await s.run({ data: { product: { id: "phone" } } });
    expect(String(s.exceptions[0])).toContain("Cannot assign to read only property 'id'");
  });

  test("chance is each virtual user's own, and the same again in the next run", async () => {
    const draw = async (): Promise<Map<number, number[]>> => {
      const drawn = new Map<number, number[]>();
      const s = stage({
        crowd: {
          executor: perVuIterations({ vus: 3, iterations: 4 }),
          run: async ({ vu, random, sleep }: Vu) => {
            drawn.set(vu.id, [...(drawn.get(vu.id) ?? []), random.integer(0, 1e9)]);
            await sleep(vu.id);
          },
        },
      });
      await s.run();
      return drawn;
    };
    const first = await draw();
    expect(new Set([...first.values()].flat()).size).toBe(12);
    expect(await draw()).toEqual(first);
  });

  test("vu says who it is: ids go on from scenario to scenario, iterations count from 0", async () => {
    const seen: string[] = [];
    const run = async ({ vu, sleep }: Vu): Promise<void> => {
      seen.push(`${vu.scenario} ${vu.id} ${vu.iteration} ${vu.iterationInTest}`);
      await sleep("10ms");
    };
    const executor = perVuIterations({ vus: 2, iterations: 2 });
    const s = stage({ a: { executor, run }, b: { executor, run, startTime: "1s" } });
    await s.run();
    expect(seen).toEqual([
      "a 1 0 0",
      "a 2 0 1",
      "a 1 1 2",
      "a 2 1 3",
      "b 3 0 0",
      "b 4 0 1",
      "b 3 1 2",
      "b 4 1 3",
    ]);
  });

  test("thinkTime passes after each iteration but the last, drawn from its range, counted in no duration", async () => {
    const starts: number[] = [];
    const s = stage({
      crowd: {
        executor: perVuIterations({ vus: 1, iterations: 20 }),
        thinkTime: { min: "100ms", max: "200ms" },
        run: async ({ sleep }: Vu) => {
          starts.push(s.clock.nowNs());
          await sleep("50ms");
        },
      },
    });
    await s.run();
    const thoughtMs = starts.slice(1).map((at, i) => (at - (starts[i] ?? 0)) / MS - 50);
    expect(Math.min(...thoughtMs)).toBeGreaterThanOrEqual(100);
    expect(Math.max(...thoughtMs)).toBeLessThan(200);
    expect(Math.max(...thoughtMs) - Math.min(...thoughtMs)).toBeGreaterThan(50);
    expect(s.sink.values("iteration_duration").every((ms) => Math.abs(ms - 50) < 1e-6)).toBe(true);
  });

  test("http is the client's, opened once and only when it is asked for", async () => {
    const opened: number[] = [];
    const executor = perVuIterations({ vus: 2, iterations: 3 });
    const s = stage({
      talking: {
        executor,
        run: async ({ http, sleep }: Vu) => {
          void http;
          opened.push(s.open.size);
          await sleep(1);
        },
      },
      silent: { executor, run: ({ sleep }: Vu) => sleep("1ms") },
    });
    await s.run();
    expect(opened).toEqual([1, 2, 2, 2, 2, 2]);
    expect(s.open.size).toBe(0);
  });
});

describe("the clients' actor", () => {
  function actorOf(executor: Executor): {
    actors: Actor[];
    dueMs: number[];
    done: Promise<unknown>;
  } {
    const actors: Actor[] = [];
    const dueMs: number[] = [];
    const run = async ({ http, sleep }: Vu): Promise<void> => {
      void http;
      dueMs.push((actors[0]?.intendedNs ?? 0) / MS);
      await sleep("150ms");
    };
    const s = stage({ crowd: { executor, run, tags: { team: "shop" } } });
    const openClients = (actor: Actor): Clients => {
      actors.push(actor);
      const http = {} as Vu["http"];
      const talk = { ...noProtocols, http };
      return { ...noRaces, ...talk, tagged: () => talk, close: () => Promise.resolve() };
    };
    return { actors, dueMs, done: s.run({ openClients }) };
  }

  test("knows when each arrival was due, and nothing of it afterwards", async () => {
    const rate = { rate: 10, duration: "300ms", preAllocatedVus: 1, pacing: "precise" } as const;
    const { actors, dueMs, done } = actorOf(constantArrivalRate(rate));
    await done;
    expect(dueMs).toEqual([0, 100, 200]);
    expect(actors[0]?.intendedNs).toBeNaN();
  });

  test("has no such moment in a closed model; its tags are the scenario's, its phase is load", async () => {
    const { actors, dueMs, done } = actorOf(perVuIterations({ vus: 1, iterations: 2 }));
    await done;
    expect(dueMs).toEqual([Number.NaN, Number.NaN]);
    expect(actors).toHaveLength(1);
    expect(actors[0]?.tags).toEqual({ scenario: "crowd", team: "shop" });
  });

  test("in a group talks under the group's tags, over the same connections", async () => {
    const tagged: unknown[] = [];
    const inGroup = {} as Vu["http"];
    const s = stage({
      crowd: {
        executor: perVuIterations({ vus: 1, iterations: 2 }),
        run: ({ group, http }: Vu) =>
          group("order", async (inner) => {
            expect(inner.http).toBe(inGroup);
            expect(inner.http).not.toBe(http);
          }),
      },
    });
    const http = {} as Vu["http"];
    const tag = (tags: Tags): Protocols => {
      tagged.push(tags);
      return { ...noProtocols, http: inGroup };
    };
    await s.run({
      openClients: () => ({
        ...noRaces,
        ...noProtocols,
        http,
        tagged: tag,
        close: async () => undefined,
      }),
    });
    expect(tagged).toEqual([{ scenario: "crowd", group: "order" }]);
    expect(s.exceptions).toEqual([]);
  });
});

describe("vuSetup and vuTeardown", () => {
  test("run before the first iteration and after the last, are counted in no metric, and hand over `own`", async () => {
    const story: string[] = [];
    const s = stage({
      crowd: {
        executor: perVuIterations({ vus: 1, iterations: 2 }),
        vuSetup: async ({ check, sleep, vu }: Vu) => {
          check("logged in", true);
          await sleep("100ms");
          return { token: `t${vu.id}` };
        },
        run: async ({ own, sleep }: Vu) => {
          story.push((own as { token: string }).token);
          await sleep("10ms");
        },
        vuTeardown: async ({ own, check }: Vu) => {
          check("logged out", true);
          story.push(`bye ${(own as { token: string }).token}`);
        },
      },
    });
    await s.run();
    expect(story).toEqual(["t1", "t1", "bye t1"]);
    expect(s.sink.values("checks")).toEqual([]);
    expect(s.sink.values("iteration_duration")).toEqual([10, 10]);
  });

  test("clients that are opened in vuSetup are told that it is set-up, and when it is over", async () => {
    const phases: string[] = [];
    const countings: unknown[] = [];
    let note = (): void => undefined;
    const s = stage({
      crowd: {
        executor: once,
        vuSetup: ({ http }: Vu) => {
          note();
          return http;
        },
        run: () => note(),
        vuTeardown: () => note(),
      },
    });
    await s.run({
      openClients: (actor) => {
        phases.push(actor.phase);
        note = () => void countings.push([actor.settingUp, actor.uncounted]);
        return {
          ...noRaces,
          ...noProtocols,
          tagged: () => noProtocols,
          close: async () => undefined,
        };
      },
    });
    expect(phases).toEqual(["setup"]);
    expect(countings).toEqual([
      [true, true],
      [false, false],
      [false, true],
    ]);
  });

  test("one that throws at once keeps out only its own virtual user, be it the first", async () => {
    const s = stage({
      crowd: {
        executor: perVuIterations({ vus: 3, iterations: 2 }),
        vuSetup: ({ vu }: Vu) => {
          if (vu.id === 1) throw new Error("no such user");
        },
        run: ({ sleep }: Vu) => sleep("10ms"),
      },
    });
    const report = await s.run();
    expect(report.scenarios[0]).toMatchObject({ iterations: 4, exceptions: { count: 1 } });
  });

  for (const executor of [
    perVuIterations({ vus: 3, iterations: 2 }),
    constantVus({ vus: 3, duration: "1s" }),
    constantArrivalRate({ rate: 10, duration: "1s", preAllocatedVus: 3 }),
  ]) {
    test(`with stopOnException the first that throws keeps all out: ${executor.kind}`, async () => {
      const vuSetup = (): never => {
        throw new Error("no such user");
      };
      const run = (): void => undefined;
      const s = stage({ crowd: { executor, vuSetup, run } }, { stopOnException: true });
      const report = await s.run();
      expect(report.scenarios[0]).toMatchObject({ iterations: 0, exceptions: { count: 1 } });
      expect(s.sink.values("vus")).toEqual([1, 0]);
    });
  }

  test("a virtual user whose vuSetup throws takes no part; the others do", async () => {
    const s = stage({
      crowd: {
        executor: perVuIterations({ vus: 3, iterations: 2 }),
        vuSetup: async ({ vu }: Vu) => {
          if (vu.id === 2) throw new Error("no such user");
        },
        run: ({ sleep }: Vu) => sleep("10ms"),
      },
    });
    const report = await s.run();
    expect(report.scenarios[0]).toMatchObject({ iterations: 4, exceptions: { count: 1 } });
  });
});

describe("exceptions of the script", () => {
  test("end their iteration, are counted, and the first 5 are kept with their stacks", async () => {
    const s = stage({
      crowd: {
        executor: perVuIterations({ vus: 1, iterations: 20 }),
        run: async ({ vu, sleep }: Vu) => {
          await sleep("10ms");
          if (vu.iteration % 2 === 1) throw new Error(`mistake ${vu.iteration}`);
        },
      },
    });
    const report = await s.run();
    const { exceptions, iterations } = report.scenarios[0] ?? {};
    expect(iterations).toBe(20);
    expect(exceptions?.count).toBe(10);
    expect(exceptions?.first.map(({ message }) => message)).toEqual(
      [1, 3, 5, 7, 9].map((n) => `mistake ${n}`),
    );
    expect(exceptions?.first[0]?.stack).toContain("script.test.ts");
    expect(s.exceptions).toHaveLength(5);
    expect(s.sink.sum("iteration_errors")).toBe(10);
    expect(s.sink.sum("iterations")).toBe(20);
  });

  test("a storm of them leaves the core alone: 1 virtual user throws at most once a millisecond", async () => {
    const run = (): never => {
      throw new Error("at once");
    };
    const s = stage({ crowd: { executor: constantVus({ vus: 1, duration: "1s" }), run } });
    const report = await s.run();
    expect(report.scenarios[0]?.iterations).toBeGreaterThan(900);
    expect(report.scenarios[0]?.iterations).toBeLessThanOrEqual(1_000);
  });

  test("with stopOnException the first one ends all scenarios", async () => {
    const run = async ({ sleep, vu }: Vu): Promise<void> => {
      await sleep("100ms");
      if (vu.iteration === 3) throw new Error("enough");
    };
    const executor = constantVus({ vus: 1, duration: "1h" });
    const s = stage(
      { crowd: { executor, run }, other: { executor, run: ({ sleep }: Vu) => sleep("70ms") } },
      { stopOnException: true },
    );
    const report = await s.run();
    expect(report.scenarios.map(({ ending }) => ending)).toEqual(["exception", "exception"]);
    expect(report.scenarios.map(({ iterations }) => iterations)).toEqual([4, 6]);
  });

  test("a duration that is none is the script's mistake", async () => {
    const s = stage({ crowd: { executor: once, run: ({ sleep }: Vu) => sleep("soon") } });
    await s.run();
    expect(String(s.exceptions[0])).toBe(
      'RangeError: must be a duration such as "10s", got "soon" (string)',
    );
  });
});

describe("iterations that wait for nothing", () => {
  for (const [name, run] of [
    ["synchronous", () => undefined],
    ["asynchronous", async () => undefined],
  ] as const) {
    test(`let the event loop turn, ${name} ones too: the run ends on time`, async () => {
      const s = stage({ crowd: { executor: constantVus({ vus: 2, duration: "5ms" }), run } });
      const report = await s.run();
      expect(report.scenarios[0]?.endedNs).toBeLessThan(6 * MS);
      expect(report.scenarios[0]?.iterations).toBeGreaterThan(1_000);
    });
  }

  test("let it turn after a millisecond, when they only compute", async () => {
    const s = stage({
      crowd: {
        executor: constantVus({ vus: 1, duration: "20ms" }),
        run: async () => s.clock.busyWaitUntil(s.clock.nowNs() + 0.3 * MS),
      },
    });
    const report = await s.run();
    expect(report.scenarios[0]?.endedNs).toBeLessThan(23 * MS);
    expect(report.scenarios[0]?.iterations).toBeGreaterThan(60);
  });

  test("no iteration at all is plain to see", async () => {
    const s = stage({
      crowd: {
        executor: constantVus({ vus: 1, duration: "1s" }),
        gracefulStop: 0,
        run: ({ sleep }: Vu) => sleep("1h"),
      },
    });
    const report = await s.run();
    expect(report.scenarios[0]).toMatchObject({ iterations: 0, interrupted: 1 });
  });
});

describe("operation", () => {
  const transfer = operation("transfer", { rejected: [409] });

  async function perform(
    act: () => Promise<unknown>,
  ): Promise<{ ended: unknown; rule: string; ms: number; processes: number[] }> {
    let ended: unknown;
    const s = stage({
      crowd: {
        executor: once,
        run: async ({ operation, sleep }: Vu) => {
          const step = async (): Promise<never> => {
            await sleep("30ms");
            return (await act()) as never;
          };
          ended = await operation(transfer.on("a", { id: "1" }), step).catch(
            (error: unknown) => error,
          );
          await operation(transfer.on("a"), async () => ({ outcome: "ok" }));
        },
      },
    });
    await s.run();
    const [first, second] = s.log.operations;
    return {
      ended,
      rule: `${OUTCOME_RULES[first?.rule ?? 0]?.name}: ${OUTCOME_RULES[first?.rule ?? 0]?.outcome}`,
      ms: ((first?.returnNs ?? 0) - (first?.invokeNs ?? 0)) / MS,
      processes: [first?.process ?? -1, second?.process ?? -1],
    };
  }

  const answer = { header: () => undefined, error: undefined, status: 200 };

  test("ends with the author's own word", async () => {
    const done = await perform(async () => ({ outcome: "rejected", result: "too little money" }));
    expect(done).toEqual({
      ended: { outcome: "rejected", result: "too little money" },
      rule: "said by the test's own code: rejected",
      ms: 30,
      processes: [0, 0],
    });
  });

  test("or by the status of the last answer, with the statuses it declares", async () => {
    const ok = await perform(async () => answer);
    expect([ok.rule, ok.ended]).toEqual([
      "2xx, whole body: ok",
      { outcome: "ok", result: undefined },
    ]);
    const no = await perform(async () => ({ ...answer, status: 409 }));
    expect(no.rule).toBe("declared a business rejection by the test: rejected");
    const refused = { code: "HF_TCP_REFUSED", definite: true };
    const never = await perform(async () => ({ ...answer, status: 0, error: refused }));
    expect(never.rule).toBe(
      "never begun: no connection, a refused stream, or held back in a race: failed",
    );
  });

  test("is unknown when it throws, goes on throwing, and the virtual user is another process from then on", async () => {
    const done = await perform(async () => {
      throw new Error("half way");
    });
    expect(String(done.ended)).toBe("Error: half way");
    expect(done.rule).toBe("said by the test's own code: unknown");
    expect(done.processes).toEqual([0, 1]);
  });

  test("must end with an outcome", async () => {
    const done = await perform(async () => ({ outcome: "done" }));
    expect(String(done.ended)).toBe(
      "TypeError: operation transfer must end ok, rejected, failed or unknown",
    );
    expect(done.rule).toBe("said by the test's own code: unknown");
  });
});

describe("startTime", () => {
  test("two scenarios overlap as planned", async () => {
    const starts: string[] = [];
    const run = async ({ vu, sleep }: Vu): Promise<void> => {
      starts.push(`${vu.scenario} ${s.clock.nowNs() / S}`);
      await sleep("1s");
    };
    const s = stage({
      a: { executor: constantVus({ vus: 1, duration: "3s" }), run },
      b: { executor: constantVus({ vus: 1, duration: "2s" }), startTime: "1500ms", run },
    });
    await s.run();
    expect(starts).toEqual(["a 0", "a 1", "b 1.5", "a 2", "b 2.5"]);
    expect(s.sink.values("vus")).toEqual([1, 2, 1, 0]);
    expect(s.sink.values("vus_max")).toEqual([2]);
  });
});
