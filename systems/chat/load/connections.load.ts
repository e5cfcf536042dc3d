/**
 * Connections: ten thousand people, each connected, in one channel of fifty, saying something now and then and hearing
 * all that is said there. How long does it take to get in, does anybody fall out, and what does a connection cost on
 * either side?
 */
import {
  acknowledgedIsStored,
  constantVus,
  counter,
  gauge,
  loadTest,
  rampingVus,
  rate,
  trend,
  type LoadTest,
  type SetupContext,
  type Vu,
} from "holdfast";
import { plateaus, spike } from "../../shapes.ts";
import { chatSystem } from "../system.ts";
import { personOf, readBack, send, settle, tidyUp, type Channel, type World } from "./chat.ts";
import { Member, reachesEveryMember } from "./member.ts";

const PEOPLE = 10_000;
const CHANNELS = 200;
const MEMBERS_PER_CHANNEL = PEOPLE / CHANNELS;
/** What one process may open where the limit is 20,000 files, with room for the rest of what it opens. */
const SOCKETS_MAX = 15_000;
/** The first come talk most, the later ones ever less: so the number of messages grows slowly with that of people. */
const PAUSE_MS_PER_PERSON = 50;
const BREATH_MS = 2_000;
/** A twentieth more or less is still about as many. */
const NEARNESS = 0.05;
/** The rows of the report. */
const TAGS = [200, 1_000, 5_000, 10_000].map((count) => ({ people: String(count) }));
const LAST_WORDS = "5500ms";

const parts = {
  metrics: {
    connects: counter(),
    connect_duration: trend(),
    connect_failed: rate(),
    /** Connections that were lost before their owner hung up. */
    connections_dropped: counter(),
    messages_accepted: counter(),
    messages_delivered: counter(),
    sockets_held: gauge(),
    server_memory: gauge({ unit: "bytes" }),
    client_memory: gauge({ unit: "bytes" }),
    /** Above what was there before the first, for each connection; looked at while about so many are held. */
    server_memory_per_socket: trend({ unit: "bytes" }),
    client_memory_per_socket: trend({ unit: "bytes" }),
  },
  setup: (context: SetupContext): Promise<World> =>
    settle(context, { people: PEOPLE, channels: CHANNELS, privateEvery: Infinity }),
};

type Hands<Own = unknown> = Vu<typeof parts, Own>;

/** A seat that its owner may not have taken yet. */
interface Seat {
  member: Member | undefined;
}

/** The time that the ten thousand take from the first in to the last out. */
const WHOLE = { run: "62s", smoke: "7s", load: "61m", scalability: "61m" } as const;

export const connections: LoadTest = loadTest({
  name: "connections",
  system: chatSystem,
  ...parts,

  scenarios: {
    people: {
      executor: rampingVus({
        stages: [
          { duration: "5s", target: 1_000 },
          { duration: "3s", target: 1_000 },
          { duration: "9s", target: 5_000 },
          { duration: "3s", target: 5_000 },
          { duration: "12s", target: 10_000 },
          { duration: "20s", target: 10_000 },
          { duration: "5s", target: 5_000 },
          { duration: "5s", target: 0 },
        ],
      }),
      vuSetup: (): Seat => ({ member: undefined }),
      run: stayAndTalk,
      vuTeardown: goAway,
    },
    /** Looks at what the connections cost. */
    watch: {
      executor: constantVus({ vus: 1, duration: WHOLE.run }),
      vuSetup: lookFirst,
      run: lookAgain,
    },
  },

  profiles: {
    smoke: {
      people: rampingVus({
        stages: [
          { duration: "2s", target: 200 },
          { duration: "4s", target: 200 },
        ],
      }),
      watch: constantVus({ vus: 1, duration: WHOLE.smoke }),
    },
    load: {
      people: rampingVus({
        stages: [
          { duration: "5m", target: 1_000 },
          { duration: "5m", target: 5_000 },
          { duration: "5m", target: 10_000 },
          { duration: "30m", target: 10_000 },
          { duration: "10m", target: 5_000 },
          { duration: "5m", target: 0 },
        ],
      }),
      watch: constantVus({ vus: 1, duration: WHOLE.load }),
    },
    scalability: {
      people: rampingVus({
        stages: [
          { duration: "40m", target: 10_000 },
          { duration: "20m", target: 10_000 },
        ],
      }),
      watch: constantVus({ vus: 1, duration: WHOLE.scalability }),
    },
    stress: {
      people: rampingVus({
        stages: plateaus([5_000, 10_000, 12_500, SOCKETS_MAX], { ramp: "30s", hold: "1m" }),
      }),
      watch: constantVus({ vus: 1, duration: "6m" }),
    },
    spike: {
      people: rampingVus({ stages: spike(500, 5_000) }),
      watch: constantVus({ vus: 1, duration: "34s" }),
    },
    soak: {
      people: rampingVus({
        stages: [
          { duration: "5m", target: 5_000 },
          { duration: "60m", target: 5_000 },
        ],
      }),
      watch: constantVus({ vus: 1, duration: "65m" }),
    },
    breakpoint: {
      people: rampingVus({ stages: [{ duration: "20m", target: SOCKETS_MAX }] }),
      watch: constantVus({ vus: 1, duration: "20m" }),
    },
  },

  // Wanted, and the limit.
  thresholds: {
    "io_connecting{scenario:people}": ["p(95)<500", "p(99)<1000"],
    "ws_message_latency{scenario:people}": ["p(95)<100", "p(99)<200"],
    connect_failed: ["rate<0.01", { threshold: "rate<0.1", abortOnFail: true }],
    connections_dropped: ["count<100"],
    checks: ["rate>0.95"],
  },

  breakdowns: [
    {
      title: "Connections, by how many there are",
      by: "people",
      columns: {
        came: "count of connects",
        "connect p50": "p(50) of connect_duration",
        "connect p95": "p(95) of connect_duration",
        "connect p99": "p(99) of connect_duration",
        refused: "rate of connect_failed",
        dropped: "count of connections_dropped",
        "server, each": "med of server_memory_per_socket",
        "client, each": "med of client_memory_per_socket",
      },
    },
  ],

  invariants: [...reachesEveryMember(), acknowledgedIsStored(send)],

  async audit(context) {
    await readBack(context, context.data);
  },

  async teardown({ http, data }) {
    await tidyUp(http, data);
  },
});

