/**
 * The flash sale: phones come in drops of a hundred, each drop draws a crowd half as large again, and whoever comes too
 * late must be told so. When the last drop is gone, the crowd goes on knocking.
 */
import {
  acknowledgedIsStored,
  constantArrivalRate,
  constantVus,
  counter,
  honestSoldOut,
  loadTest,
  noOversell,
  oneEffectPerKey,
  rampingVus,
  stockAgrees,
  trend,
  uniqueResults,
  type LoadTest,
  type Vu,
} from "holdfast";
import { flashSaleSystem } from "../system.ts";
import { open, order, readBack, rehearse, stock } from "./shop.ts";

const PHONES_PER_DROP = 100;
const BUYERS_PER_DROP = 150;
const drops: readonly string[] = Array.from({ length: 2_000 }, (_, number) => `phone-${number}`);

const parts = {
  metrics: {
    orders_accepted: counter(),
    orders_rejected: counter(),
    rate_limited: counter(),
    order_latency: trend(),
  },
};

export const flashSale: LoadTest = loadTest({
  name: "flash sale",
  system: flashSaleSystem,
  ...parts,

  async setup({ http }) {
    await open(http, drops, PHONES_PER_DROP);
    await rehearse(http, dropOf(0), PHONES_PER_DROP);
  },

  scenarios: {
    crowd: {
      executor: rampingVus({
        stages: [
          { duration: "10s", target: 50 },
          { duration: "10s", target: 100 },
          { duration: "5s", target: 0 },
        ],
      }),
      // Nobody buys twice in the same instant. What the shop does with no pause at all: throughput.load.ts.
      thinkTime: { min: "10ms", max: "20ms" },
      run: buy,
    },
  },

  profiles: {
    // A rate and not as fast as it goes: a run that only looks whether all is well leaves the machine to others.
    smoke: { crowd: constantArrivalRate({ rate: "500/s", duration: "3s", preAllocatedVus: 20 }) },
    load: { crowd: constantVus({ vus: 100, duration: "5m" }) },
    spike: {
      crowd: rampingVus({
        stages: [
          { duration: "10s", target: 10 },
          { duration: "1s", target: 500 },
          { duration: "10s", target: 500 },
          { duration: "1s", target: 10 },
          { duration: "5s", target: 10 },
        ],
      }),
    },
    soak: { crowd: constantVus({ vus: 50, duration: "30m" }) },
  },

  // Promised at up to 100 virtual users; the spike goes far beyond, to see the rules hold and the times recover.
  thresholds: {
    "http_req_duration{name:order}": ["p(50)<5", "p(90)<10", "p(95)<20", "p(99)<50"],
    checks: ["rate==1"],
  },

  invariants: [
    noOversell(order, { stock: PHONES_PER_DROP }),
    honestSoldOut(order, { stock: PHONES_PER_DROP }),
    oneEffectPerKey(order),
    uniqueResults(order),
    acknowledgedIsStored(order),
    stockAgrees(order, { stock: PHONES_PER_DROP, reads: stock }),
  ],

  async audit(context) {
    await readBack(context, drops);
  },
});

async function buy({ http, check, metrics, random, vu }: Vu<typeof parts>): Promise<void> {
  const productId = dropOf(vu.iterationInTest);
  const key = random.uuid();

  const answer = await http.post("/order", {
    name: "order",
    headers: { "x-idempotency-key": key },
    json: { productId, userId: `user-${key}` },
    operation: order.on(productId, { id: key }),
    expected: [200, 302, 409],
  });

  check("the answer is 200, 302 or 409", [200, 302, 409].includes(answer.status));
  metrics.order_latency.add(answer.timings.duration);
  if (answer.status === 200) metrics.orders_accepted.add(1);
  if (answer.status === 409) metrics.orders_rejected.add(1);
  if (answer.status === 302) metrics.rate_limited.add(1);
}

/** Buyers go to the drops in the order in which they come. */
function dropOf(buyer: number): string {
  const drop = Math.min(Math.floor(buyer / BUYERS_PER_DROP), drops.length - 1);
  return drops[drop] as string;
}
