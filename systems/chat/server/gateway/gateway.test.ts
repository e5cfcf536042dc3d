/** The gateway, asked by the official client. */
import { expect, test } from "vitest";
import { SLOW_PACKETS_MAX } from "../limits.ts";
import { overBothParts } from "../over-both-parts.ts";

overBothParts("the gateway", (chat) => {
  test("without a valid token nobody comes in", async () => {
    const [ada] = await chat().crowd(1);
    Object.assign(ada!, { token: `${ada!.token}x` });
    await expect(ada!.connect()).rejects.toThrow("unauthorized");
  });

  test("what one sends comes to everybody in the channel once, in order, and is acknowledged with its number", async () => {
    const people = await chat().crowd(5);
    const channelId = await people[0]!.channel("public");
    const lines = await Promise.all(people.map((one) => one.connect()));
    for (const line of lines) {
      expect(await line.ask("join", { channelId })).toEqual({ ok: true, channelId, seq: 0 });
    }
    const sends = lines.flatMap((line, who) =>
      Array.from({ length: 20 }, (_, i) =>
        line.ask("send", { channelId, clientId: `${who}-${i}`, content: `hello ${who} ${i}` }),
      ),
    );
    const answers = await Promise.all(sends);
    const numbers = answers.map(({ message }) => message.seq).sort((a, b) => a - b);
    const all = Array.from({ length: 100 }, (_, i) => i + 1);
    expect(numbers).toEqual(all);
    for (const line of lines) {
      await line.has(100);
      expect(line.numbers()).toEqual(all);
      await line[Symbol.asyncDispose]();
    }
  });

  test("who comes back with the last number he has gets what he missed, then what is new: once, in order", async () => {
    const [ada, ben] = await chat().crowd(2);
    const channelId = await ada!.channel("public");
    const first = await ben!.connect();
    await first.ask("join", { channelId });
    for (let i = 0; i < 3; i++) await ada!.say(channelId, `${i}`);
    await first.has(3);
    await first[Symbol.asyncDispose]();

    // More than the gateway keeps in memory, so the beginning comes from the database.
    const missed = Array.from({ length: 600 }, (_, i) => ada!.say(channelId, `missed ${i}`));
    await Promise.all(missed.slice(0, 300));
    await using again = await ben!.connect();
    const { seq } = await again.ask("join", { channelId, after: 3 });
    await Promise.all(missed);
    await again.has(600);
    expect(seq).toBeGreaterThanOrEqual(303);
    expect(again.numbers()).toEqual(Array.from({ length: 600 }, (_, i) => i + 4));
  });

  test("history up to the number that joining answers, and what comes after it, are everything, once", async () => {
    const [ada, ben] = await chat().crowd(2);
    const channelId = await ada!.channel("public");
    const sending = (async () => {
      for (let i = 0; i < 200; i++) await ada!.say(channelId, `${i}`);
    })();
    for (let round = 0; round < 5; round++) {
      await using line = await ben!.connect();
      const { seq } = await line.ask("join", { channelId });
      const history = (await ben!.history(channelId)).filter((one) => one.seq <= seq);
      await line.has(5);
      const seen = [...history.map((one) => one.seq), ...line.numbers()];
      expect(seen).toEqual(Array.from({ length: seen.length }, (_, i) => i + 1));
    }
    await sending;
  });

  test("more than 2,000 messages behind is history's business, and says so", async () => {
    const [ada] = await chat().crowd(1);
    const channelId = await ada!.channel("public");
    await using line = await ada!.connect();
    const says = (i: number) => line.ask("send", { channelId, clientId: `${i}`, content: "x" });
    await Promise.all(Array.from({ length: 2_001 }, (_, i) => says(i)));
    expect(await line.ask("join", { channelId, after: 0 })).toMatchObject({
      ok: false,
      code: "too-far-behind",
      message: "after must be at most 2000 messages back, got 2001; read the history instead",
    });
  });

  test("nobody enters or hears a private channel that is not his, by whatever event", async () => {
    const [ada, ben, eve] = await chat().crowd(3);
    const channelId = await ada!.channel("private", [ben!.id]);
    await using benLine = await ben!.connect();
    await using eveLine = await eve!.connect();
    await benLine.ask("join", { channelId });
    for (const event of ["join", "who", "send"]) {
      const what = { channelId, clientId: "c", content: "x" };
      expect(await eveLine.ask(event, what)).toMatchObject({ ok: false, code: "forbidden" });
    }
    await eveLine.ask("typing", { channelId });
    await ada!.say(channelId, `secret of @${ben!.name} @${eve!.name}`);
    await benLine.has(1);
    expect(benLine.events.map(({ name }) => name).sort()).toEqual(["message", "notification"]);
    expect(await eveLine.ask("who", { channelId })).toMatchObject({ ok: false });
    expect(eveLine.events).toEqual([]);
  });

  test("who leaves, or is no longer a member, hears no more", async () => {
    const [ada, ben] = await chat().crowd(2);
    const channelId = await ada!.channel("private", [ben!.id]);
    await using adaLine = await ada!.connect();
    await using benLine = await ben!.connect();
    for (const line of [adaLine, benLine]) await line.ask("join", { channelId });
    await ada!.say(channelId, "1");
    await benLine.has(1);
    await ben!.post(`/api/channels/${channelId}/leave`);
    await ada!.say(channelId, "2");
    await adaLine.has(2);
    await adaLine.ask("leave", { channelId });
    await ada!.say(channelId, "3");
    expect(await benLine.ask("who", { channelId })).toMatchObject({ ok: false });
    await adaLine.ask("who", { channelId });
    expect([adaLine.numbers(), benLine.numbers()]).toEqual([[1, 2], [1]]);
  });

  test("typing reaches the others and not oneself; presence tells who came and went, to those who asked", async () => {
    const [ada, ben] = await chat().crowd(2);
    const channelId = await ada!.channel("public");
    await using adaLine = await ada!.connect();
    await adaLine.ask("join", { channelId, presence: "yes" });
    const benLine = await ben!.connect();
    await benLine.ask("join", { channelId });
    expect(await benLine.ask("who", { channelId })).toMatchObject({ ok: true, online: 2 });
    const typed = new Promise((resolve) => adaLine.socket.once("typing", resolve));
    await benLine.ask("typing", { channelId });
    expect(await typed).toEqual({ channelId, userId: ben!.id, typing: "yes" });
    expect(benLine.events).toEqual([]);
    const went = new Promise((resolve) => {
      adaLine.socket.on("presence", (what: { went: number[] }) => {
        if (what.went.includes(ben!.id)) resolve(what);
      });
    });
    // The news of his coming must be out first, or the two cancel out.
    await new Promise((resolve) => adaLine.socket.once("presence", resolve));
    await benLine[Symbol.asyncDispose]();
    expect(await went).toEqual({ channelId, came: [], went: [ben!.id], online: 1 });
  });

  test("edits, deletions and the end of a channel are told to those who are there", async () => {
    const [ada] = await chat().crowd(1);
    const channelId = await ada!.channel("public");
    await using line = await ada!.connect();
    await line.ask("join", { channelId });
    const { id } = (await ada!.say(channelId, "draft")).body.message;
    await ada!.patch(`/api/messages/${id}`, { content: "final" });
    await ada!.delete(`/api/messages/${id}`);
    const closed = new Promise((resolve) => line.socket.once("closed", resolve));
    await ada!.delete(`/api/channels/${channelId}`);
    expect(await closed).toEqual({ channelId });
    const told = line.events.map(({ name, what }) => [
      name,
      (what as { content?: string }).content,
    ]);
    expect(told).toEqual([
      ["message", "draft"],
      ["changed", "final"],
      ["changed", ""],
      ["closed", undefined],
    ]);
  });

  test("what is wrong with a question is said in its answer", async () => {
    const [ada] = await chat().crowd(1);
    await using line = await ada!.connect();
    expect(await line.ask("join", { channelId: "x" })).toEqual({
      ok: false,
      code: "bad-request",
      message: 'channelId must be a whole number from 1 to 9007199254740991, got "x"',
    });
    expect(await line.ask("send", [1])).toMatchObject({ ok: false, code: "bad-request" });
  });

  test("a client that does not read is cut off, and nobody else notices", async () => {
    const [ada, ben] = await chat().crowd(2);
    const channelId = await ada!.channel("public");
    await using reader = await ada!.connect();
    await using sleeper = await ben!.connect();
    for (const line of [reader, sleeper]) await line.ask("join", { channelId });
    rawSocketOf(sleeper).pause();
    const content = "x".repeat(4_000);
    let sent = 0;
    const says = () => reader.ask("send", { channelId, clientId: crypto.randomUUID(), content });
    while ((await chat().get("/health")).body.slowClients === 0) {
      await Promise.all(Array.from({ length: SLOW_PACKETS_MAX }, says));
      sent += SLOW_PACKETS_MAX;
      expect(sent).toBeLessThan(20 * SLOW_PACKETS_MAX);
    }
    await reader.has(sent);
    expect(reader.numbers()).toEqual(Array.from({ length: sent }, (_, i) => i + 1));
    rawSocketOf(sleeper).resume();
  });
});

/** The TCP socket under a client's connection. */
function rawSocketOf({ socket }: { socket: { io: { engine: unknown } } }): {
  pause(): void;
  resume(): void;
} {
  const engine = socket.io.engine as { transport: { ws: { _socket: never } } };
  return engine.transport.ws._socket;
}
