/**
 * Message throughput: a thousand messages a second into a hundred channels, ten members in each, and every one of them
 * must reach every member, once and in order. Meanwhile people come and go: they look at the history first, lose their
 * connection, come back. And strangers look where they must not.
 */
import {
  acknowledgedIsStored,
  constantArrivalRate,
  constantVus,
  counter,
  loadTest,
  neverSucceeds,
  rampingArrivalRate,
  rate,
  type Executor,
  type LoadTest,
  type RampingArrivalRate,
  type SetupContext,
  type Vu,
} from "holdfast";
import { plateaus, spike } from "../../shapes.ts";
import { PRIVATE } from "../bugs/planted-bug.ts";
import { chatSystem } from "../system.ts";
import {
  as,
  isStranger,
  peek,
  personOf,
  readBack,
  SECRET,
  send,
  settle,
  tidyUp,
  type Channel,
  type World,
} from "./chat.ts";
import { Member, reachesEveryMember } from "./member.ts";

const CHANNELS = 100;
const PEOPLE = 400;
const SENDERS = 200;
/** Channels of one sender: 200 of them make ten members a channel. */
const CHANNELS_EACH = 5;
const TYPES = [
  "text",
  "text",
  "text",
  "text",
  "text",
  "text",
  "mention",
  "mention",
  "code",
  "file",
];
/** One iteration in so many sends a handful at once, of whatever types, as somebody does who pastes. */
const BURST_EVERY = 20;
const BURST = 5;
const STEP = { ramp: "10s", hold: "30s" };
/** A little more than a message may take. */
const LAST_WORDS = "5500ms";

const parts = {
  metrics: { messages_accepted: counter(), messages_delivered: counter(), send_failed: rate() },
  setup: (context: SetupContext): Promise<World> =>
    settle(context, { people: PEOPLE, channels: CHANNELS }),
};

type Hands<Own = unknown> = Vu<typeof parts, Own>;

/** A little below the promise, as bursts come on top: 20 iterations send 24 messages. */
function sending(messagesPerSecond: number, duration: `${number}${"s" | "m"}`): Executor {
  return constantArrivalRate({
    rate: `${messagesPerSecond / (1 + (BURST - 1) / BURST_EVERY)}/s`,
    duration,
    preAllocatedVus: SENDERS,
  });
}

/** The same number of senders at every rate, so that a message has as many hearers. */
function sendingAsOf(stages: RampingArrivalRate["stages"]): Executor {
  return rampingArrivalRate({ stages, preAllocatedVus: SENDERS });
}

function comingAndGoing(vus: number, duration: `${number}${"s" | "m"}`): Executor {
  return constantVus({ vus, duration });
}

export const throughput: LoadTest = loadTest({
  name: "message throughput",
  system: chatSystem,
  ...parts,

  scenarios: {
    senders: {
      executor: sending(1_000, "60s"),
      vuSetup: comeIn,
      run: say,
      vuTeardown: goAway,
    },
    wanderers: { executor: comingAndGoing(10, "60s"), run: wander },
    strangers: { executor: comingAndGoing(1, "60s"), run: look },
  },

  profiles: {
    smoke: {
      senders: constantArrivalRate({ rate: "200/s", duration: "6s", preAllocatedVus: 60 }),
      wanderers: comingAndGoing(20, "6s"),
      strangers: comingAndGoing(1, "6s"),
    },
    load: {
      senders: sending(1_000, "5m"),
      wanderers: comingAndGoing(20, "5m"),
      strangers: comingAndGoing(1, "5m"),
    },
    soak: {
      senders: sending(500, "30m"),
      wanderers: comingAndGoing(10, "30m"),
      strangers: comingAndGoing(1, "30m"),
    },
    stress: {
      senders: sendingAsOf(plateaus(["500/s", "1000/s", "1500/s", "2000/s"], STEP)),
      wanderers: comingAndGoing(20, "160s"),
      strangers: comingAndGoing(1, "160s"),
    },
    spike: {
      senders: sendingAsOf(spike("200/s", "2000/s")),
      wanderers: comingAndGoing(10, "34s"),
      strangers: comingAndGoing(1, "34s"),
    },
    scalability: {
      senders: sendingAsOf(plateaus(["250/s", "500/s", "1000/s", "2000/s", "4000/s"], STEP)),
      wanderers: comingAndGoing(10, "200s"),
      strangers: comingAndGoing(1, "200s"),
    },
    breakpoint: {
      senders: sendingAsOf([{ duration: "10m", target: "10000/s" }]),
      wanderers: comingAndGoing(10, "10m"),
      strangers: comingAndGoing(1, "10m"),
    },
  },

  thresholds: {
    "ws_message_latency{scenario:senders}": [
      "p(95)<100",
      "p(99)<500",
      { threshold: "p(99)<2000", abortOnFail: true, delayAbortEval: "10s" },
    ],
    send_failed: ["rate<0.001"],
    checks: ["rate>0.99"],
  },

  breakdowns: [
    {
      title: "Messages, by who hears them",
      by: "scenario",
      columns: {
        heard: "count of ws_msgs_received",
        p50: "p(50) of ws_message_latency",
        p95: "p(95) of ws_message_latency",
        p99: "p(99) of ws_message_latency",
        slowest: "max of ws_message_latency",
      },
    },
  ],

  invariants: [
    ...reachesEveryMember(),
    acknowledgedIsStored(send),
    neverSucceeds(peek, { name: PRIVATE }),
  ],

  async audit(context) {
    await readBack(context, context.data);
  },

  async teardown({ http, data }) {
    await tidyUp(http, data);
  },
});

