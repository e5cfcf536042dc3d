/**
 * Fan-out: one item, and ever more people who watch it. A bid every second, and each watcher must have it: how long does
 * it take until the last one does? Measured while 100, 1,000, 5,000 and 10,000 watch; while they come nobody bids.
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
  type Executor,
  type LoadTest,
  type RampingVus,
  type Vu,
} from "holdfast";
import { plateaus, spike } from "../../shapes.ts";
import { auctionSystem } from "../system.ts";
import { bid, open, place, readBack, START_PRICE } from "./house.ts";
import { reachesEveryWatcher, Watch, type BidNews } from "./watching.ts";

const ITEM = "watched";
/** What is promised is promised up to here. */
const PROMISED_WATCHERS_MAX = 1_000;

/** What one process may open where the limit is 20,000 files, with room for the rest of what it opens. */
const WATCHERS_MAX = 15_000;

const parts = {
  metrics: {
    bids_sent: counter(),
    /** From the bidder's hand to the watcher's: one sample for each watcher of each bid. */
    broadcast_latency: trend(),
    /** Of all bids that a watcher should have, those that it had when the next one came. */
    watchers_reached: rate(),
    broadcast_memory: gauge({ unit: "bytes" }),
    /** What the broadcast's process computed in the half second after a bid. */
    broadcast_cpu: trend(),
  },
  setup: async (context: Parameters<typeof open>[0]): Promise<{ broadcast: string }> => {
    await open(context, [ITEM]);
    return { broadcast: String(context.systemInfo["broadcastUrl"]) };
  },
};

type Visitor<Own = unknown> = Vu<typeof parts, Own>;

export const fanOut: LoadTest = loadTest({
  name: "fan-out",
  system: auctionSystem,
  ...parts,

  scenarios: {
    watchers: {
      executor: rampingVus({
        stages: [
          { duration: "1s", target: 100 },
          { duration: "14s", target: 100 },
          { duration: "2s", target: 1_000 },
          { duration: "14s", target: 1_000 },
          { duration: "5s", target: 5_000 },
          { duration: "14s", target: 5_000 },
          { duration: "10s", target: 10_000 },
          { duration: "20s", target: 10_000 },
        ],
      }),
      vuSetup: beginToWatch,
      run: goOnWatching,
      vuTeardown: goHome,
    },
    bidder: {
      executor: constantVus({ vus: 1, duration: "78s" }),
      vuSetup: (): Bidder => ({ amount: START_PRICE, watchers: 0 }),
      run: bidWhenSettled,
      thinkTime: "500ms",
    },
  },

  // One bidder, whatever the number of watchers: he bids when it does not change, so levels are held.
  profiles: {
    load: watched(plateaus([1_000], { ramp: "10s", hold: "5m" }), "309s"),
    stress: watched(plateaus([5_000, 10_000, WATCHERS_MAX], { ramp: "15s", hold: "30s" }), "134s"),
    spike: watched(spike(500, 5_000), "33s"),
    soak: watched(plateaus([1_000], { ramp: "10s", hold: "30m" }), "1809s"),
    scalability: watched(
      plateaus([500, 1_000, 2_000, 4_000, 8_000, WATCHERS_MAX], { ramp: "10s", hold: "20s" }),
      "179s",
    ),
    breakpoint: watched(
      plateaus(
        Array.from({ length: 15 }, (_, step) => (step + 1) * (WATCHERS_MAX / 15)),
        { ramp: "5s", hold: "15s" },
      ),
      "299s",
    ),
  },

  breakdowns: [
    {
      title: "Fan-out",
      by: "watchers",
      columns: {
        p50: "p(50) of broadcast_latency",
        p95: "p(95) of broadcast_latency",
        p99: "p(99) of broadcast_latency",
        last: "max of broadcast_latency",
        reached: "rate of watchers_reached",
        memory: "value of broadcast_memory",
        "CPU per bid": "avg of broadcast_cpu",
        bids: "count of bids_sent",
      },
    },
  ],

  thresholds: {
    "broadcast_latency{size:promised}": ["p(99)<100"],
    watchers_reached: ["rate==1"],
    ws_errors: ["count==0"],
    checks: ["rate==1"],
  },

  invariants: [...reachesEveryWatcher(bid), acknowledgedIsStored(bid)],

  async audit(context) {
    await readBack(context, [ITEM]);
  },
});

function watched(
  stages: RampingVus["stages"],
  duration: string,
): Readonly<Record<"watchers" | "bidder", Executor>> {
  return { watchers: rampingVus({ stages }), bidder: constantVus({ vus: 1, duration }) };
}

/** What comes is taken when it comes, whatever the virtual user does meanwhile. */
async function beginToWatch(watcher: Visitor): Promise<Watch> {
  const { metrics, vu, data } = watcher;
  const where = { broadcast: data.broadcast, itemId: ITEM, name: `watcher-${vu.id}` };
  return Watch.begin(watcher, where, ({ bid, latencyMs, missing }) => {
    const tags = tagsOf(bid);
    for (let i = 0; i < missing; i++) metrics.watchers_reached.add(0, tags);
    metrics.watchers_reached.add(1, tags);
    if (latencyMs !== undefined) metrics.broadcast_latency.add(latencyMs, tags);
  });
}

/** Now and then a watcher looks whether it is still connected. */
async function goOnWatching(watcher: Visitor<Watch>): Promise<void> {
  const { own, sleep } = watcher;
  if (!own.isConnected) await own.comeBack(watcher);
  await sleep("2s");
}

async function goHome(watcher: Visitor<Watch>): Promise<void> {
  await watcher.own.end(watcher);
}

/** What the bidder knows from its last look. */
interface Bidder {
  amount: number;
  watchers: number;
}

/** Bids when nobody has come or gone since the last look, and then asks what it cost. */
async function bidWhenSettled(bidder: Visitor<Bidder>): Promise<void> {
  const { http, ws, check, metrics, random, own, sleep } = bidder;
  const before = await healthOf(bidder);
  const isSettled = before.watchers === own.watchers && own.watchers > 0;
  own.watchers = before.watchers;
  if (!isSettled) return;

  own.amount += 1;
  const bidId = random.uuid();
  const bidderId = `for ${before.watchers} watchers`;
  ws.sent(bidId);
  const answer = await place(http, { itemId: ITEM, bidderId, bidId, amount: own.amount });
  check("the bid is accepted", answer.status === 201);
  await sleep("500ms");

  const after = await healthOf(bidder);
  const tags = tagsOf({ bidderId });
  metrics.bids_sent.add(1, tags);
  metrics.broadcast_memory.add(after.memoryBytes, tags);
  metrics.broadcast_cpu.add(after.cpuMs - before.cpuMs, tags);
}

interface Health {
  readonly watchers: number;
  readonly memoryBytes: number;
  readonly cpuMs: number;
}

async function healthOf({ http, data }: Visitor<Bidder>): Promise<Health> {
  return (await http.get(`${data.broadcast}/health`, { name: "health" })).json<Health>();
}

const known = new Map<string, Readonly<Record<"watchers" | "size", string>>>();

/** A bid carries the number of its watchers in its bidder's name, so that whoever gets it can say so. */
function tagsOf({ bidderId }: Pick<BidNews, "bidderId">): Readonly<Record<string, string>> {
  let tags = known.get(bidderId);
  if (tags === undefined) {
    const watchers = /\d+/.exec(bidderId)?.[0] ?? "?";
    const size = Number(watchers) <= PROMISED_WATCHERS_MAX ? "promised" : "beyond";
    tags = { watchers, size };
    known.set(bidderId, tags);
  }
  return tags;
}
