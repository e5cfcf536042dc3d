/**
 * Write contention: everybody bids on one item, as fast as it answers. Most are too late, and are told the price that
 * beat them; the next try starts from there.
 */
import {
  acknowledgedIsStored,
  bidsAreLinearizable,
  constantArrivalRate,
  counter,
  loadTest,
  rampingVus,
  type CustomMetric,
  type LoadTest,
  type Vu,
} from "holdfast";
import { plateaus, spike } from "../../shapes.ts";
import { auctionSystem } from "../system.ts";
import { bid, offer, open, place, price, priceIn, readBack, START_PRICE } from "./house.ts";

/** More than this on one item only wait for each other. */
const CROWD = 3_000;
const ITEM = "contested";

const parts: {
  readonly metrics: Readonly<Record<"bids_accepted" | "bids_rejected", CustomMetric>>;
} = { metrics: { bids_accepted: counter(), bids_rejected: counter() } };

/** What a bidder remembers: the last price it was told. */
interface Bidder {
  believed: number;
}

/** `bidders` come within ten seconds and stay for as long as `hold`. */
export function writeContention(options: {
  name: string;
  bidders: number;
  hold: `${number}s`;
  /** For `http_req_duration{name:bid}`. */
  bidTimes: readonly string[];
}): LoadTest {
  const { name, bidders, hold, bidTimes } = options;
  return loadTest({
    name,
    system: auctionSystem,
    ...parts,

    async setup(context) {
      await open(context, [ITEM]);
    },

    scenarios: {
      bidders: {
        executor: rampingVus({
          stages: [
            { duration: "10s", target: bidders },
            { duration: hold, target: bidders },
          ],
        }),
        vuSetup: newcomer,
        run: outbid,
      },
    },

    profiles: {
      smoke: {
        bidders: constantArrivalRate({ rate: "400/s", duration: "3s", preAllocatedVus: 5 }),
      },
      spike: { bidders: rampingVus({ stages: spike(bidders, Math.min(bidders * 10, CROWD)) }) },
      scalability: {
        bidders: rampingVus({
          stages: plateaus(
            [0.125, 0.25, 0.5, 1, 2].map((part) => Math.round(part * bidders)),
            { ramp: "2s", hold: "20s" },
          ),
        }),
      },
      breakpoint: {
        bidders: rampingVus({ stages: [{ duration: "10m", target: CROWD }] }),
      },
    },

    // A refusal is an answer, not an error.
    thresholds: {
      "http_req_failed{name:bid}": ["rate==0"],
      checks: ["rate==1"],
      "http_req_duration{name:bid}": bidTimes,
    },

    invariants: [
      bidsAreLinearizable(bid, { start: START_PRICE, increment: 1, reads: price }),
      acknowledgedIsStored(bid),
    ],

    async audit(context) {
      await readBack(context, [ITEM]);
    },
  });
}

function newcomer(): Bidder {
  return { believed: START_PRICE };
}

async function outbid(bidder: Vu<typeof parts, Bidder>): Promise<void> {
  const { http, check, metrics, random, vu, own } = bidder;
  const bidId = random.uuid();
  const amount = offer(random, own.believed);
  const answer = await place(http, {
    itemId: ITEM,
    bidderId: `bidder-${vu.id}`,
    bidId,
    amount,
  });
  check("the answer is 201 or 409", answer.status === 201 || answer.status === 409);
  own.believed = priceIn(answer) ?? own.believed;
  if (answer.status === 201) metrics.bids_accepted.add(1);
  if (answer.status === 409) metrics.bids_rejected.add(1);
}
