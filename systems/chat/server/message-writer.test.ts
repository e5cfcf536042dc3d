import { expect, test } from "vitest";
import { BATCH_MESSAGES_MAX, WAITING_MESSAGES_MAX } from "./limits.ts";
import { MessageWriter } from "./message-writer.ts";
import type { Appended, Message, NewMessage } from "./parts/store.ts";

function saying(clientId: string): NewMessage {
  return {
    channelId: 1,
    authorId: 1,
    clientId,
    type: "text",
    content: clientId,
    fileId: null,
    createdAtMs: 0,
    mentions: [],
  };
}

/** A store that holds each batch back until it is let go. */
class SlowStore {
  readonly batches: (readonly NewMessage[])[] = [];
  readonly #letGo: (() => void)[] = [];
  #seq = 0;

  async append(batch: readonly NewMessage[]): Promise<Appended[]> {
    this.batches.push(batch);
    await new Promise<void>((resolve) => this.#letGo.push(resolve));
    return batch.map(({ mentions: _mentions, ...message }) => {
      this.#seq += 1;
      const stored: Message = {
        ...message,
        id: this.#seq,
        seq: this.#seq,
        editedAtMs: null,
        deleted: false,
      };
      return { answer: "stored", message: stored, isPrivate: false, notified: [] };
    });
  }

  async next(): Promise<void> {
    while (this.#letGo.length === 0) await new Promise((resolve) => setImmediate(resolve));
    this.#letGo.shift()?.();
  }
}

test("what is sent in one turn is one batch, what is sent while it is written is the next; told before answered, in order", async () => {
  const store = new SlowStore();
  const heard: string[] = [];
  const writer = new MessageWriter(store, (stored) => {
    heard.push(...stored.map(({ message }) => message.clientId));
  });
  const first = [writer.send(saying("a")), writer.send(saying("b"))];
  await new Promise((resolve) => setImmediate(resolve));
  const second = [writer.send(saying("c")), writer.send(saying("d")), writer.send(saying("e"))];
  expect([writer.waiting, heard]).toEqual([3, []]);
  await store.next();
  await Promise.all(first);
  expect(heard).toEqual(["a", "b"]);
  await store.next();
  const seqs = (await Promise.all(second)).map((one) =>
    one.answer === "stored" ? one.message.seq : 0,
  );
  expect([heard, seqs]).toEqual([
    ["a", "b", "c", "d", "e"],
    [3, 4, 5],
  ]);
  expect(store.batches.map((batch) => batch.length)).toEqual([2, 3]);
});

test("a batch that fails is told to its own senders, and the next one goes on", async () => {
  let fails = true;
  const writer = new MessageWriter(
    {
      append: async (batch) => {
        if (fails) throw new Error("the database is away");
        return batch.map(() => ({ answer: "not-member" }));
      },
    },
    () => undefined,
  );
  await expect(writer.send(saying("a"))).rejects.toThrow("the database is away");
  fails = false;
  expect(await writer.send(saying("b"))).toEqual({ answer: "not-member" });
});

test("no batch is above 500, and who comes when 50,000 wait is told to come back", async () => {
  const store = new SlowStore();
  const writer = new MessageWriter(store, () => undefined);
  const sent = Array.from({ length: WAITING_MESSAGES_MAX }, (_, i) => writer.send(saying(`${i}`)));
  expect(() => writer.send(saying("one more"))).toThrow("50000 messages wait to be stored");
  for (let written = 0; written < WAITING_MESSAGES_MAX; written += BATCH_MESSAGES_MAX)
    await store.next();
  await Promise.all(sent);
  expect(Math.max(...store.batches.map((batch) => batch.length))).toBe(BATCH_MESSAGES_MAX);
});
