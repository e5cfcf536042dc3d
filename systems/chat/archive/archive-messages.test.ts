import { expect, test } from "vitest";
import {
  answersOf,
  ARCHIVE_MESSAGES_MIN,
  archiveMessages,
  queryOf,
  type ArchivedMessage,
} from "./archive-messages.ts";
import { PATTERNS, SECRETS } from "./known-answers.ts";
import { isPrivate, membersOf, READER_ID, USERS } from "./people.ts";

const size = { messages: ARCHIVE_MESSAGES_MIN, seed: 7 };
const archive: ArchivedMessage[] = [...archiveMessages(size)];

test("the same seed and size are the same archive; another seed is another", () => {
  expect([...archiveMessages(size)]).toEqual(archive);
  const [other] = archiveMessages({ ...size, seed: 8 });
  expect(other?.content).not.toBe(archive[0]?.content);
});

test("ids are 1 to n, time never runs back, and in private channels only members speak", () => {
  expect(archive).toHaveLength(size.messages);
  for (const [i, { id, createdAtMs, channelId, authorId }] of archive.entries()) {
    expect(id).toBe(i + 1);
    expect(createdAtMs).toBeGreaterThanOrEqual(archive[i - 1]?.createdAtMs ?? 0);
    expect(authorId).toBeLessThanOrEqual(USERS);
    if (isPrivate(channelId)) expect(membersOf(channelId)).toContain(authorId);
  }
});

test("there are 25 patterns; each has its answers, which say what they must, where and by whom they must", () => {
  expect(PATTERNS).toHaveLength(25);
  const everyAnswer = [...PATTERNS, ...SECRETS].flatMap((one) => answersOf(one, size.messages));
  expect(new Set(everyAnswer).size).toBe(everyAnswer.length);
  for (const pattern of PATTERNS) {
    const answers = answersOf(pattern, size.messages);
    expect(answers.length).toBeGreaterThan(3);
    for (const id of answers) {
      const message = archive[id - 1];
      expect(message?.content).toContain(pattern.says);
      if (pattern.authorId !== undefined) expect(message?.authorId).toBe(pattern.authorId);
      if (pattern.channelId !== undefined) expect(message?.channelId).toBe(pattern.channelId);
    }
    expect(queryOf(pattern)).not.toMatch(/[{}]/);
  }
});

test("a secret is said in private only, where the reader is no member", () => {
  for (const { query } of SECRETS) {
    const said = archive.filter(({ content }) => content.includes(query));
    expect(said.length).toBeGreaterThan(10);
    for (const { channelId } of said) expect(membersOf(channelId)).not.toContain(READER_ID);
  }
});
