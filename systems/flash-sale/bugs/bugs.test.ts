/** Every planted bug does its wrong over both sets of parts, and the clean form never does. */
import { describe, expect, test } from "vitest";
import { skipReason, titled } from "../../servers/skip-reason.ts";
import { startTestSale, type Answer, type TestSale } from "../server/sale-for-tests.ts";
import { flashSaleSystem } from "../system.ts";
import { bugs } from "./bugs.ts";

/** What goes wrong, asked of a sale: true when it did. */
type Wrong = (sale: TestSale) => Promise<boolean>;

const wrongs: Record<string, Wrong> = {
  "check-then-decrement": async (sale) => {
    const answers = await rush(sale, 10, 50);
    return accepted(answers).length > 10;
  },
  "decrement-then-forget-to-log": async (sale) => {
    const answers = await rush(sale, 40, 40);
    await sale.drained();
    const { rows } = await sale.audit("phone");
    return rows.length < accepted(answers).length;
  },
  "key-stored-after-effect": async (sale) => {
    await sale.init("phone", 10);
    const same = await Promise.all(Array.from({ length: 5 }, () => sale.order("phone", "same")));
    return new Set(same.map(({ body }) => body.orderId)).size > 1;
  },
  "key-not-checked-on-retry": async (sale) => {
    await sale.init("phone", 10);
    const first = await sale.order("phone", "same");
    return (await sale.order("phone", "same")).body.orderId !== first.body.orderId;
  },
  "stale-sold-out-cache": async (sale) => {
    await rush(sale, 1, 2);
    await sale.init("phone", 10);
    return (await sale.order("phone", "late")).status === 409;
  },
  "worker-inserts-without-idempotency": async (sale) => {
    await rush(sale, 40, 40);
    await sale.drained();
    return (await sale.audit("phone")).rows.length > 40;
  },
  "worker-acknowledges-before-commit": async (sale) => {
    await rush(sale, 40, 40);
    await sale.drained();
    return (await sale.audit("phone")).rows.length < 40;
  },
  "stock-goes-negative": async (sale) => {
    await rush(sale, 10, 50);
    return (await sale.audit("phone")).reservation < 0;
  },
  "init-keeps-old-orders": async (sale) => {
    await rush(sale, 1, 1);
    await sale.init("phone", 10);
    await sale.drained();
    return (await sale.audit("phone")).rows.length > 0;
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
    expect(await wrongs[bug]?.(sale)).toBe(true);
  });

  test("the clean form does none of the nine wrongs", async () => {
    for (const [bug, wrong] of Object.entries(wrongs)) {
      await using sale = await startTestSale({ parts, workerCrashAtOrder: 10 });
      expect({ bug, wrong: await wrong(sale) }).toEqual({ bug, wrong: false });
    }
  });
}

/** Opens a sale and sends all orders at once, each with a key of its own. */
async function rush(sale: TestSale, quantity: number, buyers: number): Promise<Answer[]> {
  await sale.init("phone", quantity);
  return Promise.all(
    Array.from({ length: buyers }, (_, buyer) => sale.order("phone", `buyer-${buyer}`)),
  );
}

function accepted(answers: readonly Answer[]): Answer[] {
  return answers.filter(({ status }) => status === 200);
}
