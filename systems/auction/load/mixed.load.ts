/**
 * An evening at the auction house: one lot after the other is closed, bidders throw flurries of bids at the lots that are
 * open, readers look at prices, and watchers follow, hang up, and come back where they left off.
 */
import {
  acknowledgedIsStored,
  bidsAreLinearizable,
  constantVus,
  counter,
  loadTest,
  rampingVus,
  trend,
  type LoadTest,
  type Vu,
} from "holdfast";
import { plateaus, spike } from "../../shapes.ts";
import { auctionSystem } from "../system.ts";
import { bid, close, offer, open, place, price, priceIn, readBack, START_PRICE } from "./house.ts";
import { reachesEveryWatcher, Watch } from "./watching.ts";

const lots: readonly string[] = Array.from({ length: 400 }, (_, number) => `lot-${number}`);
/** So many lots are bid on at a time: the next ones to be closed. */
const LOTS_AT_ONCE = 6;
const BIDS_IN_A_FLURRY = 6;
const HANG_UP_SHARE = 0.25;

const parts = {
  metrics: {
    bids_accepted: counter(),
    bids_rejected: counter(),
    bids_too_late: counter(),
    broadcast_latency: trend(),
  },
  setup: async (context: Parameters<typeof open>[0]): Promise<{ broadcast: string }> => {
    await open(context, lots);
    return { broadcast: String(context.systemInfo["broadcastUrl"]) };
  },
};

type Guest<Own = unknown> = Vu<typeof parts, Own>;

export const mixed: LoadTest = loadTest({
  name: "mixed",
  system: auctionSystem,
  ...parts,

  scenarios: {
    bidders: {
      executor: constantVus({ vus: 40, duration: "40s" }),
      vuSetup: ({ vu }: Guest): Bidder => ({ lot: vu.id % LOTS_AT_ONCE, believed: START_PRICE }),
      run: bidInAFlurry,
      thinkTime: { min: "100ms", max: "300ms" },
    },
    watchers: {
      executor: constantVus({ vus: 300, duration: "46s" }),
      vuSetup: beginToWatch,
      run: goOnWatching,
      vuTeardown: goHome,
    },
    readers: {
      executor: constantVus({ vus: 10, duration: "40s" }),
      run: lookAround,
      thinkTime: "50ms",
    },
    auctioneer: {
      executor: constantVus({ vus: 1, duration: "38s" }),
      startTime: "2s",
      run: closeTheNext,
      thinkTime: "2s",
    },
  },

  // Watchers stay a while after the last bid: whether it reached them is then beyond doubt. One auctioneer, always: two
  // would close the same lots; and no evening is longer than the lots last.
  profiles: {
    smoke: {
      bidders: constantVus({ vus: 6, duration: "4s" }),
      watchers: constantVus({ vus: 12, duration: "10s" }),
      readers: constantVus({ vus: 1, duration: "4s" }),
      auctioneer: constantVus({ vus: 1, duration: "2s" }),
    },
    load: {
      bidders: constantVus({ vus: 40, duration: "5m" }),
      watchers: constantVus({ vus: 300, duration: "306s" }),
      readers: constantVus({ vus: 10, duration: "5m" }),
      auctioneer: constantVus({ vus: 1, duration: "298s" }),
    },
    stress: {
      bidders: rampingVus({ stages: plateaus([40, 80, 120, 160], { ramp: "10s", hold: "30s" }) }),
      watchers: constantVus({ vus: 1_000, duration: "166s" }),
      readers: constantVus({ vus: 20, duration: "160s" }),
      auctioneer: constantVus({ vus: 1, duration: "158s" }),
    },
    spike: {
      bidders: rampingVus({ stages: spike(20, 200) }),
      watchers: constantVus({ vus: 1_000, duration: "40s" }),
      readers: constantVus({ vus: 10, duration: "34s" }),
      auctioneer: constantVus({ vus: 1, duration: "32s" }),
    },
    soak: {
      bidders: constantVus({ vus: 20, duration: "12m" }),
      watchers: constantVus({ vus: 200, duration: "726s" }),
      readers: constantVus({ vus: 10, duration: "12m" }),
      auctioneer: constantVus({ vus: 1, duration: "718s" }),
    },
    scalability: {
      bidders: rampingVus({
        stages: plateaus([10, 20, 40, 80, 160], { ramp: "2s", hold: "20s" }),
      }),
      watchers: constantVus({ vus: 1_000, duration: "116s" }),
      readers: constantVus({ vus: 10, duration: "110s" }),
      auctioneer: constantVus({ vus: 1, duration: "108s" }),
    },
    breakpoint: {
      bidders: rampingVus({ stages: [{ duration: "10m", target: 500 }] }),
      watchers: constantVus({ vus: 1_000, duration: "606s" }),
      readers: constantVus({ vus: 10, duration: "10m" }),
      auctioneer: constantVus({ vus: 1, duration: "598s" }),
    },
  },

  thresholds: {
    "http_req_duration{name:bid}": ["p(99)<100"],
    broadcast_latency: ["p(99)<100"],
    "http_req_failed{name:bid}": ["rate==0"],
    ws_errors: ["count==0"],
    checks: ["rate==1"],
  },

  invariants: [
    bidsAreLinearizable(bid, { start: START_PRICE, increment: 1, reads: price, close }),
    ...reachesEveryWatcher(bid),
    acknowledgedIsStored(bid),
  ],

  async audit(context) {
    await readBack(context, lots);
  },
});

