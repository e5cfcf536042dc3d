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

class Writer {
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
