import { expect, test } from "vitest";
import { passingLine } from "./passing-line.ts";

function written(isTty: boolean, ...texts: string[]): string {
  let all = "";
  const write = (text: string): void => void (all += text);
  const out = { write, columns: () => 10, rows: () => 5, isTty, color: false };
  for (const text of texts) passingLine(out, text);
  return all;
}

test("a passing line takes the place of the one before, and leaves a column free", () => {
  const clear = "\r\u001B[2K";
  expect(written(true, "audit", "judging all of it", "")).toBe(
    `${clear}audit${clear}judging…${clear}`,
  );
});

test("a pipe gets no passing line", () => {
  expect(written(false, "audit")).toBe("");
});
