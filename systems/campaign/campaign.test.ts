import { expect, test } from "vitest";
import { SYSTEMS } from "../systems.ts";
import { runCampaign } from "./campaign.ts";
import { codeOf } from "./code-of.ts";
import { openJournal } from "./journal.ts";
import { campaignOptions } from "./options.ts";
import { planCampaign } from "./plan.ts";

const size = { tries: 1, cleanRuns: 1, seed: "7" };
const args = ["--tries", "1", "--clean", "1"];

/** A journal in which every run of the plan is noted, as it was with this code. */
function wholeJournal(code: (system: string) => string): ReturnType<typeof openJournal> {
  const journal = openJournal(undefined);
  for (const { name, system } of planCampaign(SYSTEMS, size)) {
    const outcome = { name, exitCode: 0, verdict: "pass", headline: "held", seed: "1" };
    journal.note({
      system: system.name,
      code: code(system.name),
      seed: size.seed,
      parts: "embedded",
      commit: "abc",
      outcome: { ...outcome, tookMs: 1, repeats: 0, findings: [] },
    });
  }
  return journal;
}

const codes = new Map(SYSTEMS.map((system) => [system.name, codeOf(system)]));
const codeNow = (system: string): string => codes.get(system) ?? "";

test("a campaign that is noted whole makes no run, and tells the commits of those that were made", async () => {
  const options = campaignOptions([...args, "--seed", "7"]);
  const { score, story } = await runCampaign(SYSTEMS, options, wholeJournal(codeNow), () => {
    throw new Error("a run was made");
  });
  const planned = planCampaign(SYSTEMS, size).length;
  expect(story).toEqual({
    parts: "embedded",
    seed: "7",
    commits: ["abc"],
    made: planned,
    planned,
  });
  expect(score.bugs).toHaveLength(SYSTEMS.flatMap(({ bugs }) => bugs).length);
});

test("of systems that are left out now stands in the table what is noted of the same code", async () => {
  const options = campaignOptions([...args, "--seed", "7", "--only", "chat", "--minutes", "1e-9"]);
  const journal = wholeJournal((system) => (system === "auction" ? "another" : codeNow(system)));
  const { score } = await runCampaign(SYSTEMS, options, journal, () => undefined);
  expect(new Set(score.bugs.map(({ system }) => system))).toEqual(new Set(["chat", "flash-sale"]));
});

test("runs of another campaign, or over other parts, are none of this one", async () => {
  const sitting = [...args, "--minutes", "1e-9"];
  for (const other of [
    ["--seed", "8"],
    ["--parts", "real"],
  ]) {
    const options = campaignOptions([...sitting, ...other]);
    const { story } = await runCampaign(SYSTEMS, options, wholeJournal(codeNow), () => undefined);
    expect(story.made).toBe(0);
  }
});

test("a name that no system has is said with those there are", async () => {
  const options = campaignOptions(["--only", "casino"]);
  await expect(
    runCampaign(SYSTEMS, options, openJournal(undefined), () => undefined),
  ).rejects.toThrow('--only must match one of flash-sale, auction, chat, got "casino"');
});
