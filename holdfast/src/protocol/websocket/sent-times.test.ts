import * as fc from "fast-check";
import { expect, test } from "vitest";
import { SENT_IDS_MAX } from "./limits.ts";
import { newSentIds, SentTimes } from "./sent-times.ts";

test("an id that one thread noted is found by another, with the time of its last note", () => {
  const memory = newSentIds();
  const [here, there] = [new SentTimes(memory), new SentTimes(memory)];
  here.note("a", 5);
  here.note("a", 9);
  expect([there.find("a"), there.find("b"), there.find("")]).toEqual([9, Number.NaN, Number.NaN]);
});

test("any ids keep their own times", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string(), { maxLength: 200 }), (ids) => {
      const times = new SentTimes(newSentIds());
      ids.forEach((id, i) => times.note(id, i));
      expect(ids.map((id) => times.find(id))).toEqual(ids.map((_, i) => i));
    }),
    { numRuns: 50 },
  );
});

test("of four times as many ids as there is room for, the newest tenth is nearly all there, the oldest gone", () => {
  const times = new SentTimes(newSentIds());
  const count = SENT_IDS_MAX * 4;
  const tenth = Math.floor(SENT_IDS_MAX / 10);
  for (let i = 0; i < count; i++) times.note(`message-${i}`, i);
  const foundFrom = (from: number): number => {
    let hits = 0;
    for (let i = from; i < from + tenth; i++) if (times.find(`message-${i}`) === i) hits += 1;
    return hits / tenth;
  };
  expect(foundFrom(count - tenth)).toBeGreaterThan(0.99);
  expect(foundFrom(0)).toBeLessThan(0.1);
});
