import type { EmbeddedParts } from "../server/parts/embedded.ts";
import type { RealParts } from "../server/parts/real.ts";
import type { Appended, ChatStore, Message, NewMessage } from "../server/parts/store.ts";
import { insteadOf, meanwhile, STORED, type Bug } from "./planted-bug.ts";
import { insertBlindly } from "./pieces.ts";

/** How long a message lies in the buffer, and how many of them the buffer's restart takes with it. */
const BUFFER_MS = 20;
const LOST_EVERY = 40;

/** Fast, and mostly right: whatever is in the buffer when its process is restarted was promised and is gone. */
export const acknowledgedBeforeStored: Bug = {
  name: "acknowledged-before-stored",
  invariant: STORED,
  says: "A message is acknowledged when it is in a buffer of memory, and what a restart of the buffer finds there is lost.",
  suite: "throughput.load.ts",
  plant: (parts) => ({
    store: insteadOf<ChatStore>(parts.store, { append: bufferedAppend(parts) }),
  }),
};

function bufferedAppend(parts: EmbeddedParts | RealParts): ChatStore["append"] {
  const seqs = new Map<number, number>();
  /** Far from those that the database gives. */
  const firstId = Date.now() * 1_000;
  let accepted = 0;
  const one = async (message: NewMessage): Promise<Appended> => {
    const { channelId, authorId } = message;
    const channel = await parts.store.channel(channelId);
    if (channel === undefined) return { answer: "unknown-channel" };
    if (!(await parts.store.isMember(channelId, authorId))) return { answer: "not-member" };
    const seq = (seqs.get(channelId) ?? channel.seq) + 1;
    seqs.set(channelId, seq);
    accepted += 1;
    const stored = messageOf(message, firstId + accepted, seq);
    if (accepted % LOST_EVERY !== 0) void later(parts, stored, channel.type !== "public");
    return {
      answer: "stored",
      message: stored,
      isPrivate: channel.type !== "public",
      notified: [],
    };
  };
  return async (batch) => {
    const appended: Appended[] = [];
    for (const message of batch) appended.push(await one(message));
    return appended;
  };
}

async function later(
  parts: EmbeddedParts | RealParts,
  message: Message,
  isPrivate: boolean,
): Promise<void> {
  await meanwhile(BUFFER_MS);
  await insertBlindly(parts, message, isPrivate);
}

function messageOf(
  { mentions: _mentions, ...message }: NewMessage,
  id: number,
  seq: number,
): Message {
  return { ...message, id, seq, editedAtMs: null, deleted: false };
}
