import { expect, test } from "vitest";
import { seededRandom } from "../base/random.ts";
import { memoryRecorder } from "../protocol/http1/testing/memory-recorder.ts";
import { serveWs } from "../protocol/websocket/testing/fixture.ts";
import { constantVus } from "../scenario/executors.ts";
import { loadTest } from "../scenario/load-test.ts";
import { operation } from "../scenario/operation.ts";
import { runAudit, runSetup } from "./author-steps.ts";
import type { StepsHost } from "./author-steps.ts";

test("setup and audit ask over sockets: an operation each, and a farewell when the step is over", async () => {
  const farewells: number[] = [];
  const bothGone = Promise.withResolvers<void>();
  await using server = await serveWs((socket) => {
    socket.on("message", (data) => socket.send(data, { binary: false }));
    socket.on("close", (code) => {
      farewells.push(code);
      if (farewells.length === 2) bothGone.resolve();
    });
  });
  const say = operation("say", { result: (answer) => answer.text() });
  const answer = (): boolean => true;
  const chat = loadTest({
    name: "chat",
    target: server.url,
    async setup({ ws }) {
      const socket = await ws.connect("/");
      const answered = await socket.ask("hello", { answer, operation: say.on("room") });
      return answered?.text();
    },
    scenarios: {
      crowd: { executor: constantVus({ vus: 1, duration: "1s" }), run: () => undefined },
    },
    async audit({ ws, data }) {
      const socket = await ws.connect("/");
      await socket.ask(`still ${String(data)}`, { answer, operation: say.on("room") });
    },
  });
  const recorder = memoryRecorder();
  const host: StepsHost = {
    test: chat,
    target: {
      url: server.url,
      info: {},
      parts: null,
      ended: new Promise(() => undefined),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    },
    clock: recorder.clock,
    operations: recorder.operations,
    random: seededRandom(1),
    env: {},
    log: () => undefined,
  };
  const data = await runSetup(host);
  expect(data).toBe("hello");
  await runAudit(host, data);
  await bothGone.promise;
  expect(farewells).toEqual([1001, 1001]);
  expect(recorder.log.map(({ phase, outcome, result }) => [phase, outcome, result])).toEqual([
    ["setup", "ok", "hello"],
    ["audit", "ok", "still hello"],
  ]);
  expect(recorder.samples).toEqual([]);
});
