import { expect, test } from "vitest";
import { interleave, measuredNames, pluck } from "./rounds.ts";

const THREE = ["a", "b", "c"].map((name) => ({ name, lacking: undefined }));

test("every contender is measured once a round, each round beginning with the next one", async () => {
  const order: string[] = [];
  await interleave(THREE, 3, async ({ name }) => void order.push(name));
  expect(order.join("")).toBe("abcbcacab");
});

test("figures stay with their round when others fail, and equal failures are counted once", async () => {
  const measured = await interleave(THREE, 3, async ({ name }, round) => {
    if (name === "b" && round < 2) throw new Error("refused");
    return round;
  });
  expect(pluck(measured, "b", (round) => round)).toEqual([undefined, undefined, 2]);
  expect(measured.missing).toEqual([{ what: "b", why: "2 of 3 rounds failed: refused" }]);
});

test("what is not here is missing with its reason, and not measured", async () => {
  const k6 = { name: "k6", lacking: "k6 is not on PATH" };
  const measured = await interleave([k6], 2, async () => 1);
  expect(measuredNames(measured)).toEqual([]);
  expect(measured.missing).toEqual([{ what: "k6", why: "k6 is not on PATH" }]);
});
