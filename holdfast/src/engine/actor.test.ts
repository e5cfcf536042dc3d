import { expect, test } from "vitest";
import { perVuIterations } from "../scenario/executors.ts";
import type { Vu } from "../scenario/vu.ts";
import type { Actor } from "../record/recorder.ts";
import { noProtocols, noRaces, stage } from "./testing/stage.ts";
import type { Clients, Protocols } from "./vu-host.ts";

const twice = perVuIterations({ vus: 1, iterations: 2 });

test("a client that has something to put away is told after each iteration, and is forgotten when the virtual user leaves", async () => {
  const story: string[] = [];
  let seen: Actor | undefined;
  const s = stage({
    crowd: {
      executor: twice,
      vuSetup: ({ ws }: Vu) => void story.push(`set up ${ws === noProtocols.ws}`),
      run: async ({ sleep }: Vu) => {
        story.push("iterates");
        await sleep("1ms");
      },
    },
  });
  const openClients = (actor: Actor): Clients => {
    seen = actor;
    actor.onIterationEnd = () => story.push("puts away");
    return { ...noRaces, ...noProtocols, tagged: () => noProtocols, close: async () => undefined };
  };
  await s.run({ openClients });
  expect(story).toEqual(["set up true", "iterates", "puts away", "iterates", "puts away"]);
  expect(seen?.onIterationEnd).toBeUndefined();
});

test("what an author's function throws when a client calls it back is an exception of the script", async () => {
  const s = stage({
    crowd: {
      executor: perVuIterations({ vus: 1, iterations: 1 }),
      run: async ({ ws, sleep }: Vu) => {
        void ws;
        await sleep("5ms");
      },
    },
  });
  const openClients = (actor: Actor): Clients => {
    s.at(1_000_000, () => actor.threw?.(new Error("in a callback")));
    return { ...noRaces, ...noProtocols, tagged: () => noProtocols, close: async () => undefined };
  };
  await s.run({ openClients });
  expect(s.exceptions).toEqual([new Error("in a callback")]);
  expect([s.sink.sum("iteration_errors"), s.sink.sum("iterations")]).toEqual([1, 1]);
});

test("in a group all protocols talk under the group's tags", async () => {
  const inGroup: Protocols = {
    http: {} as Vu["http"],
    ws: {} as Vu["ws"],
    io: {} as Vu["io"],
    sse: {} as Vu["sse"],
  };
  const s = stage({
    crowd: {
      executor: perVuIterations({ vus: 1, iterations: 1 }),
      run: ({ group }: Vu) =>
        group("room", async ({ http, ws, io, sse }) => {
          expect(http).toBe(inGroup.http);
          expect(ws).toBe(inGroup.ws);
          expect(io).toBe(inGroup.io);
          expect(sse).toBe(inGroup.sse);
        }),
    },
  });
  const openClients = (): Clients => ({
    ...noRaces,
    ...noProtocols,
    tagged: () => inGroup,
    close: async () => undefined,
  });
  await s.run({ openClients });
  expect(s.exceptions).toEqual([]);
});
