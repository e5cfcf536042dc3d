/** Every planted bug does its wrong over both sets of parts, and the clean form never does. */
import { describe, expect, test } from "vitest";
import { skipReason, titled } from "../../servers/skip-reason.ts";
import { startTestSale, type Answer, type TestSale } from "../server/sale-for-tests.ts";
import { flashSaleSystem } from "../system.ts";
import { bugs } from "./bugs.ts";

/** What goes wrong with a product, asked of a sale: true when it did. */
type Wrong = (sale: TestSale, productId: string) => Promise<boolean>;

const wrongs: Record<string, Wrong> = {
  "check-then-decrement": inOneOfManyRushes(async (sale, productId) => {
    const answers = await rush(sale, productId, 10, 50);
    return accepted(answers).length > 10;
  }),
  "decrement-then-forget-to-log": async (sale, productId) => {
    const answers = await rush(sale, productId, 40, 40);
    await sale.drained();
    const { rows } = await sale.audit(productId);
    return rows.length < accepted(answers).length;
  },
  "key-stored-after-effect": inOneOfManyRushes(async (sale, productId) => {
    await sale.init(productId, 10);
    const sameOrder = (): Promise<Answer> => sale.order(productId, productId);
    const answers = await Promise.all(Array.from({ length: 5 }, sameOrder));
    return new Set(answers.map(({ body }) => body.orderId)).size > 1;
  }),
  "key-not-checked-on-retry": async (sale, productId) => {
    await sale.init(productId, 10);
    const first = await sale.order(productId, productId);
    return (await sale.order(productId, productId)).body.orderId !== first.body.orderId;
  },
  "stale-sold-out-cache": async (sale, productId) => {
    await rush(sale, productId, 1, 2);
    await sale.init(productId, 10);
    return (await sale.order(productId, `${productId}-late`)).status === 409;
  },
  "worker-inserts-without-idempotency": async (sale, productId) => {
    await rush(sale, productId, 40, 40);
    await sale.drained();
    return (await sale.audit(productId)).rows.length > 40;
  },
  "worker-acknowledges-before-commit": async (sale, productId) => {
    await rush(sale, productId, 40, 40);
    await sale.drained();
    return (await sale.audit(productId)).rows.length < 40;
  },
  "stock-goes-negative": inOneOfManyRushes(async (sale, productId) => {
    await rush(sale, productId, 10, 50);
    return (await sale.audit(productId)).reservation < 0;
  }),
  "init-keeps-old-orders": async (sale, productId) => {
    await rush(sale, productId, 1, 1);
    await sale.init(productId, 10);
    await sale.drained();
    return (await sale.audit(productId)).rows.length > 0;
  },
};

test("the system lists every bug, with the invariant and the suite that catch it", () => {
  expect(flashSaleSystem.bugs.map(({ name }) => name)).toEqual(Object.keys(wrongs));
  for (const { invariant, says, recommended } of flashSaleSystem.bugs) {
    expect(invariant).not.toBe("");
    expect(says).toMatch(/^.{40,}\.$/);
    expect(recommended?.suite).toMatch(/\.load\.ts$/);
  }
});

describe("over embedded parts", () => bugsShow("embedded"));

const reason = skipReason();
describe.skipIf(reason !== undefined)(titled("over real parts", reason), () => bugsShow("real"));

function bugsShow(parts: "embedded" | "real"): void {
  test.each(bugs.map(({ name }) => name))("%s does its wrong", async (bug) => {
    await using sale = await startTestSale({ parts, bug, workerCrashAtOrder: 10 });
    expect(await wrongs[bug]?.(sale, "phone")).toBe(true);
  });

  test("the clean form does none of the nine wrongs", async () => {
    await using sale = await startTestSale({ parts, workerCrashAtOrder: 10 });
    for (const [bug, wrong] of Object.entries(wrongs)) {
      expect({ bug, wrong: await wrong(sale, bug) }).toEqual({ bug, wrong: false });
    }
  });
}

/** Opens a sale and sends all orders at once, each with a key of its own. */
async function rush(
  sale: TestSale,
  productId: string,
  quantity: number,
  buyers: number,
): Promise<Answer[]> {
  await sale.init(productId, quantity);
  const order = (_: unknown, buyer: number): Promise<Answer> =>
    sale.order(productId, `${productId}-${buyer}`);
  return Promise.all(Array.from({ length: buyers }, order));
}

/** A race is not lost every time; in twenty sales of a product each, it is. */
function inOneOfManyRushes(wrong: Wrong): Wrong {
  return async (sale, productId) => {
    for (let round = 0; round < 20; round++) {
      if (await wrong(sale, `${productId}-${round}`)) return true;
    }
    return false;
  };
}

function accepted(answers: readonly Answer[]): Answer[] {
  return answers.filter(({ status }) => status === 200);
}
