/** Histories of prices, registers, orders and refusals that are right, one million operations each. */
import type { History } from "../../holdfast/src/history/history.ts";
import { HistoryBuilder, OUTCOME, PHASE } from "../../holdfast/src/history/history.ts";
import type { Outcome } from "../../holdfast/src/record/outcome.ts";
import type { Value } from "../../holdfast/src/record/value.ts";

const OPERATIONS = 1_000_000;
const GAP_NS = 1_000;
const IN_FLIGHT = 100;

interface Row {
  name: string;
  key: string;
  outcome: Outcome;
  id?: string;
  value?: Value;
  result?: Value;
}

/** Bids by 100 at once, spread over `items`: 1 in 4 is accepted, 1 in 10 reads the price, 1 in 100 is not answered. */
export function auctionHistory(items: number): History {
  const writer = new Writer();
  const prices = new Float64Array(items);
  for (let index = 0; index < OPERATIONS; index++) {
    const item = index % items;
    const key = `item-${item}`;
    const turn = Math.floor(index / items);
    const price = prices[item] as number;
    if (turn % 10 === 9) {
      writer.add({ name: "price", key, outcome: "ok", result: price });
      continue;
    }
    const higher = turn % 4 === 0;
    const value = higher ? price + 1 + (turn % 7) : Math.max(1, price - (turn % 5));
    const outcome = turn % 100 === 50 ? "unknown" : higher ? "ok" : "rejected";
    if (outcome === "ok") prices[item] = value;
    writer.add({ name: "bid", key, outcome, id: `b${index}`, value });
  }
  return writer.end();
}

/** `keys` profiles by 100 at once: 1 in 4 operations writes a value of its own, 1 in 100 writes is not answered. */
export function registerHistory(keys: number): History {
  const writer = new Writer();
  const values: Value[] = Array.from({ length: keys }, () => "");
  for (let index = 0; index < OPERATIONS; index++) {
    const at = index % keys;
    const key = `user-${at}`;
    if (Math.floor(index / keys) % 4 > 0) {
      writer.add({ name: "get", key, outcome: "ok", result: values[at] as Value });
      continue;
    }
    const lost = Math.floor(index / keys) % 400 === 200;
    const value = `v${index}`;
    values[at] = value;
    writer.add({ name: "put", key, outcome: lost ? "unknown" : "ok", id: `w${index}`, value });
  }
  return writer.end();
}

/** Operations one after the other, 100 under way at once. */
const STEPS = ["created", "funded", "delivered", "released"] as const;

/** The graph of the orders below, and where they start. */
export const ORDER = {
  graph: {
    created: ["funded"],
    funded: ["delivered", "refunded"],
    delivered: ["released", "refunded"],
  },
  initial: "created",
} as const;

/** 250,000 orders taken through four states by 100 at once, 1 in 4 operations a read, 1 in 100 steps not answered. */
export function orderHistory(versioned: boolean): History {
  const writer = new Writer();
  const together = 10;
  for (let index = 0; index < OPERATIONS; index++) {
    // Ten orders take turns, so that the steps of one are over before the next begins only now and then.
    const order = Math.floor(index / (4 * together)) * together + (index % together);
    const step = Math.floor(index / together) % 4;
    const key = `order-${order}`;
    const state = STEPS[step] as string;
    if (step === 0) {
      const result = versioned ? { state, version: 0 } : state;
      writer.add({ name: "look", key, outcome: "ok", result });
      continue;
    }
    const lost = step === 3 && order % 25 === 0;
    const answer = versioned && !lost ? { result: { version: step } } : {};
    const outcome = lost ? "unknown" : "ok";
    writer.add({ name: "step", key, outcome, id: `s${index}`, value: state, ...answer });
  }
  return writer.end();
}

/** One million attempts at 10,000 things, all refused, 1 in 100 not answered. */
export function refusedHistory(): History {
  const writer = new Writer();
  for (let index = 0; index < OPERATIONS; index++) {
    const outcome = index % 100 === 50 ? "unknown" : "failed";
    writer.add({ name: "peek", key: `order-${index % 10_000}`, outcome, id: `u${index}` });
  }
  return writer.end();
}

/** Half a million writes with a kill after each 100,000, then the audit; 1 in 100 is in flight at a kill or times out. */
export function killedHistory(): History {
  const writer = new Writer();
  const writes = OPERATIONS / 2;
  for (let index = 0; index < writes; index++) {
    if (index % 100_000 === 99_999) writer.add({ name: "kill", key: "server", outcome: "ok" });
    const outcome = index % 100 === 50 ? "unknown" : "ok";
    const answer = outcome === "ok" ? { result: `o-${index}` } : {};
    writer.add({
      name: "order",
      key: `shop-${index % 1_000}`,
      outcome,
      id: `k${index}`,
      ...answer,
    });
  }
  for (let index = 0; index < writes; index++) {
    const row = { id: `k${index}`, result: `o-${index}` };
    writer.add({ name: "order", key: `shop-${index % 1_000}`, outcome: "ok", ...row }, PHASE.audit);
  }
  return writer.end();
}

export class Writer {
  readonly #builder = new HistoryBuilder();
  #rows = 0;

  add({ name, key, outcome, id, value, result }: Row, phase: number = PHASE.load): void {
    const builder = this.#builder;
    const { atoms } = builder;
    const invokeNs = this.#rows++ * GAP_NS;
    builder.add(
      builder.groupOf(name, key),
      invokeNs,
      invokeNs + IN_FLIGHT * GAP_NS,
      this.#rows % IN_FLIGHT,
      phase,
      0,
      OUTCOME[outcome],
      0,
      atoms.codeOf(id),
      atoms.codeOf(value),
      atoms.codeOf(result),
    );
  }

  end(): History {
    return this.#builder.build({
      finished: true,
      trustedUntilNs: Number.POSITIVE_INFINITY,
      lostRecords: 0,
      auditComplete: true,
    });
  }
}
