import { cachedDataVersionTag } from "node:v8";
import { expect, test } from "vitest";
import { collectGarbage } from "./memory.ts";

test("collecting garbage frees what nobody holds, and leaves V8's flags as they were", async () => {
  const flags = cachedDataVersionTag();
  const gone = new WeakRef(new ArrayBuffer(1_000));
  // A WeakRef holds its target until the task that made it has ended.
  await new Promise((resolve) => setImmediate(resolve));
  collectGarbage();
  expect(gone.deref()).toBe(undefined);
  expect(cachedDataVersionTag()).toBe(flags);
});
