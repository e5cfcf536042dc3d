/** Channels and messages, by HTTP. */
import { expect, test } from "vitest";
import { overBothParts } from "./over-both-parts.ts";

overBothParts("messages", (chat) => {
  test("a message is numbered in its channel, and read back page by page from both ends", async () => {
    const [ada] = await chat().crowd(1);
    const channelId = await ada!.channel("public");
    for (let i = 1; i <= 5; i++) {
      const { status, body } = await ada!.say(channelId, `message ${i}`);
      expect([status, body.message.seq, body.message.authorId]).toEqual([201, i, ada!.id]);
    }
    const page = async (query: string) =>
      (await ada!.get(`/api/messages?channelId=${channelId}&${query}`)).body;
    const seqs = (body: { messages: { seq: number }[] }) => body.messages.map(({ seq }) => seq);
    const newest = await page("limit=3");
    expect([seqs(newest), newest.next]).toEqual([[5, 4, 3], 3]);
    expect(seqs(await page("limit=3&before=3"))).toEqual([2, 1]);
    const oldest = await page("limit=3&after=0");
    expect([seqs(oldest), oldest.next]).toEqual([[1, 2, 3], 3]);
    expect((await page("limit=3&after=3")).next).toBeNull();
  });

  test("200 messages of 20 people at once are numbered 1 to 200, without a gap and in each one's own order", async () => {
    const people = await chat().crowd(20);
    const channelId = await people[0]!.channel("public");
    await Promise.all(people.map((one) => one.post(`/api/channels/${channelId}/join`)));
    await Promise.all(
      people.map(async (one) => {
        for (let i = 0; i < 10; i++) expect((await one.say(channelId, `${i}`)).status).toBe(201);
      }),
    );
    const messages = await people[0]!.history(channelId);
    expect(messages.map(({ seq }) => seq)).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
    for (const { id } of people) {
      const own = messages.filter(({ authorId }) => authorId === id).map(({ content }) => content);
      expect(own).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
    }
  });

  test("sent again under the same client id, also five times at once, it is the same message", async () => {
    const [ada] = await chat().crowd(1);
    const channelId = await ada!.channel("public");
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => ada!.say(channelId, "once", "client-1")),
    );
    answers.push(await ada!.say(channelId, "once", "client-1"));
    const ids = answers.map(({ body }) => body.message.id);
    expect(new Set(ids).size).toBe(1);
    expect(answers.map(({ body }) => body.message.content)).toEqual(Array(6).fill("once"));
    expect(await ada!.history(channelId)).toHaveLength(1);
  });

  test("an author edits and deletes his own messages, nobody else's; a deleted one keeps its number", async () => {
    const [ada, ben] = await chat().crowd(2);
    const channelId = await ada!.channel("public");
    await ben!.post(`/api/channels/${channelId}/join`);
    const { id } = (await ada!.say(channelId, "draft")).body.message;
    expect((await ben!.patch(`/api/messages/${id}`, { content: "mine" })).status).toBe(403);
    expect((await ada!.patch(`/api/messages/${id}`, { content: "final" })).status).toBe(200);
    const [edited] = await ben!.history(channelId);
    expect([edited!.content, edited!.editedAtMs]).toEqual(["final", expect.any(Number)]);
    expect((await ada!.delete(`/api/messages/${id}`)).status).toBe(200);
    const [deleted] = await ben!.history(channelId);
    expect([deleted!.seq, deleted!.content, deleted!.deleted]).toEqual([1, "", true]);
    expect((await ada!.patch(`/api/messages/${id}`, { content: "again" })).status).toBe(404);
  });

  test("a private channel is read, written, joined and looked at by its members only", async () => {
    const [ada, ben, eve] = await chat().crowd(3);
    const channelId = await ada!.channel("private", [ben!.id]);
    await ada!.say(channelId, "between us");
    expect(await ben!.history(channelId)).toHaveLength(1);
    const asked = [
      await eve!.get(`/api/messages?channelId=${channelId}`),
      await eve!.get(`/api/channels/${channelId}`),
      await eve!.get(`/api/channels/${channelId}/members`),
      await eve!.post(`/api/channels/${channelId}/join`),
      await eve!.say(channelId, "let me in"),
    ];
    expect(asked.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403]);
    const listed = (await eve!.get("/api/channels?limit=1000")).body.channels;
    expect(listed.some(({ id }: { id: number }) => id === channelId)).toBe(false);
    expect(
      (await ben!.post(`/api/channels/${channelId}/members`, { userIds: [eve!.id] })).status,
    ).toBe(403);
    await ada!.post(`/api/channels/${channelId}/members`, { userIds: [eve!.id] });
    expect(await eve!.history(channelId)).toHaveLength(1);
    await eve!.post(`/api/channels/${channelId}/leave`);
    expect((await eve!.get(`/api/messages?channelId=${channelId}`)).status).toBe(403);
  });

  test("a channel is removed by its owner, with its messages; one that is none is 404", async () => {
    const [ada, ben] = await chat().crowd(2);
    const channelId = await ada!.channel("public");
    await ada!.say(channelId, "soon gone");
    expect((await ben!.delete(`/api/channels/${channelId}`)).status).toBe(403);
    expect((await ada!.delete(`/api/channels/${channelId}`)).status).toBe(204);
    expect((await ada!.get(`/api/messages?channelId=${channelId}`)).status).toBe(404);
    expect((await ada!.say(channelId, "hello?")).status).toBe(404);
  });

  test("who only reads a public channel cannot write into it before he joins", async () => {
    const [ada, ben] = await chat().crowd(2);
    const channelId = await ada!.channel("public");
    expect(await ben!.history(channelId)).toEqual([]);
    expect((await ben!.say(channelId, "hi")).status).toBe(403);
    await ben!.post(`/api/channels/${channelId}/join`);
    expect((await ben!.say(channelId, "hi")).status).toBe(201);
  });

  test.each([
    [
      {},
      "channelId must be a whole number from 1 to 9007199254740991, got nothing; clientId must be text of 1 to 64 characters, got nothing; content must be text of 1 to 4000 characters, got nothing",
    ],
    [
      { channelId: 1, clientId: "c", content: "x", type: "song" },
      'type must be one of text, mention, file, code, got "song"',
    ],
  ])("a message %j is refused with all that is wrong with it", async (body, message) => {
    const [ada] = await chat().crowd(1);
    const answer = await ada!.post("/api/messages", body);
    expect(answer).toMatchObject({ status: 400, body: { answer: "bad-request", message } });
  });
});

