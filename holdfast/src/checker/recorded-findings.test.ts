/**
 * What every checker says, as it was when somebody last read it: verdict, sentence, witnesses and what was considered,
 * over random histories with lost answers, odd values, cuts by a crash, and a judge who is stopped. It proves nothing
 * right, the differential tests do that; it shows what a change changes.
 *
 * After a change that was meant: `HOLDFAST_RECORD=1 npx vitest run holdfast/src/checker/recorded-findings.test.ts`, and
 * read the difference in the file.
 */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { seededRandom } from "../base/random.ts";
import type { Random } from "../base/random.ts";
import { historyOf } from "../history/history.ts";
import type { Value } from "../record/value.ts";
import type { Judged } from "./finding.ts";
import { judge } from "./judge.ts";
import type { Attempt } from "./testing/attempt.ts";
import type { Story } from "./testing/random-stories.ts";
import { STORIES } from "./testing/random-stories.ts";
import { watchLines } from "./testing/watch-lines.ts";

const RECORD = new URL("testing/recorded-findings.txt", import.meta.url);
const HISTORIES = 120;
/** Of each story, in full. */
const READABLE = 6;
const SCALE_NS = 1_000_000;
const LETTERS = { pass: "p", fail: "F", unknown: "-" } as const;
const ODD = JSON.parse(
  `[null, true, "", 0, -1, 1.5, 1e9, 1152921504606846976, "m1", "ann", [], [null], [[]], {},
  {"a": "x"}, {"to": 7}, {"version": "x"}, {"version": 2}, {"echo": null},
  {"from": 3, "to": 1}, {"from": 1, "to": "x"}, {"id": "m1", "seq": 2}]`,
) as readonly Value[];

/** Sections by title. */
const recorded = new Map(
  readFileSync(RECORD, "utf8")
    .split(/^(?=# )/m)
    .map((section) => [section.slice(2, section.indexOf("\n")), section]),
);
const now: string[] = [];
const renews = process.env["HOLDFAST_RECORD"] !== undefined;

function told(story: Story, random: Random): { letter: string; sentence: string; all: string } {
  const own = ["p", "q", "p"]
    .slice(0, random.integer(1, 3))
    .flatMap((key) => story.draw(random, key))
    .map((operation) => (random.next() < 0.1 ? odd(random, operation) : operation));
  const cutNs = random.next() < 0.2 ? random.integer(2, 14) : Infinity;
  const operations = (cutNs === Infinity ? own : cutOff(own, cutNs)).map((operation) => ({
    ...operation,
    invokeNs: operation.invokeNs * SCALE_NS,
    returnNs: operation.returnNs * SCALE_NS,
  }));
  const history = historyOf(operations, {
    finished: cutNs === Infinity,
    trustedUntilNs: cutNs * SCALE_NS,
    lostRecords: random.next() < 0.1 ? 2 : 0,
    auditComplete: random.next() < 0.7,
  });
  const finding = judge(history, [story.invariant])[0] as Judged;
  let polls = random.integer(0, 6);
  const stopped = judge(history, [story.invariant], { stop: () => (polls -= 1) < 0 });
  const lines = watchLines(story.invariant, operations);
  return {
    letter: LETTERS[finding.verdict],
    sentence: `${finding.verdict}: ${finding.sentence}`,
    all: JSON.stringify([finding, stopped, lines]),
  };
}

function odd(random: Random, operation: Attempt): Attempt {
  const field = random.pick(["value", "result", "id"] as const);
  if (field === "id") return { ...operation, id: random.pick([undefined, "", "constructor"]) };
  return { ...operation, [field]: random.next() < 0.1 ? undefined : random.pick(ODD) };
}

/** As a crash of Holdfast leaves it. */
function cutOff(operations: readonly Attempt[], cutNs: number): Attempt[] {
  return operations
    .filter(({ invokeNs }) => invokeNs <= cutNs)
    .map((operation) =>
      operation.returnNs <= cutNs
        ? operation
        : { ...operation, outcome: "unknown" as const, result: undefined },
    );
}

function sectionOf(story: Story): string {
  const random = seededRandom(`recorded/${story.title}`);
  const all = Array.from({ length: HISTORIES }, () => told(story, random));
  const hash = createHash("sha256").update(all.map((one) => one.all).join("\n"));
  return [
    `# ${story.title}`,
    ...all.slice(0, READABLE).map(({ sentence }) => sentence),
    all.map(({ letter }) => letter).join(""),
    `${hash.digest("hex").slice(0, 16)}\n\n`,
  ].join("\n");
}

describe("what is said has not changed, or the change was read", () => {
  test.each(STORIES.map((story) => [story.title, story] as const))("%s", (title, story) => {
    const section = sectionOf(story);
    now.push(section);
    if (!renews) expect(section).toBe(recorded.get(title));
  });

  test("nothing is on record that nobody says any more", () => {
    const titles = STORIES.map(({ title }) => title);
    if (!renews) expect([...recorded.keys()]).toEqual(titles);
  });

  afterAll(() => {
    if (renews) writeFileSync(RECORD, now.join(""));
  });
});
