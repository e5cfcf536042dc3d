/**
 * The API: a hundred people go through all that one does by HTTP, in six groups: they sign up, open a channel, write,
 * search, look at themselves and at who called them. A few of them are called by all the others at once, and the number
 * on their icon must be right in the end.
 */
import {
  constantVus,
  counter,
  linearizable,
  loadTest,
  neverSucceeds,
  operation,
  oneEffectPerKey,
  rampingVus,
  uniqueResults,
  type AuditContext,
  type LoadTest,
  type OperationKind,
  type SetupContext,
  type Vu,
} from "holdfast";
import { inTurns } from "../../in-turns.ts";
import { plateaus, spike } from "../../shapes.ts";
import { COUNTED, PRIVATE } from "../bugs/planted-bug.ts";
import { chatSystem } from "../system.ts";
import {
  as,
  drained,
  good,
  isStranger,
  peek,
  personOf,
  settle,
  type Channel,
  type Person,
  type World,
} from "./chat.ts";

const PEOPLE = 100;
const CHANNELS = 20;
/** The first so many people are those who are called; they never look. */
const CALLED = 5;

/** The request that calls somebody. Sent twice it is the same message. */
const call: OperationKind = operation("call", {
  result: (answer) => answer.json<{ message: { id: number } }>().message.id,
});
/** Somebody is called, by however many requests: this raises his unread count by one. */
const mention: OperationKind = operation("mention");
/** What his icon says. */
const unreadCount: OperationKind = operation("unread count");
const signUp: OperationKind = operation("sign up", {
  rejected: [409],
  result: (answer) => answer.json<{ user: { id: number } }>().user.id,
});

const parts = {
  metrics: { api_errors: counter() },
  setup: (context: SetupContext): Promise<World> =>
    settle(context, { people: PEOPLE, channels: CHANNELS }),
};

type Hands = Vu<typeof parts>;

export const api: LoadTest = loadTest({
  name: "API",
  system: chatSystem,
  ...parts,

  scenarios: {
    people: {
      executor: constantVus({ vus: 100, duration: "30s" }),
      run: goThroughAll,
      thinkTime: { min: "50ms", max: "250ms" },
    },
  },

  profiles: {
    smoke: { people: constantVus({ vus: 10, duration: "4s" }) },
    load: { people: constantVus({ vus: 100, duration: "5m" }) },
    stress: {
      people: rampingVus({ stages: plateaus([100, 200, 300, 400], { ramp: "10s", hold: "30s" }) }),
    },
    spike: { people: rampingVus({ stages: spike(50, 500) }) },
    soak: { people: constantVus({ vus: 50, duration: "30m" }) },
    scalability: {
      people: rampingVus({
        stages: plateaus([25, 50, 100, 200, 400], { ramp: "2s", hold: "20s" }),
      }),
    },
    breakpoint: { people: rampingVus({ stages: [{ duration: "10m", target: 1_000 }] }) },
  },

  thresholds: {
    "http_req_duration{group:auth}": ["p(95)<200"],
    "http_req_duration{group:channels}": ["p(95)<200"],
    "http_req_duration{group:messages}": ["p(95)<200"],
    "http_req_duration{group:search}": ["p(95)<200"],
    "http_req_duration{group:users}": ["p(95)<200"],
    "http_req_duration{group:notifications}": ["p(95)<200"],
    http_req_failed: ["rate<0.01", { threshold: "rate<0.1", abortOnFail: true }],
    checks: ["rate>0.99"],
  },

  breakdowns: [
    {
      title: "API, by group",
      by: "group",
      columns: {
        requests: "count of http_reqs",
        failed: "rate of http_req_failed",
        p50: "p(50) of http_req_duration",
        p95: "p(95) of http_req_duration",
        p99: "p(99) of http_req_duration",
      },
    },
  ],

  invariants: [
    linearizable({ add: mention, read: unreadCount }, { model: "counter", name: COUNTED }),
    oneEffectPerKey(call),
    uniqueResults(signUp),
    neverSucceeds(peek, { name: PRIVATE }),
  ],

  audit: countCalls,
});

async function goThroughAll(hands: Hands): Promise<void> {
  const me = personOf(hands.data, hands.vu.id);
  await hands.group("auth", getIn);
  const channel = await hands.group("channels", (inner) => openChannel(inner, me));
  if (channel !== undefined) await hands.group("messages", (inner) => write(inner, me, channel));
  await hands.group("search", (inner) => search(inner, me));
  await hands.group("users", (inner) => introduce(inner, me));
  await hands.group("notifications", (inner) => lookAtCalls(inner, me));
}

async function getIn({ http, random, check }: Hands): Promise<void> {
  const name = `new-${random.uuid()}`.slice(0, 40);
  const json = { name, password: `secret of ${name}` };
  const up = await http.post("/api/auth/signup", {
    json,
    name: "signup",
    operation: signUp.on("", { id: name }),
  });
  check("one signs up", up.status === 201);
  const signin = await http.post("/api/auth/signin", { json, name: "signin" });
  check("one signs in", signin.status === 200);
  const wrong = { ...json, password: "something else" };
  const refused = await http.post("/api/auth/signin", {
    json: wrong,
    name: "signin",
    expected: [401],
  });
  check("a wrong password is refused", refused.status === 401);
}

