/**
 * Stress: 250 more bidders every ten seconds, spread over 50 lots, until one bid in a hundred fails or the slowest
 * hundredth takes half a second. The breaking point lies between the last stage that passed and the one that did not.
 */
import {
  acknowledgedIsStored,
  bidsAreLinearizable,
  constantVus,
  loadTest,
  rampingVus,
  type LoadTest,
  type Vu,
} from "holdfast";
import { plateaus, spike } from "../../shapes.ts";
import { auctionSystem } from "../system.ts";
import { bid, offer, open, place, price, priceIn, readBack, START_PRICE } from "./house.ts";

const STEPS = 16;
const BIDDERS_PER_STEP = 250;
const lots: readonly string[] = Array.from({ length: 50 }, (_, number) => `lot-${number}`);

const untilItBreaks = plateaus(
  Array.from({ length: STEPS }, (_, step) => (step + 1) * BIDDERS_PER_STEP),
  { ramp: "2s", hold: "8s" },
);

export const stress: LoadTest = loadTest({
  name: "stress",
  system: auctionSystem,

  async setup(context) {
    await open(context, lots);
  },

  scenarios: {
    bidders: {
      executor: rampingVus({ stages: untilItBreaks }),
      vuSetup: () => new Map<string, number>(),
      run: bidSomewhere,
      thinkTime: { min: "100ms", max: "200ms" },
    },
  },

  profiles: {
    // As many as it takes for two to meet at one of fifty lots.
    smoke: { bidders: constantVus({ vus: 60, duration: "3s" }) },
    load: { bidders: rampingVus({ stages: plateaus([1_000], { ramp: "10s", hold: "5m" }) }) },
    stress: { bidders: rampingVus({ stages: untilItBreaks }) },
    spike: { bidders: rampingVus({ stages: spike(400, 4_000) }) },
    soak: { bidders: rampingVus({ stages: plateaus([500], { ramp: "10s", hold: "30m" }) }) },
    scalability: {
      bidders: rampingVus({
        stages: plateaus([250, 500, 1_000, 2_000, 4_000], { ramp: "2s", hold: "20s" }),
      }),
    },
    breakpoint: { bidders: rampingVus({ stages: [{ duration: "20m", target: 10_000 }] }) },
  },

  // The plain ones judge each stage, those with a window end the run.
  thresholds: {
    "http_req_duration{name:bid}": [
      "p(99)<500",
      { threshold: "p(99)<500", window: "5s", abortOnFail: true, delayAbortEval: "5s" },
    ],
    "http_req_failed{name:bid}": [
      "rate<0.01",
      { threshold: "rate<0.01", window: "5s", abortOnFail: true },
    ],
  },

  invariants: [
    bidsAreLinearizable(bid, { start: START_PRICE, increment: 1, reads: price }),
    acknowledgedIsStored(bid),
  ],

  async audit(context) {
    await readBack(context, lots);
  },
});

/** `own`: the last price that this bidder was told, by lot. */
async function bidSomewhere({
  http,
  random,
  vu,
  own,
}: Vu<object, Map<string, number>>): Promise<void> {
  const itemId = lots[random.integer(0, lots.length - 1)] as string;
  const believed = own.get(itemId) ?? START_PRICE;
  const answer = await place(http, {
    itemId,
    bidderId: `bidder-${vu.id}`,
    bidId: random.uuid(),
    amount: offer(random, believed),
  });
  own.set(itemId, priceIn(answer) ?? believed);
}
