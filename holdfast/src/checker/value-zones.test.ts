import { expect, test } from "vitest";
import { ValueZones } from "./value-zones.ts";

test("of the history before, nothing is left", () => {
  const zones = new ValueZones();
  zones.begin();
  zones.written(1, 5, 0, 10);
  zones.written(1, 6, 20, 30);
  expect([zones.writeOf(1), zones.breach()]).toEqual([6, "ambiguous"]);
  zones.begin();
  expect(zones.writeOf(1)).toBe(-1);
  zones.read(1, 7, 40, 50);
  expect(zones.breach()).toEqual({ kind: "never written", read: 7 });
});