async function openChannel(
  { http, random, check }: Hands,
  me: Person,
): Promise<Channel | undefined> {
  const headers = as(me);
  const json = {
    name: `channel ${random.uuid().slice(0, 8)}`,
    type: "public",
    description: "for a while",
  };
  const made = await http.post("/api/channels", { json, headers, name: "create" });
  if (!check("a channel is opened", made.status === 201)) return undefined;
  const { channel } = made.json<{ channel: Channel }>();
  const listed = await http.get("/api/channels?limit=20", { headers, name: "list" });
  check("channels are listed", listed.ok);
  const seen = await http.get(`/api/channels/${channel.id}`, { headers, name: "get" });
  check("a channel is seen", seen.ok);
  const joined = await http.post(`/api/channels/${channel.id}/join`, { headers, name: "join" });
  check("a channel is joined", joined.ok);
  return channel;
}

async function write({ http, random, check }: Hands, me: Person, { id }: Channel): Promise<void> {
  const headers = as(me);
  const say = async (content: string): Promise<number> => {
    const json = { channelId: id, clientId: random.uuid(), content };
    const answer = await http.post("/api/messages", { json, headers, name: "send" });
    check("a message is taken", answer.status === 201);
    return answer.ok ? answer.json<{ message: { id: number } }>().message.id : 0;
  };
  const first = await say("the first word");
  await say("a second one");
  const edited = await http.patch(`/api/messages/${first}`, {
    json: { content: "the very first word" },
    headers,
    name: "edit",
  });
  check("a message is edited", edited.ok);
  const page = await http.get("/api/messages", {
    query: { channelId: id, after: 0, limit: 50 },
    headers,
    name: "history",
  });
  check("history is what was said", page.ok && page.text().includes("the very first word"));
  const gone = await http.delete(`/api/messages/${first}`, { headers, name: "delete" });
  check("a message is deleted", gone.ok);
  const closed = await http.delete(`/api/channels/${id}`, { headers, name: "close" });
  check("a channel is closed", closed.ok);
}

async function search({ http, check }: Hands, me: Person): Promise<void> {
  const headers = as(me);
  const found = await http.get("/api/search?q=first%20word&limit=5", { headers, name: "search" });
  check("search answers", found.ok);
  const suggested = await http.get("/api/search/suggest?q=fi", { headers, name: "suggest" });
  check("suggestions come", suggested.ok);
}

async function introduce({ http, check, random }: Hands, me: Person): Promise<void> {
  const headers = as(me);
  const seen = await http.get("/api/users/me", { headers, name: "me" });
  check("one is who one is", seen.ok && seen.text().includes(me.name));
  const json = { displayName: `No. ${random.integer(1, 1_000)}` };
  check(
    "one renames oneself",
    (await http.patch("/api/users/me", { json, headers, name: "rename" })).ok,
  );
}

/** Calls one of the few whom everybody calls; then looks at one's own calls, and where one must not. */
async function lookAtCalls(hands: Hands, me: Person): Promise<void> {
  const { http, data, random, check, vu } = hands;
  const headers = as(me);
  const { id: channelId } = data.channels[0] as Channel;
  await http.post(`/api/channels/${channelId}/join`, { headers, name: "join" });
  const called = data.people[random.integer(0, CALLED - 1)] as Person;
  if (called.id !== me.id) await callSomebody(hands, called, { channelId, headers });
  const calls = await http.get("/api/notifications?limit=10", { headers, name: "list" });
  check("one's calls are listed", calls.ok);
  if (!isStranger(vu.id % PEOPLE)) return;
  const secret = data.channels.find(({ type }) => type === "private") as Channel;
  await http.get("/api/messages", {
    query: { channelId: secret.id },
    headers: as(personOf(data, vu.id)),
    name: "peek",
    expected: [403],
    operation: peek.on("history", { id: `person ${vu.id}` }),
  });
}

/** Now and then twice over, as somebody does who has not seen the answer. */
async function callSomebody(
  { http, random, check, operation: during }: Hands,
  called: Person,
  { channelId, headers }: { channelId: number; headers: Record<string, string> },
): Promise<void> {
  const clientId = random.uuid();
  const content = `@${called.name} are you there?`;
  const json = { channelId, clientId, type: "mention", content };
  const times = random.next() < 0.1 ? 2 : 1;
  await during(mention.on(called.name, { id: clientId, value: 1 }), async () => {
    let isTaken = false;
    for (let i = 0; i < times; i++) {
      const answer = await http.post("/api/messages", {
        json,
        headers,
        name: "call",
        operation: call.on(called.name, { id: clientId }),
      });
      if (check("a call is taken", answer.status === 201)) isTaken = true;
    }
    return { outcome: isTaken ? "ok" : "unknown" };
  });
}

async function countCalls(context: AuditContext<World>): Promise<void> {
  await drained(context);
  const { http, observe, data } = context;
  await inTurns(data.people.slice(0, CALLED), async (person) => {
    const headers = as(person);
    const newest = good(await http.get("/api/notifications?limit=1", { headers }));
    const { unread } = newest.json<{ unread: number }>();
    observe(unreadCount.on(person.name, { id: "icon" }), unread);
  });
}
