/** Searching, as people do it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { answersOf, ARCHIVE_MESSAGES_MIN, queryOf } from "../../archive/archive-messages.ts";
import { PATTERNS, READER, SECRETS, SUGGESTIONS } from "../../archive/known-answers.ts";
import { ARCHIVE_PASSWORD } from "../../archive/people.ts";
import { skipReason, titled } from "../../../servers/skip-reason.ts";
import { until } from "../../../servers/until.ts";
import { Person, send, startTestChat } from "../chat-for-tests.ts";
import { overBothParts } from "../over-both-parts.ts";

overBothParts("search", (chat) => {
  test("finds words, phrases, beginnings, without a word, by author and by channel; newest first among equals", async () => {
    const [ada, ben] = await chat().crowd(2);
    const [kitchen, garden] = [await ada!.channel("public"), await ben!.channel("public")];
    await ben!.post(`/api/channels/${kitchen}/join`);
    await ada!.say(kitchen, "the zebra crossed a river");
    await ben!.say(kitchen, "a river, the crossed zebra");
    await ben!.say(garden, "Zebras! zebra?");
    await chat().drained();
    const found = (q: string) => ada!.search(q);
    expect(await found("zebra river")).toEqual([
      "a river, the crossed zebra",
      "the zebra crossed a river",
    ]);
    expect(await found('"zebra crossed"')).toEqual(["the zebra crossed a river"]);
    expect(await found("zeb*")).toHaveLength(3);
    expect(await found("zebras")).toEqual(["Zebras! zebra?"]);
    expect(await found("zebra -river")).toEqual(["Zebras! zebra?"]);
    expect(await found(`zebra from:${ada!.name}`)).toEqual(["the zebra crossed a river"]);
    expect(await found("zebra from:nobody-at-all")).toEqual([]);
    const { channel } = (await ada!.get(`/api/channels/${garden}`)).body;
    await ben!.patch("/api/users/me", { displayName: "Ben" });
    expect(channel.name).toContain("public of");
    expect(await found("zebra after:2020-01-01")).toHaveLength(3);
    expect(await found("zebra before:2020-01-01")).toEqual([]);
    expect(await found('" " "zebra')).toHaveLength(3);
  });

  test("what is edited is found by what it says now, what is deleted or gone with its channel is not", async () => {
    const [ada] = await chat().crowd(1);
    const channelId = await ada!.channel("public");
    const { id } = (await ada!.say(channelId, "walrus walrus")).body.message;
    await ada!.say(channelId, "another walrus");
    await ada!.patch(`/api/messages/${id}`, { content: "penguin" });
    await chat().drained();
    expect([await ada!.search("walrus"), await ada!.search("penguin")]).toEqual([
      ["another walrus"],
      ["penguin"],
    ]);
    await ada!.delete(`/api/messages/${id}`);
    await chat().drained();
    expect(await ada!.search("penguin")).toEqual([]);
    await ada!.delete(`/api/channels/${channelId}`);
    await chat().drained();
    expect(await ada!.search("walrus")).toEqual([]);
  });

  test("what is private is found by members only, and its words are suggested to nobody", async () => {
    const [ada, ben, eve] = await chat().crowd(3);
    const channelId = await ada!.channel("private", [ben!.id]);
    await ada!.say(channelId, "the plutonium is in the cellar");
    await chat().drained();
    expect(await ben!.search("plutonium")).toHaveLength(1);
    expect(await eve!.search("plutonium")).toEqual([]);
    expect(await eve!.search(`cellar from:${ada!.name}`)).toEqual([]);
    expect(await suggested(ben!, "pluto")).toEqual([]);
  });

  test("suggests the most frequent words of what was said, a moment after it was", async () => {
    const [ada] = await chat().crowd(1);
    const channelId = await ada!.channel("public");
    for (const text of ["marmalade", "marmot marmot", "marmalade again"])
      await ada!.say(channelId, text);
    await chat().drained();
    expect(await suggested(ada!, "MARM")).toEqual(["marmalade", "marmot"]);
    expect((await ada!.get("/api/search/suggest?q=m")).status).toBe(400);
  });

  test.each([
    ["", "q must be text of 1 to 200 characters"],
    ["   ", 'q must hold a word, a phrase or a filter, got "   "'],
    ["-zebra", 'q must hold a word, a phrase or a filter, got "-zebra"'],
    ["zebra after:yesterday", 'after: must be a day such as 2026-01-05, got "yesterday"'],
    ["after:2026-02-31 zebra", null],
    ["a b c d e f g h i j k l m", "q must have at most 12 words and phrases"],
  ])("the query %j is answered in words", async (q, message) => {
    const [ada] = await chat().crowd(1);
    const answer = await ada!.get(`/api/search?q=${encodeURIComponent(q)}`);
    expect(answer.status).toBe(message === null ? 200 : 400);
    if (message !== null) expect(answer.body.message).toContain(message);
  });
});

for (const parts of ["embedded", "real"] as const) {
  const reason = parts === "real" ? skipReason() : undefined;
  describe.skipIf(reason !== undefined)(titled(`the archive, over ${parts} parts`, reason), () => {
    test("every one of the 25 patterns brings its answers first, no secret is found, and it is history like any other", async () => {
      using folders = new DisposableStack();
      const cacheFolder = mkdtempSync(join(tmpdir(), "chat-archive-"));
      folders.defer(() => rmSync(cacheFolder, { recursive: true, force: true }));
      await using chat = await startTestChat({ parts, cacheFolder });
      const json = { method: "POST", headers: { "content-type": "application/json" } };
      const messages = 2 * ARCHIVE_MESSAGES_MIN;
      const archive = `${chat.url}/api/seed/archive`;
      await send(archive, { ...json, body: JSON.stringify({ messages }) });
      await until(
        "the archive is there",
        async () => (await send(archive)).body.archive.state === "there",
      );
      expect((await send(archive)).body.searchable).toBe(messages);
      const other = await send(archive, {
        ...json,
        body: JSON.stringify({ messages: messages + 1 }),
      });
      expect([other.status, other.body.answer]).toEqual([409, "archive-there"]);
      const credentials = JSON.stringify({ name: READER, password: ARCHIVE_PASSWORD });
      const { user, token } = (
        await send(`${chat.url}/api/auth/signin`, { ...json, body: credentials })
      ).body;
      const reader = new Person(chat.url, { ...user, token });

      for (const pattern of PATTERNS) {
        const answers = answersOf(pattern, messages);
        const q = encodeURIComponent(queryOf(pattern));
        const { hits } = (await reader.get(`/api/search?q=${q}&limit=${answers.length}`)).body;
        const ids = hits.map(({ id }: { id: number }) => id).sort((a: number, b: number) => a - b);
        expect({ pattern: pattern.name, ids }).toEqual({
          pattern: pattern.name,
          ids: answers.toSorted((a, b) => a - b),
        });
      }
      for (const { query } of SECRETS) {
        expect(await reader.search(query)).toEqual([]);
        expect(await suggested(reader, query.slice(0, 6))).toEqual([]);
      }
      for (const [typed, word] of SUGGESTIONS)
        expect(await suggested(reader, typed)).toContain(word);
      const numbers = (await reader.history(1)).map(({ seq }) => seq);
      expect(numbers.length).toBeGreaterThan(50);
      expect(numbers).toEqual(Array.from(numbers, (_, i) => i + 1));
      expect((await reader.say(1, "too late")).status).toBe(409);
    });
  });
}

async function suggested(person: Person, typed: string): Promise<string[]> {
  const { body } = await person.get(`/api/search/suggest?q=${typed}`);
  return body.suggestions.map(({ word }: { word: string }) => word);
}
