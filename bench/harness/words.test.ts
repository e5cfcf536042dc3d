import { expect, test } from "vitest";
import { words } from "./words.ts";

test("splits at blanks and line ends", () => {
  expect(words`wrk  -t1
    -d 5s`).toEqual(["wrk", "-t1", "-d", "5s"]);
});

test("keeps what is put in within its word, blanks and all", () => {
  expect(words`-c${100} -H ${"a: b"} ${"http://x"}/orders`).toEqual([
    "-c100",
    "-H",
    "a: b",
    "http://x/orders",
  ]);
});

test("makes each item of a list a word, and an empty text an empty word", () => {
  expect(words`hey ${["-n", "1 2"]} ${""} end`).toEqual(["hey", "-n", "1 2", "", "end"]);
});