interface Bidder {
  lot: number;
  believed: number;
}

/** Several bids at once on one lot, each above the other; when the lot is closed, on to the next. */
async function bidInAFlurry(bidder: Guest<Bidder>): Promise<void> {
  const { http, ws, check, metrics, random, vu, own } = bidder;
  let amount = own.believed;
  const answers = Array.from({ length: BIDS_IN_A_FLURRY }, () => {
    amount = offer(random, amount);
    const bidId = random.uuid();
    ws.sent(bidId);
    return place(http, {
      itemId: nameOf(own.lot),
      bidderId: `bidder-${vu.id}`,
      bidId,
      amount,
    });
  });
  let isOver = false;
  for (const answer of await Promise.all(answers)) {
    check("the answer is 201, 409 or 410", [201, 409, 410].includes(answer.status));
    own.believed = Math.max(own.believed, priceIn(answer) ?? 0);
    if (answer.status === 201) metrics.bids_accepted.add(1);
    if (answer.status === 409) metrics.bids_rejected.add(1);
    if (answer.status === 410) metrics.bids_too_late.add(1);
    isOver ||= answer.status === 410;
  }
  if (!isOver) return;
  own.lot += LOTS_AT_ONCE;
  own.believed = START_PRICE;
}

interface Watcher {
  lot: number;
  watch: Watch;
}

async function beginToWatch(watcher: Guest): Promise<Watcher> {
  const lot = watcher.vu.id % LOTS_AT_ONCE;
  return { lot, watch: await watchLot(watcher, lot) };
}

/** Some hang up for a moment; when a lot is closed, all go on to the next. */
async function goOnWatching(watcher: Guest<Watcher>): Promise<void> {
  const { own, random, sleep } = watcher;
  await sleep(`${random.integer(200, 600)}ms`);
  if (own.watch.isOver) {
    await own.watch.end(watcher);
    own.lot += LOTS_AT_ONCE;
    own.watch = await watchLot(watcher, own.lot);
    return;
  }
  if (random.next() < HANG_UP_SHARE) {
    await own.watch.hangUp();
    await sleep(`${random.integer(10, 200)}ms`);
  }
  if (!own.watch.isConnected) await own.watch.comeBack(watcher);
}

async function goHome(watcher: Guest<Watcher>): Promise<void> {
  await watcher.own.watch.end(watcher);
}

function watchLot(watcher: Guest, lot: number): Promise<Watch> {
  const { metrics, vu, data } = watcher;
  const where = { broadcast: data.broadcast, itemId: nameOf(lot), name: `watcher-${vu.id}` };
  return Watch.begin(watcher, where, ({ latencyMs }) => {
    if (latencyMs !== undefined) metrics.broadcast_latency.add(latencyMs);
  });
}

async function lookAround({ http, random, vu }: Guest): Promise<void> {
  const lot = nameOf(Math.floor(vu.iteration / 20) + random.integer(0, LOTS_AT_ONCE));
  await http.get(`/items/${lot}`, { name: "item", operation: price.on(lot) });
}

async function closeTheNext({ http, check, vu }: Guest): Promise<void> {
  const lot = nameOf(vu.iteration);
  const answer = await http.post(`/items/${lot}/close`, {
    name: "close",
    operation: close.on(lot),
  });
  check("the lot is closed", answer.status === 200);
}

/** The evening has an end: beyond the last lot everybody stays with it. */
function nameOf(lot: number): string {
  return lots[Math.min(lot, lots.length - 1)] as string;
}
