/**
 * What every checker says, as it was when somebody last read it: verdict, sentence, witnesses and what was considered,
 * over random histories with lost answers, odd values, cuts by a crash, and a judge who is stopped; and of every model
 * which operations are shown, and how far the search came. It proves nothing right, the differential tests do that; it
 * shows what a change changes, and that of several that would do the same one is named every time.
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
import type { Plain } from "./testing/plain-models.ts";
import { modelOf, PLAIN, randomHistory, SEARCHED } from "./testing/plain-models.ts";
import { search } from "./search.ts";

const RECORD = new URL("testing/recorded-findings.txt", import.meta.url);
const HISTORIES = 120;
/** Of each story without anything odd, of which only the finding is recorded; and of each model. */
const PLAIN_HISTORIES = 400;
const MODEL_HISTORIES = 2_000;
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
  const plainly = Array.from({ length: PLAIN_HISTORIES }, () => {
    const history = historyOf(story.draw(random, "p"), { auditComplete: true });
    return JSON.stringify(judge(history, [story.invariant]));
  });
  return [
    `# ${story.title}`,
    ...all.slice(0, READABLE).map(({ sentence }) => sentence),
    all.map(({ letter }) => letter).join(""),
    hashOf([...all.map((one) => one.all), ...plainly]),
  ].join("\n");
}

/** What is said of random histories of one model, readable where one is broken. */
function modelSection(name: string): string {
  const random = seededRandom(`recorded/${name}`);
  const plain = PLAIN[name] as Plain<never>;
  const stop = (): boolean => false;
  const said = Array.from({ length: MODEL_HISTORIES }, () => {
    const operations = randomHistory(random, plain);
    const { initial } = plain;
    const breach = modelOf(name).check({ operations, initial, stop, searchWordsMax: 1e6 });
    const model = SEARCHED[name];
    const known = operations.filter(({ step }) => model?.silent(step) === false);
    const found = model && search(model, model.initial(initial), known, { wordsMax: 1e6, stop });
    return `${JSON.stringify(breach ?? "fine")} ${JSON.stringify(found ?? "not searched")}`;
  });
  const readable = said.filter((line) => !line.startsWith('"')).slice(0, READABLE);
  return [`# model: ${name}`, ...readable, hashOf(said)].join("\n");
}

function hashOf(said: readonly string[]): string {
  return `${createHash("sha256").update(said.join("\n")).digest("hex").slice(0, 16)}\n\n`;
}

describe("what is said has not changed, or the change was read", () => {
  test.each(STORIES.map((story) => [story.title, story] as const))("%s", (title, story) => {
    const section = sectionOf(story);
    now.push(section);
    if (!renews) expect(section).toBe(recorded.get(title));
  });

  test.each(Object.keys(PLAIN))("of the model %s", (name) => {
    const section = modelSection(name);
    now.push(section);
    if (!renews) expect(section).toBe(recorded.get(`model: ${name}`));
  });

  test("nothing is on record that nobody says any more", () => {
    const models = Object.keys(PLAIN).map((name) => `model: ${name}`);
    const titles = [...STORIES.map(({ title }) => title), ...models];
    if (!renews) expect([...recorded.keys()]).toEqual(titles);
  });

  afterAll(() => {
    if (renews) writeFileSync(RECORD, now.join(""));
  });
});
