/** Every planted bug does its wrong over both sets of parts, and the clean form never does. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startPostgres, type PrivatePostgres } from "../../servers/postgres-server.ts";
import { skipReason, titled } from "../../servers/skip-reason.ts";
import { startTestChat, type Person, type TestChat } from "../server/chat-for-tests.ts";
import type { ChatOptions } from "../server/chat.ts";
import { chatSystem } from "../system.ts";
import { bugs } from "./bugs.ts";
import { meanwhile } from "./planted-bug.ts";

/** What goes wrong in a chat: true when it did. What needs two things at one moment is tried in so many rounds. */
type Wrong = (chat: TestChat, rounds: number) => Promise<boolean>;

const ROUNDS_OF_BUG = 30;
const ROUNDS_OF_CLEAN = 3;

const wrongs: Record<string, Wrong> = {
  "acknowledged-before-stored": async (chat) => {
    const { ada, channelId } = await twoInAChannel(chat);
    const sent = 50;
    for (let i = 0; i < sent; i++) await ada.say(channelId, `${i}`);
    await meanwhile(100);
    return (await ada.history(channelId)).length < sent;
  },
  "fan-out-reorders": inOneOfManyRounds(async (chat) => {
    const { ada, ben, channelId } = await twoInAChannel(chat);
    await using line = await ben.connect();
    await line.ask("join", { channelId });
    const code = { channelId, clientId: "1", content: "x = 1", type: "code" };
    await Promise.all([ada.post("/api/messages", code), ada.say(channelId, "there it is")]);
    await line.has(2);
    return line.numbers().join() !== "1,2";
  }),
  "join-race": inOneOfManyRounds(async (chat) => {
    const { ada, ben, channelId } = await twoInAChannel(chat);
    await using line = await ben.connect();
    const joining = line.ask("join", { channelId });
    for (let i = 0; i < 20; i++) await ada.say(channelId, `${i}`);
    const { seq } = await joining;
    await ada.say(channelId, "the last one");
    await line.has(1);
    return line.numbers()[0] !== seq + 1;
  }),
  "duplicate-after-reconnect": async (chat) => {
    const { ada, ben, channelId } = await twoInAChannel(chat);
    for (const text of ["1", "2", "3"]) await ada.say(channelId, text);
    await using line = await ben.connect();
    await line.ask("join", { channelId, after: 2 });
    await line.has(1);
    return line.numbers()[0] !== 3;
  },
  "wrong-room-under-load": inOneOfManyRounds(async (chat) => {
    const { ada, ben, channelId } = await twoInAChannel(chat);
    const other = await ada.channel("public");
    await using line = await ben.connect();
    await using own = await ada.connect();
    await line.ask("join", { channelId });
    await own.ask("join", { channelId: other });
    await Promise.all([ada.say(other, "there"), ada.say(channelId, "here")]);
    await meanwhile(20);
    return line.received.some((message) => message.channelId === other);
  }),
  "dropped-on-backpressure": inOneOfManyRounds(async (chat) => {
    const { ada, ben, channelId } = await twoInAChannel(chat);
    await using line = await ben.connect();
    await using own = await ada.connect();
    await line.ask("join", { channelId });
    const burst = Array.from({ length: 20 }, (_, i) =>
      own.ask("send", { channelId, clientId: `${i}`, content: `${i}` }),
    );
    await Promise.all(burst);
    await meanwhile(50);
    return line.received.length < burst.length;
  }),
  "private-leaks-through-search": async (chat) => {
    const [ada, eve] = (await chat.crowd(2)) as [Person, Person];
    const channelId = await ada.channel("private");
    await ada.say(channelId, "the plutonium is in the cellar");
    await chat.drained();
    return (await eve.search("plutonium")).length > 0;
  },
  "upload-truncated-when-two-share-a-name": async (chat) => {
    const { ada, channelId } = await twoInAChannel(chat);
    const sizes = [3_000_000, 100, 2_000_000, 50];
    const answers = await Promise.all(
      sizes.map((size) => ada.upload(channelId, "photo.jpg", new Uint8Array(size).fill(size))),
    );
    const onDisk = await Promise.all(
      answers.map(({ body }) => ada.get(`/api/files/${body.file.id}/checksum`)),
    );
    return onDisk.some(({ body }, i) => body.bytes !== sizes[i]);
  },
  "suggestion-index-stale": async (chat) => {
    const { ada, channelId } = await twoInAChannel(chat);
    await ada.say(channelId, "flabbergasted");
    await chat.drained();
    const { suggestions } = (await ada.get("/api/search/suggest?q=flabber")).body;
    return suggestions.length === 0;
  },
  "unread-count-races": async (chat) => {
    const { ada, ben, channelId } = await twoInAChannel(chat);
    await Promise.all(Array.from({ length: 10 }, () => ada.say(channelId, `@${ben.name}`)));
    await meanwhile(50);
    return (await ben.get("/api/notifications")).body.unread !== 10;
  },
};

test("the system lists every bug, with the invariant and the suite that catch it", () => {
  expect(chatSystem.bugs.map(({ name }) => name)).toEqual(Object.keys(wrongs));
  for (const { invariant, says, recommended } of chatSystem.bugs) {
    expect(invariant).not.toBe("");
    expect(says).toMatch(/^.{40,}\.$/);
    expect(recommended?.suite).toMatch(/\.load\.ts$/);
  }
});

describe("over embedded parts", () => bugsShow(() => ({ parts: "embedded" })));

const reason = skipReason();
describe.skipIf(reason !== undefined)(titled("over real parts", reason), () => {
  let postgres: PrivatePostgres;
  beforeAll(async () => {
    postgres = await startPostgres(() => undefined);
  });
  afterAll(() => postgres.server[Symbol.asyncDispose]());

  bugsShow(() => ({
    parts: "real",
    databaseUrl: `postgres://app@/postgres?host=${postgres.connection.host}`,
  }));
});

function bugsShow(options: () => Partial<ChatOptions>): void {
  test.each(bugs.map(({ name }) => name))("%s does its wrong", async (bug) => {
    await using chat = await startTestChat({ ...options(), bug });
    expect(await wrongs[bug]?.(chat, ROUNDS_OF_BUG)).toBe(true);
  });

  test("the clean form does none of the ten wrongs", async () => {
    await using chat = await startTestChat(options());
    for (const [bug, wrong] of Object.entries(wrongs)) {
      expect({ bug, wrong: await wrong(chat, ROUNDS_OF_CLEAN) }).toEqual({ bug, wrong: false });
    }
  });
}

async function twoInAChannel(
  chat: TestChat,
): Promise<{ ada: Person; ben: Person; channelId: number }> {
  const [ada, ben] = (await chat.crowd(2)) as [Person, Person];
  return { ada, ben, channelId: await ada.channel("public", [ben.id]) };
}

function inOneOfManyRounds(wrong: (chat: TestChat) => Promise<boolean>): Wrong {
  return async (chat, rounds) => {
    for (let round = 0; round < rounds; round++) if (await wrong(chat)) return true;
    return false;
  };
}
