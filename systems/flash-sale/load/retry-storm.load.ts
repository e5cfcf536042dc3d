/**
 * The retry storm: nervous buyers send the same order up to five times at once, some hang up after two milliseconds,
 * and all of them ask again until they have an answer. However often it was sent, it is one order.
 */
import {
  acknowledgedIsStored,
  constantArrivalRate,
  constantVus,
  honestSoldOut,
  loadTest,
  noOversell,
  oneEffectPerKey,
  stockAgrees,
  uniqueResults,
  type LoadTest,
  type Vu,
} from "holdfast";
import { flashSaleSystem } from "../system.ts";
import { open, order, place, readBack, stock } from "./shop.ts";

const CONSOLES_PER_DROP = 100;
const BUYERS_PER_DROP = 120;
const COPIES_MAX = 5;
const TRIES_MAX = 5;
const drops: readonly string[] = Array.from({ length: 300 }, (_, number) => `console-${number}`);

export const retryStorm: LoadTest = loadTest({
  name: "retry storm",
  system: flashSaleSystem,

  async setup({ http }) {
    await open(http, drops, CONSOLES_PER_DROP);
  },

  scenarios: {
    nervous: { executor: constantVus({ vus: 50, duration: "8s" }), run: buyNervously },
  },

  profiles: {
    smoke: {
      nervous: constantArrivalRate({ rate: "100/s", duration: "3s", preAllocatedVus: 20 }),
    },
  },

  thresholds: { checks: ["rate==1"] },

  invariants: [
    oneEffectPerKey(order),
    uniqueResults(order),
    noOversell(order, { stock: CONSOLES_PER_DROP }),
    honestSoldOut(order, { stock: CONSOLES_PER_DROP }),
    acknowledgedIsStored(order),
    stockAgrees(order, { stock: CONSOLES_PER_DROP, reads: stock }),
  ],

  async audit(context) {
    await readBack(context, drops);
  },
});

async function buyNervously({ http, check, random, vu }: Vu): Promise<void> {
  const drop = Math.min(Math.floor(vu.iterationInTest / BUYERS_PER_DROP), drops.length - 1);
  const key = random.uuid();
  const wish = { productId: drops[drop] as string, userId: `user-${key}`, key };

  const copies = Array.from({ length: random.integer(1, COPIES_MAX) }, () => {
    const patience = random.next() < 0.1 ? "2ms" : "10s";
    return place(http, wish, { timeout: patience });
  });
  let unanswered = (await Promise.all(copies)).some((answer) => answer.status === 0);

  for (let tries = 0; unanswered && tries < TRIES_MAX; tries++) {
    unanswered = (await place(http, wish)).status === 0;
  }
  check("every buyer has an answer in the end", !unanswered);
}