async function comeIn(hands: Hands): Promise<Member> {
  const { data, vu, metrics } = hands;
  const number = notAStranger(vu.id);
  const member = new Member(hands, {
    person: personOf(data, number),
    name: `sender-${vu.id}`,
    onMessage: () => metrics.messages_delivered.add(1),
  });
  const channels = Array.from({ length: CHANNELS_EACH }, (_, i) =>
    channelOf(data, vu.id * CHANNELS_EACH + i),
  );
  if (!(await member.connect(hands))) throw new Error("the gateway must let members in");
  for (const { id } of channels) await member.join(hands, id);
  return member;
}

async function say(hands: Hands<Member>): Promise<void> {
  const { own, random, metrics, check } = hands;
  if (!own.isConnected) check("a lost connection is resumed", await own.comeBack(hands));
  const { channels } = own;
  // By chance: senders that took turns would be evenly apart in a channel, and never meet there.
  const channelId = channels[random.integer(0, channels.length - 1)] as number;
  const count = random.integer(1, BURST_EVERY) === 1 ? BURST : 1;
  const one = async (): Promise<void> => {
    const clientId = random.uuid();
    const type = TYPES[random.integer(0, TYPES.length - 1)] as string;
    const isSent = await own.send({ channelId, clientId, type, content: textOf(type, hands) });
    metrics.send_failed.add(isSent ? 0 : 1);
    if (isSent) metrics.messages_accepted.add(1);
  };
  await Promise.all(Array.from({ length: count }, one));
}

/** Stays until the last message must have come, so that every one is owed to every member. */
async function goAway(hands: Hands<Member>): Promise<void> {
  await hands.sleep(LAST_WORDS);
  await hands.own.end(hands);
}

/**
 * Comes into a channel, reads what was said last, says hello, loses the connection, comes back, says it again, and
 * leaves. Whoever speaks hears himself, and so would notice what he missed before.
 */
async function wander(hands: Hands): Promise<void> {
  const { data, vu, random, sleep, check } = hands;
  const member = new Member(hands, {
    person: personOf(data, notAStranger(random.integer(0, PEOPLE - 1))),
    name: `wanderer-${vu.id}-${vu.iteration}`,
  });
  const { id } = channelOf(data, random.integer(0, CHANNELS - 1));
  if (!check("the gateway lets members in", await member.connect(hands))) return;
  check("a member may join", await member.join(hands, id, { history: true }));
  await greet(hands, member, id);
  await member.hangUp();
  await sleep(random.integer(10, 200));
  check("a lost connection is resumed", await member.comeBack(hands));
  await greet(hands, member, id);
  await member.end(hands);
}

async function greet(
  { random, sleep, check }: Hands,
  member: Member,
  channelId: number,
): Promise<void> {
  await sleep(random.integer(50, 200));
  const hello = { channelId, clientId: random.uuid(), content: `${SECRET} hello everybody` };
  check("a newcomer may speak", await member.send(hello));
  await sleep(random.integer(50, 200));
}

/** Tries every way into a private channel: its history, its gateway, and writing into it. */
async function look(hands: Hands): Promise<void> {
  const { data, vu, random, operation, sleep, http, check } = hands;
  const person = personOf(data, strangerNumber(vu.iteration));
  const secret = data.channels.filter(({ type }) => type === "private");
  const { id } = secret[random.integer(0, secret.length - 1)] as Channel;
  const name = `stranger-${vu.id}-${vu.iteration}`;
  const query = { channelId: id };
  await http.get("/api/messages", {
    query,
    headers: as(person),
    name: "peek",
    expected: [403],
    operation: peek.on("history", { id: name }),
  });
  const member = new Member(hands, { person, name });
  if (check("the gateway lets strangers in", await member.connect(hands))) {
    await operation(peek.on("socket", { id: name }), async () => {
      return { outcome: (await member.join(hands, id)) ? "ok" : "rejected" };
    });
    await sleep("500ms");
    await member.end(hands);
  }
}

function textOf(type: string, { data, random }: Hands): string {
  const mentioned = personOf(data, random.integer(0, PEOPLE - 1)).name;
  const greeting = type === "mention" ? `@${mentioned} ` : "";
  return `${greeting}${SECRET} ${random.uuid()}, said in passing, as one does when there is much to do`;
}

function channelOf({ channels }: World, number: number): Channel {
  return channels[number % channels.length] as Channel;
}

function notAStranger(number: number): number {
  return isStranger(number % PEOPLE) ? number + 1 : number;
}

function strangerNumber(number: number): number {
  return (number * 10 + 1) % PEOPLE;
}
