/** Histories of a system that is right, large enough to time the checkers with. */
import type { History } from "../../holdfast/src/history/history.ts";
import { HistoryBuilder, OUTCOME, PHASE } from "../../holdfast/src/history/history.ts";
import type { Outcome } from "../../holdfast/src/record/outcome.ts";
import { RULE } from "../../holdfast/src/record/outcome.ts";

const GAP_NS = 1_000;
const IN_FLIGHT = 100;
const RULE_OF = {
  ok: RULE.success,
  rejected: RULE.declaredRejected,
  failed: RULE.refused,
  unknown: RULE.timeout,
} as const;

/** One product after the other is sold out by 100 customers at a time. */
export const SALE = { products: 1_000, ordersEach: 1_000, stock: 500 } as const;

interface Row {
  name: string;
  key: string;
  id: string;
  outcome: Outcome;
  result: string | number | undefined;
}

/**
 * One million orders: half of them are refused, 1 in 100 has an unknown outcome (and took effect), 1 in 50 repeats the
 * one before. Then the audit: every stored order, and what is left of each product.
 */
export function saleHistory(): History {
  const writer = new Writer();
  const stored: Row[] = [];
  for (let product = 0; product < SALE.products; product++) {
    const key = `product-${product}`;
    let left: number = SALE.stock;
    let before: Row | undefined;
    for (let turn = 0; turn < SALE.ordersEach; turn++) {
      const repeats = turn % 50 === 49 && before !== undefined;
      const row: Row = repeats ? (before as Row) : orderRow(product, turn, key, left);
      if (!repeats && row.outcome !== "rejected") {
        left -= 1;
        stored.push({ ...row, outcome: "ok", result: `o-${row.id}` });
      }
      writer.load(row);
      before = row;
    }
    stored.push({ name: "stock read", key, id: "database", outcome: "ok", result: left });
  }
  for (const row of stored) writer.audit(row);
  return writer.end();
}

/** 10,000 things, each claimed by 100 at once; the first one gets it. */
export function raceHistory(): History {
  const writer = new Writer();
  for (let index = 0; index < 1_000_000; index++) {
    const key = `thing-${Math.floor(index / IN_FLIGHT)}`;
    const id = `c${index}`;
    const won = index % IN_FLIGHT === 0;
    writer.load({
      name: "claim",
      key,
      id,
      outcome: won ? "ok" : "rejected",
      result: won ? `t-${id}` : undefined,
    });
  }
  return writer.end();
}

function orderRow(product: number, turn: number, key: string, left: number): Row {
  const id = `${product}-${turn}`;
  const outcome = left === 0 ? "rejected" : turn % 100 === 50 ? "unknown" : "ok";
  return { name: "order", key, id, outcome, result: outcome === "ok" ? `o-${id}` : undefined };
}

class Writer {
  readonly #builder = new HistoryBuilder();
  #rows = 0;

  load(row: Row): void {
    this.#add(row, PHASE.load, IN_FLIGHT * GAP_NS);
  }

  audit(row: Row): void {
    this.#add(row, PHASE.audit, GAP_NS / 2);
  }

  end(): History {
    return this.#builder.build({
      finished: true,
      trustedUntilNs: Number.POSITIVE_INFINITY,
      lostRecords: 0,
      auditComplete: true,
    });
  }

  #add({ name, key, id, outcome, result }: Row, phase: number, durationNs: number): void {
    const builder = this.#builder;
    const invokeNs = this.#rows++ * GAP_NS;
    builder.add(
      builder.groupOf(name, key),
      invokeNs,
      invokeNs + durationNs,
      this.#rows % IN_FLIGHT,
      phase,
      RULE_OF[outcome],
      OUTCOME[outcome],
      outcome === "ok" ? 200 : outcome === "rejected" ? 409 : 0,
      builder.atoms.codeOf(id),
      builder.atoms.codeOf(undefined),
      builder.atoms.codeOf(result),
    );
  }
}
