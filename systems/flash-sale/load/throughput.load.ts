/**
 * How many orders a second? A hundred buyers who never pause: the next order leaves when the last one is answered, so
 * the time of an answer says little more than that a hundred were waiting, and the figure to look at is the rate.
 */
import {
  acknowledgedIsStored,
  constantArrivalRate,
  constantVus,
  loadTest,
  noOversell,
  uniqueResults,
  type LoadTest,
  type Vu,
} from "holdfast";
import { flashSaleSystem } from "../system.ts";
import { open, order, place, readBack } from "./shop.ts";

const TICKETS_PER_SALE = 1_000;
const BUYERS_PER_SALE = 1_200;
const sales: readonly string[] = Array.from({ length: 300 }, (_, number) => `ticket-${number}`);

export const throughput: LoadTest = loadTest({
  name: "throughput",
  system: flashSaleSystem,

  async setup({ http }) {
    await open(http, sales, TICKETS_PER_SALE);
  },

  scenarios: {
    hurried: { executor: constantVus({ vus: 100, duration: "10s" }), run: buyAtOnce },
  },

  profiles: {
    smoke: {
      hurried: constantArrivalRate({ rate: "500/s", duration: "3s", preAllocatedVus: 20 }),
    },
  },

  thresholds: { "http_req_duration{name:order}": ["p(99)<50"], checks: ["rate==1"] },

  invariants: [
    noOversell(order, { stock: TICKETS_PER_SALE }),
    uniqueResults(order),
    acknowledgedIsStored(order),
  ],

  async audit(context) {
    await readBack(context, sales);
  },
});

async function buyAtOnce({ http, check, random, vu }: Vu): Promise<void> {
  // One sale after another, so that buyers are always after the same tickets.
  const sale = Math.min(Math.floor(vu.iterationInTest / BUYERS_PER_SALE), sales.length - 1);
  const productId = sales[sale] as string;
  const key = random.uuid();
  const answer = await place(http, { productId, userId: `user-${key}`, key });
  check("the answer is 200, 302 or 409", [200, 302, 409].includes(answer.status));
}
