import { expect, test } from "vitest";
import { campaignOptions } from "./options.ts";

test("thirty tries, a hundred clean runs of each system, one at a time", () => {
  expect(campaignOptions([])).toMatchObject({
    quick: false,
    tries: 30,
    cleanRuns: 100,
    parts: "embedded",
    parallel: 1,
    minutes: Number.POSITIVE_INFINITY,
  });
});

test("quick is once each, and no clean runs", () => {
  expect(campaignOptions(["--quick", "--tries", "9"])).toMatchObject({ tries: 1, cleanRuns: 0 });
});

test("everything that is wrong is said at once", () => {
  const args = [
    "--tries",
    "0",
    "--clean",
    "x",
    "--parts",
    "paper",
    "--only",
    "(",
    "--minutes",
    "0",
  ];
  expect(() => campaignOptions(args)).toThrow(
    [
      '--minutes must be a number above 0, got "0"',
      '--parts must be embedded or real, got "paper"',
      '--only must be a regular expression, got "("',
      '--tries must be a whole number from 1 on, got "0"',
      '--clean must be a whole number from 0 on, got "x"',
    ].join("\n"),
  );
});

test("an option that there is not is said", () => {
  expect(() => campaignOptions(["--trie", "3"])).toThrow("--trie");
});
