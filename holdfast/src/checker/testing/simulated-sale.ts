/**
 * A shop that sells honestly, in simulated time: what a correct system may show a client, with latencies, timeouts,
 * retries under the same id, two machines with clocks that disagree, and an audit. No checker may ever raise an alarm
 * over what it shows.
 */
import type { Random } from "../../base/random.ts";
import type { Operation } from "../../record/operation.ts";
import type { Outcome } from "../../record/outcome.ts";
import { SAID_RULE } from "../../history/history.ts";

export type Attempt = Omit<Operation, "index">;

export interface SaleOptions {
  keys: number;
  stock: number;
  buyers: number;
  /** Times up to this; few different ones make ties. */
  ticks: number;
  /** Chance that an answer never arrives. */
  lossChance: number;
  retriesMax: number;
  quantityMax: number;
  /** The second machine's clock is off by up to this; every interval is widened by as much. */
  clockErrorTicks: number;
  audit: boolean;
}

/** An attempt of process 0 on the only key, but for what is said. */
export function plainAttempt(
  said: Partial<Attempt> & Pick<Attempt, "name" | "invokeNs" | "returnNs" | "outcome">,
): Attempt {
  return {
    phase: "load",
    process: 0,
    key: "",
    id: undefined,
    value: undefined,
    result: undefined,
    rule: SAID_RULE[said.outcome],
    status: 0,
    ...said,
  };
}

interface Order {
  name: string;
  quantity: number;
}

export interface Sale {
  operations: Attempt[];
  /** What is truly left of each key. */
  left: Map<string, number>;
}

export function simulatedSale(random: Random, options: SaleOptions): Sale {
  const left = new Map<string, number>();
  const orders = new Map<string, Order | "sold out">();
  const operations: Attempt[] = [];
  const arrivals = plannedArrivals(random, options);
  arrivals.sort((a, b) => a.effectAt - b.effectAt);
  let count = 0;
  for (const arrival of arrivals) {
    const { key, id, quantity } = arrival;
    const remaining = left.get(key) ?? options.stock;
    let order = orders.get(key + id);
    if (order === undefined) {
      order = remaining >= quantity ? { name: `o-${count++}`, quantity } : "sold out";
      if (order !== "sold out") left.set(key, remaining - quantity);
      // Only a success is remembered: a refused request may come again.
      if (order !== "sold out") orders.set(key + id, order);
    }
    const lost = random.next() < options.lossChance;
    const outcome = lost ? "unknown" : order === "sold out" ? "rejected" : "ok";
    const result = outcome === "ok" && order !== "sold out" ? order.name : undefined;
    operations.push(observed(random, options, arrival, outcome, result));
  }
  if (options.audit) {
    for (const [keyAndId, order] of orders) {
      if (order === "sold out") continue;
      const [key = "", id] = keyAndId.split("/");
      operations.push(audited("order", key, `/${id}`, order.name, options));
    }
    for (let k = 0; k < options.keys; k++) {
      const key = `p${k}`;
      operations.push(audited("stock", key, "database", left.get(key) ?? options.stock, options));
    }
  }
  return { operations, left };
}

interface Arrival {
  key: string;
  id: string;
  quantity: number;
  process: number;
  invokeAt: number;
  effectAt: number;
  returnAt: number;
}

function plannedArrivals(random: Random, options: SaleOptions): Arrival[] {
  const arrivals: Arrival[] = [];
  for (let buyer = 0; buyer < options.buyers; buyer++) {
    const key = `p${random.integer(0, options.keys - 1)}`;
    const quantity = random.integer(1, options.quantityMax);
    const attempts = 1 + random.integer(0, options.retriesMax);
    for (let i = 0; i < attempts; i++) {
      const invokeAt = random.integer(0, options.ticks);
      const effectAt = invokeAt + random.integer(0, 4) + random.next() / 2;
      const returnAt = Math.ceil(effectAt) + random.integer(0, 4);
      const process = buyer * 8 + i;
      arrivals.push({ key, id: `/k${buyer}`, quantity, process, invokeAt, effectAt, returnAt });
    }
  }
  return arrivals;
}

function observed(
  random: Random,
  { clockErrorTicks, quantityMax }: SaleOptions,
  { key, id, quantity, process, invokeAt, returnAt }: Arrival,
  outcome: Outcome,
  result: string | undefined,
): Attempt {
  const offset = process % 2 === 0 ? 0 : random.pick([-clockErrorTicks, clockErrorTicks]);
  return {
    name: "order",
    phase: "load",
    process,
    key,
    id,
    value: quantityMax === 1 ? undefined : quantity,
    result,
    invokeNs: invokeAt + offset - clockErrorTicks,
    returnNs: returnAt + offset + clockErrorTicks,
    outcome,
    rule: SAID_RULE[outcome],
    status: 0,
  };
}

function audited(
  name: string,
  key: string,
  id: string,
  result: string | number,
  { ticks }: SaleOptions,
): Attempt {
  const atNs = ticks + 1_000;
  return {
    name,
    phase: "audit",
    process: 0,
    key,
    id,
    value: undefined,
    result,
    invokeNs: atNs,
    returnNs: atNs,
    outcome: "ok",
    rule: SAID_RULE.ok,
    status: 0,
  };
}
