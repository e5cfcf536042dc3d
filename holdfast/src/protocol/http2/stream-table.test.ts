import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Stream } from "./stream.ts";
import { StreamTable } from "./stream-table.ts";

const streamOf = (id: number): Stream => ({ id }) as Stream;

test("the table holds what a Map would, whatever comes and goes", () => {
  const steps = fc.array(fc.oneof(fc.constant("open"), fc.nat(400)), { maxLength: 1_500 });
  fc.assert(
    fc.property(steps, (all) => {
      const table = new StreamTable();
      const model = new Map<number, Stream>();
      let next = 1;
      for (const step of all) {
        if (step === "open") {
          const stream = streamOf(next);
          next += 2;
          table.add(stream);
          model.set(stream.id, stream);
        } else {
          const stream = model.get(step * 2 + 1);
          expect(table.get(step * 2 + 1)).toBe(stream);
          if (stream !== undefined) table.remove(stream);
          model.delete(step * 2 + 1);
        }
        expect(table.size).toBe(model.size);
      }
      expect(table.all().sort((a, b) => a.id - b.id)).toEqual([...model.values()]);
    }),
    { numRuns: 100 },
  );
});

test("one long answer among 10,000 short ones stays to be found", () => {
  const table = new StreamTable();
  const long = streamOf(1);
  table.add(long);
  for (let id = 3; id < 20_000; id += 2) {
    const short = streamOf(id);
    table.add(short);
    expect(table.get(1)).toBe(long);
    table.remove(short);
  }
  expect(table.all()).toEqual([long]);
  table.remove(long);
  expect(table.size).toBe(0);
});
