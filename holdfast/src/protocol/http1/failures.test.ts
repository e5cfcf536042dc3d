import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { FAILURES } from "./failures.ts";

test("docs/reference/http.md lists every failure with its number, its words and whether it is definite", () => {
  const page = readFileSync(new URL("../../../../docs/reference/http.md", import.meta.url), "utf8");
  const rows = Object.entries(FAILURES).map(
    ([code, { number, rule, says }]) =>
      `| \`${code}\` | ${number} | ${says} | ${rule === "neverSent" ? "yes" : ""} |`,
  );
  expect(page.split("\n").filter((line) => line.startsWith("| `HF_"))).toEqual(rows);
});

test("no two failures share a number", () => {
  const numbers = Object.values(FAILURES).map(({ number }) => number);
  expect(new Set(numbers).size).toBe(numbers.length);
});
