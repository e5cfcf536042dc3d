import { expect, test } from "vitest";
import { judge } from "../judge.ts";
import { exampleHistory } from "../testing/example-history.ts";

function verdictOf(...lines: readonly string[]): string | undefined {
  const invariant = { kind: "unique-results", name: "u", operation: "order", options: {} };
  return judge(exampleHistory(lines.join("\n")), [invariant])[0]?.verdict;
}

test("an id is one request on its key, and another on another, in whatever order the keys come", () => {
  const first = "order a k1 0..9 ok o-1";
  const again = "order a k1 5..15 ok o-1";
  const race = "order a k2 0..9 ok o-2";
  expect(verdictOf(first, again, race)).toBe("pass");
  const others = ["a", "b", "c"].map((key, i) => `order ${key} k1 ${i}..9 ok o-1`);
  for (const [i, other] of others.entries()) {
    expect(verdictOf(race, other, others[(i + 1) % 3] as string)).toBe("fail");
    expect(verdictOf(others[(i + 1) % 3] as string, other, race)).toBe("fail");
  }
});
