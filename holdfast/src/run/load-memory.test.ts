import { cachedDataVersionTag } from "node:v8";
import { expect, test } from "vitest";
import { loadMemory } from "./load-memory.ts";

test.each([
  ["one virtual user", 1],
  ["100,000 virtual users", 100_000],
])(
  "after a load of %s V8 takes code that was compiled before it, as its flags are the same",
  (_, vus) => {
    const before = cachedDataVersionTag();
    {
      using _memory = loadMemory(vus);
      expect(cachedDataVersionTag()).not.toBe(before);
    }
    expect(cachedDataVersionTag()).toBe(before);
  },
);
