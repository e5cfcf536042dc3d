import { describe, expect, test } from "vitest";
import { EXIT } from "../base/errors.ts";
import { oversoldRun, storedTwiceRun } from "./testing/results.ts";
import {
  answerText,
  consideredText,
  counted,
  exitMeaning,
  formatMoment,
  formatMs,
  formatNumber,
  formatRate,
  formatShare,
  headlineParts,
  intervalText,
  thresholdValue,
} from "./wording.ts";

describe("numbers as a person reads them", () => {
  test("durations have a blank before the unit and three digits", () => {
    expect([0, 0.0123, 2.314, 38.14, 1240, 125_000, null].map(formatMs)).toEqual([
      "0 ms",
      "12.3 µs",
      "2.31 ms",
      "38.1 ms",
      "1.24 s",
      "2 m 5 s",
      "–",
    ]);
  });

  test("a share that is not 0 never reads 0 %, one that is not 1 never 100 %", () => {
    expect([0, 0.000_001, 0.0034, 0.5, 0.9999, 0.999_999_9, 1].map(formatShare)).toEqual([
      "0 %",
      "< 0.01 %",
      "0.34 %",
      "50.0 %",
      "99.99 %",
      "> 99.99 %",
      "100 %",
    ]);
  });

  test("rates, counts and plain numbers", () => {
    expect([formatRate(8496.4), formatRate(0.42), formatRate(0)]).toEqual([
      "8,496 /s",
      "0.42 /s",
      "0 /s",
    ]);
    expect([counted(1, "key"), counted(2000, "key")]).toEqual(["1 key", "2,000 keys"]);
    expect([formatNumber(0.123_456), formatNumber(12_345.6), formatNumber(7)]).toEqual([
      "0.1235",
      "12,346",
      "7",
    ]);
  });

  test("instants keep a tenth of a millisecond, also after an hour", () => {
    expect([formatMoment(0), formatMoment(812.44), formatMoment(3_600_001.23)]).toEqual([
      "0.0 ms",
      "812.4 ms",
      "3600.0012 s",
    ]);
  });
});

describe("the words of a proof", () => {
  const [order] = oversoldRun().invariants[0]?.witnesses ?? [];
  const unknown = storedTwiceRun()
    .invariants.flatMap((one) => one.witnesses)
    .find((witness) => witness.outcome === "unknown");

  test("an answer is told by status, outcome and what the system said", () => {
    expect(order && answerText(order)).toBe("200 ok, o-00099");
    expect(order && intervalText(order)).toBe("811.2 ms to 815.1 ms");
  });

  test("a timeout is never told as a failure, and its end is open", () => {
    expect(unknown && answerText(unknown)).toBe("no answer, unknown");
    expect(unknown && intervalText(unknown)).toBe("9.1042 s to 9.6046 s, effect open");
    expect(unknown && intervalText({ ...unknown, returnedMs: null })).toBe(
      "from 9.1042 s, never answered",
    );
  });

  test("what did not help is told with its number: 0 not at all, 1, 2 and more", () => {
    const ids = ["k-1", "k-2", "k-3"];
    const said = (count: number, name: string | null): string =>
      consideredText({ count, name, ids: ids.slice(0, count) });
    expect([said(0, null), consideredText(undefined)]).toEqual(["", ""]);
    expect([said(1, "order"), said(2, null), said(1_204, "order")]).toEqual([
      "1 order operation of unknown outcome was considered; it does not explain it (k-1)",
      "2 operations of unknown outcome were considered; neither explains it (k-1, k-2)",
      "1,204 order operations of unknown outcome were considered; none explains it " +
        "(k-1, k-2, k-3 and 1,201 more)",
    ]);
  });

  test("a threshold is told in the unit of its metric", () => {
    const { thresholds, metrics } = storedTwiceRun();
    expect(thresholds.map((one) => thresholdValue(one, metrics))).toEqual([
      "71.4 ms",
      "2.31 ms",
      "100 %",
    ]);
    const [first] = thresholds;
    expect(first && thresholdValue({ ...first, value: null }, metrics)).toBe("no sample");
  });
});

test("every exit code has a meaning of its own", () => {
  const meanings = Object.values(EXIT).map(exitMeaning);
  expect(new Set(meanings).size).toBe(meanings.length);
  expect(meanings).not.toContain(exitMeaning(1));
});

test("a long headline is split after what is wrong, a short one is not", () => {
  const how = "a".repeat(120);
  expect(headlineParts(`2 of 5 invariants violated. no oversell: ${how}`).title).toBe(
    "2 of 5 invariants violated.",
  );
  expect(headlineParts(`The load generator was the bottleneck: ${how}`)).toEqual({
    title: "The load generator was the bottleneck.",
    lede: how,
  });
  expect(headlineParts("All held; p99 11.8 ms. Good.").lede).toBe("");
});
