/** What all tests of the chat know of it: its people, what they do as operations, and how to read everything back. */
import {
  operation,
  type AuditContext,
  type Http,
  type HttpResponse,
  type OperationKind,
  type SetupContext,
} from "holdfast";
import { inTurns } from "../../in-turns.ts";

/** A message. Its result is its number in the channel. */
export const send: OperationKind = operation("send", {
  result: (answer) => answer.json<{ message?: { seq: number } }>().message?.seq,
});
/** A message that came to somebody, by its number. */
export const receive: OperationKind = operation("receive");
/** From here on somebody is in a channel; a connection that is lost does not end it, for it is resumed. */
export const join: OperationKind = operation("join");
export const leave: OperationKind = operation("leave");
/** Somebody looks where he must not. It succeeds if he sees anything. */
export const peek: OperationKind = operation("peek");

export interface Person {
  readonly id: number;
  readonly name: string;
  readonly token: string;
}

export interface Channel {
  readonly id: number;
  readonly type: "public" | "private";
}

/** What `setup` makes, and every virtual user gets. */
export interface World {
  readonly people: readonly Person[];
  readonly channels: readonly Channel[];
}

export interface Message {
  readonly id: number;
  readonly channelId: number;
  readonly seq: number;
  readonly authorId: number;
  readonly clientId: string;
  readonly content: string;
}

const DRAIN_TRIES_MAX = 600;
/** Members that one request brings into a private channel. */
const MEMBERS_AT_ONCE = 1_000;
const PAGE = 1_000;

/** Text that stands in private channels and nowhere else. */
export const SECRET = "xyzzy";

export interface Settlement {
  readonly people: number;
  readonly channels: number;
  /** Every so many-th channel is private. Default 5. */
  readonly privateEvery?: number;
}

/**
 * The channels belong to the first person. Members of the private ones are all people but those whose number is one above
 * a multiple of ten: these are their strangers.
 */
export async function settle(
  { http, random }: SetupContext,
  { people: count, channels: channelCount, privateEvery = 5 }: Settlement,
): Promise<World> {
  const prefix = `p${random.integer(1, 1_000_000_000)}`;
  const crowd = await http.post("/api/seed/crowd", { json: { prefix, users: count } });
  const { users: people } = good(crowd).json<{ users: Person[] }>();
  const owner = people[0] as Person;
  const members = people.filter((_, number) => !isStranger(number)).map(({ id }) => id);
  const one = async (number: number): Promise<Channel> => {
    const type = (number + 1) % privateEvery === 0 ? "private" : "public";
    const json = { name: `${prefix} channel ${number}`, type };
    const made = good(await http.post("/api/channels", { json, headers: as(owner) }));
    const { channel } = made.json<{ channel: Channel }>();
    if (type === "private") await bringIn(http, channel, owner, members);
    return { id: channel.id, type };
  };
  const numbers = Array.from({ length: channelCount }, (_, number) => number);
  return { people, channels: await inTurns(numbers, one) };
}

/** A person by number; whoever comes when all are taken is a second time somebody. */
export function personOf({ people }: World, number: number): Person {
  return people[number % people.length] as Person;
}

/** Never a member of a private channel. */
export function isStranger(number: number): boolean {
  return number % 10 === 1;
}

/** The headers of a request in somebody's name. */
export function as({ token }: Pick<Person, "token">): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}

/** After all is stored and can be found: every message of every channel becomes a fact of the history. */
export async function readBack(context: AuditContext, world: World): Promise<void> {
  await drained(context);
  await inTurns(world.channels, (channel) => readChannel(context, channel, world));
}

/** The channels go with all that is in them. */
export async function tidyUp(http: Http, { channels, people }: World): Promise<void> {
  const owner = people[0] as Person;
  await inTurns(channels, async ({ id }) => {
    await http.delete(`/api/channels/${id}`, { headers: as(owner), name: "channel" });
  });
}

/** Resolves when nothing waits to be stored, found or looked through any more. */
export async function drained({ http, sleep }: AuditContext): Promise<void> {
  let waiting: Readonly<Record<string, number>> = {};
  for (let tries = 0; tries < DRAIN_TRIES_MAX; tries++) {
    waiting = good(await http.get("/health")).json<{ waiting: typeof waiting }>().waiting;
    if (Object.values(waiting).every((count) => count === 0)) return;
    await sleep("100ms");
  }
  const what = JSON.stringify(waiting);
  throw new Error(`nothing must wait after ${DRAIN_TRIES_MAX / 10} s, still waiting: ${what}`);
}

export function good(answer: HttpResponse): HttpResponse {
  if (answer.ok) return answer;
  const why = answer.error?.message ?? answer.text();
  throw new Error(`${answer.url} must answer 2xx, got ${answer.status}: ${why}`);
}

async function readChannel(
  { http, observe }: AuditContext,
  { id }: Channel,
  { people }: World,
): Promise<void> {
  const owner = people[0] as Person;
  for (let after: number | null = 0; after !== null;) {
    const query = { channelId: id, after, limit: PAGE };
    const answer = good(await http.get("/api/messages", { query, headers: as(owner) }));
    const page = answer.json<{ messages: Message[]; next: number | null }>();
    for (const { clientId, seq } of page.messages) {
      observe(send.on(String(id), { id: clientId }), seq);
    }
    after = page.next;
  }
}

async function bringIn(
  http: Http,
  { id }: Channel,
  owner: Person,
  members: readonly number[],
): Promise<void> {
  for (let from = 0; from < members.length; from += MEMBERS_AT_ONCE) {
    const json = { userIds: members.slice(from, from + MEMBERS_AT_ONCE) };
    good(await http.post(`/api/channels/${id}/members`, { json, headers: as(owner) }));
  }
}
