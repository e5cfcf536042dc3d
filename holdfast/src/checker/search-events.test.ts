import { describe, expect, test } from "vitest";
import { seededRandom } from "../base/random.ts";
import type { Interval } from "./search-events.ts";
import { EventList } from "./search-events.ts";

const SEED = process.env["HOLDFAST_SEED"] ?? "holdfast";

/** As `call 0`, `return 0`, from the first event to the last. */
function walked(list: EventList): string[] {
  const events: string[] = [];
  for (let entry = list.first; entry !== 0; entry = list.after(entry)) {
    const operation = list.callAt(entry);
    events.push(operation < 0 ? `return ${list.returnAt(entry)}` : `call ${operation}`);
  }
  return events;
}

/** What comes earlier, calls before returns, and then the operation that comes earlier. */
function plain(operations: readonly Interval[], lifted: ReadonlySet<number>): string[] {
  const events = operations.flatMap(({ invokeNs, returnNs }, operation) => [
    { atNs: invokeNs, returns: 0, operation },
    { atNs: returnNs, returns: 1, operation },
  ]);
  return events
    .filter(({ operation }) => !lifted.has(operation))
    .sort((a, b) => a.atNs - b.atNs || a.returns - b.returns || a.operation - b.operation)
    .map(({ returns, operation }) => `${returns === 1 ? "return" : "call"} ${operation}`);
}

describe(`the events of a search, seed ${SEED}`, () => {
  test("of one instant begin with the calls, the first operation's, too", () => {
    const meeting = [
      { invokeNs: 0, returnNs: 5 },
      { invokeNs: 5, returnNs: 5 },
      { invokeNs: 5, returnNs: 9 },
    ];
    const events = ["call 0", "call 1", "call 2", "return 0", "return 1", "return 2"];
    expect(walked(new EventList(meeting))).toEqual(events);
  });

  test("are in order over 500 random lists with ties, whatever is lifted out and put back", () => {
    const random = seededRandom(`${SEED}/events`);
    for (let round = 0; round < 500; round++) {
      const operations = Array.from({ length: random.integer(1, 8) }, () => {
        const invokeNs = random.integer(0, 4);
        return { invokeNs, returnNs: invokeNs + random.integer(0, 3) };
      });
      const list = new EventList(operations);
      const lifted: number[] = [];
      for (let step = 0; step < 12; step++) {
        const open = [...operations.keys()].filter((operation) => !lifted.includes(operation));
        if (open.length > 0 && (lifted.length === 0 || random.next() < 0.6)) {
          const operation = random.pick(open);
          list.lift(operation);
          lifted.push(operation);
        } else list.restore(lifted.pop() as number);
        expect(walked(list)).toEqual(plain(operations, new Set(lifted)));
        expect(list.open).toBe(operations.length - lifted.length);
      }
    }
  });
});
