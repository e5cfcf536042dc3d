import { expect, test } from "vitest";
import { WATCHED_IDS_MAX } from "./limits.ts";
import { RunningExits } from "./running-exits.ts";

function watched(split = false): { see: (name: string, key?: string) => void; line: () => string } {
  const options = { release: "release", refund: "refund", split };
  const rule = new RunningExits({ kind: "settled-once", name: "n", operation: "hold", options });
  const attempt = { invokeNs: 0, returnNs: 1, id: undefined, value: undefined, result: undefined };
  return {
    see: (name, key = "h1") => {
      rule.see({ ...attempt, outcome: "ok", name, key });
    },
    line: () => `${rule.line().state}: ${rule.line().text}`,
  };
}

test("a hold that is released and refunded is known at once, one released twice is not", () => {
  const { see, line } = watched();
  see("release");
  see("release");
  see("refund", "h2");
  expect(line()).toBe("holding: 2 holds settled");
  see("refund");
  expect(line()).toBe("violated: h1: release and refund were both acknowledged");
});

test("a hold that may be split is left to the end", () => {
  const { see, line } = watched(true);
  see("release");
  see("refund");
  expect(line()).toBe("holding: 1 hold settled");
});

test(`no more than ${WATCHED_IDS_MAX} holds are followed`, () => {
  const { see, line } = watched();
  for (let i = 0; i <= WATCHED_IDS_MAX; i++) see("release", `h${i}`);
  expect(line()).toBe("waiting: too many to follow, judged at the end");
});
