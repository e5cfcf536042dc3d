import { describe, expect, test } from "vitest";
import { perVuIterations } from "../scenario/executors.ts";
import { operation } from "../scenario/operation.ts";
import type { RaceFigures, StartOptions } from "../scenario/race.ts";
import type { Actor } from "../record/recorder.ts";
import type { Vu } from "../scenario/vu.ts";
import { HEAD_START_NS, RACERS_MAX } from "./limits.ts";
import { noProtocols, stage } from "./testing/stage.ts";
import type { Clients } from "./vu-host.ts";

const FIGURES: RaceFigures = { released: 3, spreadMs: 0.25, overlap: 3, serverSpreadMs: 0.5 };
const once = perVuIterations({ vus: 1, iterations: 1 });

/** Clients whose racers are ready once each has asked, and that write down what happened. */
function racing(story: string[], racesSeen: { actors: readonly Actor[]; options: StartOptions }[]) {
  const http = {} as Vu["http"];
  return (): Clients => ({
    ...noProtocols,
    http,
    tagged: () => ({ ...noProtocols, http }),
    close: async () => undefined,
    start: (actors, options) => {
      racesSeen.push({ actors, options });
      const ready = Promise.withResolvers<void>();
      const go = Promise.withResolvers<void>();
      let waiting = 0;
      const get = async (): Promise<unknown> => {
        if (++waiting === actors.length) ready.resolve();
        await go.promise;
        return { status: 200 };
      };
      return {
        clients: actors.map(() => ({ ...http, get })) as never,
        ready: ready.promise,
        leave: (racer) => void story.push(`left ${racer}`),
        release: () => {
          story.push("released");
          go.resolve();
        },
        figures: () => FIGURES,
      };
    },
  });
}

describe("race", () => {
  test("calls the function once for each of 3 racers, releases when all are there, and gives what they returned", async () => {
    const story: string[] = [];
    const seen: { actors: readonly Actor[]; options: StartOptions }[] = [];
    let outcome: unknown;
    const s = stage({
      crowd: {
        executor: once,
        run: async ({ race }: Vu) => {
          outcome = await race(3, async ({ http, index }) => {
            const answer = await http.get("/seat");
            return `${index}: ${answer.status}`;
          });
        },
      },
    });
    await s.run({ openClients: racing(story, seen) });
    expect(s.exceptions).toEqual([]);
    expect(outcome).toEqual({ ...FIGURES, results: ["0: 200", "1: 200", "2: 200"] });
    expect(story).toEqual(["released", "left 0", "left 1", "left 2"]);
    expect(seen[0]?.options).toEqual({
      hold: "last-byte",
      headStartNs: HEAD_START_NS,
      serverTime: undefined,
    });
  });

  test("measures each race of more than one, and gives every racer a process that it keeps", async () => {
    const seen: { actors: readonly Actor[]; options: StartOptions }[] = [];
    const s = stage({
      crowd: {
        executor: perVuIterations({ vus: 1, iterations: 2 }),
        run: async ({ race }: Vu) => {
          await race(2, async ({ http }) => http.get("/seat"));
          await race(1, async ({ http }) => http.get("/seat"));
        },
      },
    });
    await s.run({ openClients: racing([], seen) });
    expect(s.sink.values("race_spread")).toEqual([0.25, 0.25]);
    expect(s.sink.values("race_overlap")).toEqual([3, 3]);
    expect(s.sink.values("race_server_spread")).toEqual([0.5, 0.5]);
    const [first, , second] = seen;
    expect(new Set(first?.actors.map(({ process }) => process)).size).toBe(2);
    expect(first?.actors).toEqual(second?.actors);
  });

  test("races of one name are released in the same turn, though one is ready 50 ms later", async () => {
    const story: string[] = [];
    const s = stage({
      crowd: {
        executor: perVuIterations({ vus: 2, iterations: 1 }),
        run: async ({ race, sleep, vu }: Vu) => {
          if (vu.id === 2) await sleep("50ms");
          story.push(`${vu.id} is ready`);
          await race(1, async ({ http }) => http.get("/seat"), { together: "all", parties: 2 });
        },
      },
    });
    await s.run({ openClients: racing(story, []) });
    expect(s.exceptions).toEqual([]);
    expect(story.slice(0, 4)).toEqual(["1 is ready", "2 is ready", "released", "released"]);
  });

  test("an operation of a racer is done by the racer's own process", async () => {
    const pay = operation("pay");
    const s = stage({
      crowd: {
        executor: once,
        run: async ({ race }: Vu) => {
          await race(2, async ({ http, operation: act }) =>
            act(pay.on("wallet"), async () => {
              await http.get("/seat");
              return { outcome: "ok" };
            }),
          );
        },
      },
    });
    await s.run({ openClients: racing([], []) });
    expect(new Set(s.log.operations.map(({ process }) => process)).size).toBe(2);
  });

  test("what a racer's function throws ends the iteration once all racers are done", async () => {
    const story: string[] = [];
    const s = stage({
      crowd: {
        executor: once,
        run: async ({ race }: Vu) => {
          await race(2, async ({ http, index }) => {
            await http.get("/seat");
            if (index === 0) throw new Error("racer 0 stumbled");
          });
        },
      },
    });
    await s.run({ openClients: racing(story, []) });
    expect(s.exceptions).toEqual([new Error("racer 0 stumbled")]);
    expect(story).toContain("left 1");
  });

  test.each([0, 1.5, RACERS_MAX + 1])("%d racers are no race", async (racers) => {
    const run = async ({ race }: Vu): Promise<void> => {
      await race(racers, async () => undefined);
    };
    const s = stage({ crowd: { executor: once, run } });
    await s.run({ openClients: racing([], []) });
    expect(String(s.exceptions[0])).toBe(
      `RangeError: racers must be a whole number from 1 to ${RACERS_MAX}, got ${racers}`,
    );
  });
});
