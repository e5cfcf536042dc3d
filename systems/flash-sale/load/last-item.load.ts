/**
 * The last item: twenty buyers want the one item that is left, and their orders are let go in one instant. Round after
 * round, exactly one of them gets it.
 */
import {
  acknowledgedIsStored,
  exactlyOneWinner,
  loadTest,
  noOversell,
  perVuIterations,
  stockAgrees,
  uniqueResults,
  type LoadTest,
  type Vu,
} from "holdfast";
import { flashSaleSystem } from "../system.ts";
import { open, order, place, readBack, stock } from "./shop.ts";

const BUYERS = 20;
const rounds: readonly string[] = Array.from({ length: 300 }, (_, number) => `last-item-${number}`);

export const lastItem: LoadTest = loadTest({
  name: "last item",
  system: flashSaleSystem,

  async setup({ http }) {
    await open(http, rounds, 1);
  },

  scenarios: {
    buyers: {
      executor: perVuIterations({ vus: 1, iterations: rounds.length }),
      run: grabTheLast,
    },
  },

  thresholds: { checks: ["rate==1"] },

  invariants: [
    exactlyOneWinner(order),
    noOversell(order, { stock: 1 }),
    uniqueResults(order),
    acknowledgedIsStored(order),
    stockAgrees(order, { stock: 1, reads: stock }),
  ],

  async audit(context) {
    await readBack(context, rounds);
  },
});

async function grabTheLast({ check, random, race, vu }: Vu): Promise<void> {
  const productId = rounds[vu.iteration] as string;

  const { results } = await race(BUYERS, ({ http, index }) =>
    place(http, { productId, userId: `user-${index}`, key: random.uuid() }),
  );

  for (const { status } of results)
    check("the answer is 200 or 409", status === 200 || status === 409);
}
