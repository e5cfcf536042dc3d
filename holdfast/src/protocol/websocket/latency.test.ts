import { expect, test } from "vitest";
import { open, serveEcho } from "./testing/fixture.ts";

test("the author is told how long a message took since its id was noted, and nothing of an id that was not", async () => {
  await using server = await serveEcho();
  await using vu = open(server.url);
  await using socket = await vu.ws.connect("/");
  vu.ws.sent("bid-1");
  await socket.send("bid-1");
  const message = await socket.next();
  if (message === undefined) throw new Error("the echo must come back");
  expect(vu.ws.latencyMs(message, "bid-1")).toBeGreaterThanOrEqual(0);
  expect(vu.ws.latencyMs(message, "bid-2")).toBeUndefined();
  expect(() => vu.ws.latencyMs(message, 7 as never)).toThrow("latencyMs");
});