/** Comes in once; then each iteration is a breath, and now and then something is said with it. */
async function stayAndTalk(hands: Hands<Seat>): Promise<void> {
  const { own, vu, random, sleep, metrics, check, data } = hands;
  if (own.member === undefined) {
    own.member = await comeIn(hands);
    if (own.member === undefined) return sleep("1s");
  } else if (!own.member.isConnected) {
    metrics.connections_dropped.add(1, upTo(vu.id));
    check("a lost connection is resumed", await own.member.comeBack(hands));
  }
  await sleep(random.integer(BREATH_MS / 2, BREATH_MS));
  const pauseMs = vu.id * PAUSE_MS_PER_PERSON;
  if (random.next() > BREATH_MS / pauseMs) return;
  const { id: channelId } = channelOf(data, vu.id);
  const content = `said by ${own.member.name} in its ${vu.iteration + 1}. breath`;
  const isSent = await own.member.send({ channelId, clientId: random.uuid(), content });
  if (isSent) metrics.messages_accepted.add(1);
  check("what was said was taken", isSent);
}

async function comeIn(hands: Hands<Seat>): Promise<Member | undefined> {
  const { vu, data, metrics, check } = hands;
  const member = new Member(hands, {
    person: personOf(data, vu.id),
    name: `person-${vu.id}`,
    onMessage: () => metrics.messages_delivered.add(1),
  });
  const beganMs = performance.now();
  const isIn = await member.connect(hands);
  const tags = upTo(vu.id);
  metrics.connects.add(1, tags);
  metrics.connect_duration.add(performance.now() - beganMs, tags);
  metrics.connect_failed.add(isIn ? 0 : 1, tags);
  if (!isIn) return undefined;
  const { id } = channelOf(data, vu.id);
  check("everybody may join a public channel", await member.join(hands, id));
  return member;
}

/** Whoever comes one after the other sits together, so that also the first few are not alone. */
function channelOf({ channels }: World, number: number): Channel {
  return channels[Math.floor(number / MEMBERS_PER_CHANNEL) % CHANNELS] as Channel;
}

/** The row of the report that belongs to so many people. */
function upTo(people: number): { readonly people: string } {
  return TAGS.find((tag) => people <= Number(tag.people)) ?? (TAGS.at(-1) as { people: string });
}

/** The row, if there are about as many as it says. */
function about(sockets: number): { readonly people: string } | undefined {
  return TAGS.find(({ people }) => Math.abs(sockets / Number(people) - 1) < NEARNESS);
}

/** Stays until the last message must have come, so that every one is owed to everybody. */
async function goAway(hands: Hands<Seat>): Promise<void> {
  if (hands.own.member === undefined) return;
  await hands.sleep(LAST_WORDS);
  await hands.own.member.end(hands);
}

interface Cost {
  readonly sockets: number;
  readonly server: number;
  readonly client: number;
}

function lookFirst(hands: Hands): Promise<Cost> {
  return costOf(hands);
}

async function lookAgain(hands: Hands<Cost>): Promise<void> {
  const { own, metrics, sleep } = hands;
  const now = await costOf(hands);
  metrics.sockets_held.add(now.sockets);
  metrics.server_memory.add(now.server);
  metrics.client_memory.add(now.client);
  const tags = about(now.sockets);
  if (tags !== undefined) {
    metrics.server_memory_per_socket.add((now.server - own.server) / now.sockets, tags);
    metrics.client_memory_per_socket.add((now.client - own.client) / now.sockets, tags);
  }
  await sleep("1s");
}

/** This process holds the other end of all connections. */
async function costOf({ http }: Pick<Hands, "http">): Promise<Cost> {
  const answer = await http.get("/health", { name: "health" });
  const { sockets, memory } = answer.json<{ sockets: number; memory: { rssBytes: number } }>();
  return { sockets, server: memory.rssBytes, client: process.memoryUsage.rss() };
}
