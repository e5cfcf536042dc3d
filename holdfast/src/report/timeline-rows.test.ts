import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { SocketNumbers } from "../verdict/result.ts";
import { timeline } from "./testing/timeline.ts";
import { mergedRows } from "./timeline-rows.ts";

const rows = timeline({ seconds: 600, vus: (s) => s, sold: 500, pace: 9, capacity: 4_000 });
const total = (list: typeof rows, of: (row: (typeof rows)[0]) => number): number =>
  list.reduce((sum, row) => sum + of(row), 0);

test("merging rows loses no request and hides no peak", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 700 }), (rowsMax) => {
      const merged = mergedRows(rows, rowsMax);
      expect(merged.length).toBeLessThanOrEqual(rowsMax);
      expect(total(merged, (row) => row.requests)).toBe(total(rows, (row) => row.requests));
      expect(total(merged, (row) => row.outcomes.ok)).toBe(500);
      expect(total(merged, (row) => row.spanMs)).toBe(600_000);
      expect(Math.max(...merged.map((row) => row.p99Ms ?? 0))).toBe(
        Math.max(...rows.map((row) => row.p99Ms ?? 0)),
      );
    }),
    { seed: 9 },
  );
});

test("a second without a request does not become a latency of 0", () => {
  const empty = { ...rows[0], p99Ms: null } as (typeof rows)[0];
  expect(mergedRows([empty, empty], 1)[0]?.p99Ms).toBeNull();
  expect(mergedRows([empty, rows[1] as (typeof rows)[0]], 1)[0]?.p99Ms).toBe(rows[1]?.p99Ms);
});

test("merging rows loses no message and no connection, whichever of them has any", () => {
  const sockets: SocketNumbers = {
    sent: 2,
    received: 20,
    opened: 3,
    failed: 1,
    p50Ms: null,
    p99Ms: 4,
  };
  const row = (of?: Partial<SocketNumbers>): (typeof rows)[0] => ({
    ...(rows[0] as (typeof rows)[0]),
    ...(of === undefined ? {} : { sockets: { ...sockets, ...of } }),
  });
  const [merged] = mergedRows([row(), row({ p99Ms: 9 }), row({ p50Ms: 1 }), row()], 1);
  expect(merged?.sockets).toEqual({
    sent: 4,
    received: 40,
    opened: 6,
    failed: 2,
    p50Ms: 1,
    p99Ms: 9,
  });
  expect(mergedRows([row(), row()], 1)[0]).not.toHaveProperty("sockets");
});
