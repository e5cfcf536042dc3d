import { readFileSync } from "node:fs";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { RESULT_SCHEMA_FILE, resultJsonSchema } from "../../../scripts/result-schema.ts";
import { parse } from "../base/schema.ts";
import { renderJson } from "../report/json.ts";
import { oversoldRun, passedRun } from "../report/testing/results.ts";
import { resultSchema, valueSchema } from "./result-schema.ts";

test("docs/reference/result.schema.json is what scripts/result-schema.ts writes today", () => {
  expect(JSON.parse(readFileSync(RESULT_SCHEMA_FILE, "utf8"))).toEqual(
    JSON.parse(JSON.stringify(resultJsonSchema())),
  );
});

describe("a stored result", () => {
  test.each([
    ["that passed", passedRun()],
    ["with a violated invariant and its witnesses", oversoldRun()],
  ])("%s comes back as it was written", (_, result) => {
    expect(parse(resultSchema, JSON.parse(renderJson(result)), "result.json")).toEqual(result);
  });

  test("of a newer Holdfast may have more fields; they are left out", () => {
    const newer = { ...passedRun(), colour: "blue" };
    expect(parse(resultSchema, newer, "result.json")).toEqual(passedRun());
  });

  test("that was tampered with is refused, with every problem and its path", () => {
    const broken = { ...passedRun(), exitCode: 42, verdict: "fine" };
    broken.generator = { ...broken.generator, cpuSeconds: Number.NaN };
    const read = (): unknown =>
      parse(resultSchema, JSON.parse(JSON.stringify(broken)), "result.json");
    expect(read).toThrow(/exitCode .*42/);
    expect(read).toThrow(/verdict .*"fine"/);
    expect(read).toThrow(/generator\.cpuSeconds .*null/);
  });
});

test("a witness may carry any JSON, nested as deep as it comes", () => {
  const value = { items: [{ sku: "a", n: 1, tags: ["x", null, true] }] };
  expect(parse(valueSchema, value, "value")).toEqual(value);
  expect(v.is(valueSchema, { date: new Date(0), big: 1n })).toBe(false);
});
