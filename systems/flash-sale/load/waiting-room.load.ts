/**
 * The waiting room: a sale that may answer 200 orders a second, and a crowd that wants far more. Those beyond the limit
 * are sent to stand in line, and come back with an admission token, which the limiter must honour.
 */
import {
  acknowledgedIsStored,
  constantVus,
  counter,
  honestSoldOut,
  loadTest,
  noOversell,
  oneEffectPerKey,
  rampingVus,
  stockAgrees,
  uniqueResults,
  type HttpResponse,
  type LoadTest,
  type Vu,
} from "holdfast";
import { flashSaleSystem } from "../system.ts";
import { open, order, place, readBack, stock, type Place, type Wish } from "./shop.ts";

const TABLET = "tablet";
const TABLETS = 800;
const ORDERS_PER_SECOND = 200;

const parts = {
  metrics: { rate_limited: counter(), admitted: counter(), left_the_line: counter() },
};

export const waitingRoom: LoadTest = loadTest({
  name: "waiting room",
  system: flashSaleSystem,
  ...parts,

  async setup({ http }) {
    await open(http, [TABLET], TABLETS, { ordersPerSecond: ORDERS_PER_SECOND });
  },

  scenarios: {
    crowd: {
      executor: rampingVus({
        stages: [
          { duration: "1s", target: 10 },
          { duration: "1s", target: 200 },
          { duration: "5s", target: 200 },
          { duration: "1s", target: 10 },
        ],
      }),
      run: buyPatiently,
    },
  },

  profiles: { smoke: { crowd: constantVus({ vus: 20, duration: "6s" }) } },

  thresholds: { checks: ["rate==1"], rate_limited: ["count>0"], admitted: ["count>0"] },

  invariants: [
    noOversell(order, { stock: TABLETS }),
    honestSoldOut(order, { stock: TABLETS }),
    oneEffectPerKey(order),
    uniqueResults(order),
    acknowledgedIsStored(order),
    stockAgrees(order, { stock: TABLETS, reads: stock }),
  ],

  async audit(context) {
    await readBack(context, [TABLET]);
  },
});

async function buyPatiently(visitor: Vu<typeof parts>): Promise<void> {
  const { http, check, metrics, random } = visitor;
  const key = random.uuid();
  const wish = { productId: TABLET, userId: `user-${key}`, key };

  const first = await place(http, wish);
  check("the answer is 200, 302 or 409", [200, 302, 409].includes(first.status));
  if (first.status !== 302) return;
  metrics.rate_limited.add(1);

  const token = await standInLine(visitor, first);
  if (token === undefined) return metrics.left_the_line.add(1);
  metrics.admitted.add(1);
  await orderWithToken(visitor, wish, token);
}

/** The admission token, or undefined when the sale is over before one's turn. */
async function standInLine(
  { http, check, sleep, signal }: Vu<typeof parts>,
  turnedAway: HttpResponse,
): Promise<string | undefined> {
  const line = turnedAway.header("location") ?? "";
  while (!signal.aborted) {
    const answer = await http.get(line, { name: "line" });
    if (!check("the line has a place for everyone", answer.ok)) return undefined;
    const { token, soldOut, pollAfterMs } = answer.json<Place>();
    if (token !== undefined || soldOut) return token;
    await sleep(pollAfterMs);
  }
  return undefined;
}

async function orderWithToken(
  { http, check }: Vu<typeof parts>,
  wish: Wish,
  token: string,
): Promise<void> {
  const answer = await place(http, wish, { headers: { "x-admission-token": token } });
  check("whoever is admitted is not sent back", answer.status === 200 || answer.status === 409);
}