overBothParts("notifications", (chat) => {
  test("a mention of somebody who may read it is one notification, once, and counts until it is read", async () => {
    const [ada, ben, eve] = await chat().crowd(3);
    const channelId = await ada!.channel("private", [ben!.id]);
    await ada!.say(
      channelId,
      `@${ben!.name} and @${ben!.name}, not @${eve!.name} or @${ada!.name}`,
    );
    await ada!.say(channelId, `@${ben!.name}!`);
    const { body } = await ben!.get("/api/notifications");
    expect(body.unread).toBe(2);
    expect(body.notifications[0]).toMatchObject({
      kind: "mention",
      channelId,
      authorId: ada!.id,
      read: false,
    });
    const [newest, oldest] = body.notifications;
    expect((await ben!.post("/api/notifications/read", { throughId: oldest.id })).body).toEqual({
      marked: 1,
      unread: 1,
    });
    await ben!.post("/api/notifications/read", { throughId: newest.id });
    expect((await ben!.get("/api/notifications")).body.unread).toBe(0);
    for (const other of [ada!, eve!]) {
      expect((await other.get("/api/notifications")).body).toEqual({
        notifications: [],
        unread: 0,
        next: null,
      });
    }
  });

  test("a direct channel is one for the two, and each message in it calls the other", async () => {
    const [ada, ben, eve] = await chat().crowd(3);
    const { channel } = (await ada!.post("/api/direct", { userId: ben!.id })).body;
    expect((await ben!.post("/api/direct", { userId: ada!.id })).body.channel.id).toBe(channel.id);
    await ada!.say(channel.id, "psst");
    const { notifications } = (await ben!.get("/api/notifications")).body;
    expect(notifications).toMatchObject([{ kind: "direct", channelId: channel.id }]);
    expect((await ada!.get("/api/notifications")).body.unread).toBe(0);
    expect((await eve!.get(`/api/messages?channelId=${channel.id}`)).status).toBe(403);
  });
});

overBothParts("auth", (chat) => {
  test("one signs up once, signs in with the right password only, and is who the token says", async () => {
    const json = (body: object) => ({
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const post = (path: string, body: object) => fetch(`${chat().url}${path}`, json(body));
    const ada = { name: "ada-lovelace", password: "analytical" };
    expect((await post("/api/auth/signup", ada)).status).toBe(201);
    expect((await post("/api/auth/signup", ada)).status).toBe(409);
    expect((await post("/api/auth/signin", { ...ada, password: "different" })).status).toBe(401);
    expect((await post("/api/auth/signin", { ...ada, name: "nobody" })).status).toBe(401);
    const { token } = (await (await post("/api/auth/signin", ada)).json()) as { token: string };
    expect((await chat().get("/api/users/me", `Bearer ${token}`)).body.user.name).toBe(ada.name);
    const forged = [`${token}x`, token.replace(/^\d+/, "1"), "", "1.9999999999."];
    for (const one of forged) {
      expect((await chat().get("/api/users/me", `Bearer ${one}`)).status).toBe(401);
    }
    expect((await chat().get("/api/users/me")).status).toBe(401);
  });

  test("one changes one's own display name", async () => {
    const [ada] = await chat().crowd(1);
    await ada!.patch("/api/users/me", { displayName: "Ada L." });
    expect((await ada!.get("/api/users/me")).body.user.displayName).toBe("Ada L.");
  });
});
