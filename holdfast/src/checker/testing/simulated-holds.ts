/**
 * A shop that keeps its stock rightly while units come back, in simulated time: holds that expire, are confirmed or
 * cancelled, and restocks; with latencies, answers that never arrive, and clocks that disagree. No checker may ever
 * raise an alarm over what it shows.
 */
import type { Random } from "../../base/random.ts";
import type { Attempt } from "./simulated-sale.ts";
import { plainAttempt } from "./simulated-sale.ts";

export interface HoldsOptions {
  stock: number;
  holds: number;
  ticks: number;
  quantityMax: number;
  lossChance: number;
  clockErrorTicks: number;
  /** A hold expires somewhere between; undefined when it never does. */
  ttl: readonly [number, number] | undefined;
}

interface Arrival {
  name: "hold" | "cancel" | "confirm" | "restock" | "expiry";
  id: string;
  quantity: number;
  invokeAt: number;
  effectAt: number;
}

export function simulatedHolds(random: Random, options: HoldsOptions): Attempt[] {
  const queue = plannedArrivals(random, options);
  const live = new Map<string, "held" | "confirmed">();
  const attempts: Attempt[] = [];
  let left = options.stock;
  for (;;) {
    queue.sort((a, b) => a.effectAt - b.effectAt);
    const arrival = queue.shift();
    if (arrival === undefined) break;
    const { name, id, quantity, effectAt } = arrival;
    const state = live.get(id);
    let done = true;
    if (name === "restock") left += quantity;
    else if (name === "hold") {
      done = left >= quantity;
      if (done) {
        left -= quantity;
        live.set(id, "held");
        if (options.ttl !== undefined) {
          const span = options.ttl[0] + random.next() * (options.ttl[1] - options.ttl[0]);
          queue.push({ ...arrival, name: "expiry", effectAt: effectAt + span });
        }
      }
    } else {
      done = state !== undefined && (state === "held" || name === "cancel");
      if (done && name === "confirm") live.set(id, "confirmed");
      else if (done) {
        live.delete(id);
        left += quantity;
      }
    }
    if (name !== "expiry") attempts.push(observed(random, options, arrival, done));
  }
  const atNs = options.ticks + 1_000;
  const reading = { name: "stock", id: "database", result: left, phase: "audit" as const };
  attempts.push(plainAttempt({ ...reading, invokeNs: atNs, returnNs: atNs, outcome: "ok" }));
  return attempts;
}

function plannedArrivals(random: Random, { holds, ticks, quantityMax }: HoldsOptions): Arrival[] {
  const arrivals: Arrival[] = [];
  const plan = (name: Arrival["name"], id: string, quantity: number): void => {
    const invokeAt = random.integer(0, ticks);
    const effectAt = invokeAt + random.integer(0, 4) + random.next() / 2;
    arrivals.push({ name, id, quantity, invokeAt, effectAt });
  };
  for (let n = 0; n < holds; n++) {
    const quantity = random.integer(1, quantityMax);
    plan("hold", `h${n}`, quantity);
    if (random.next() < 0.3) plan("cancel", `h${n}`, quantity);
    if (random.next() < 0.3) plan("confirm", `h${n}`, quantity);
    if (random.next() < 0.15) plan("restock", `r${n}`, random.integer(1, quantityMax));
  }
  return arrivals;
}

function observed(
  random: Random,
  { lossChance, clockErrorTicks, quantityMax }: HoldsOptions,
  { name, id, quantity, invokeAt, effectAt }: Arrival,
  done: boolean,
): Attempt {
  const returnAt = Math.ceil(effectAt) + random.integer(0, 4);
  const offset = random.pick([0, -clockErrorTicks, clockErrorTicks]);
  const lost = random.next() < lossChance;
  return plainAttempt({
    name,
    id,
    value: quantityMax === 1 ? undefined : quantity,
    invokeNs: invokeAt + offset - clockErrorTicks,
    returnNs: returnAt + offset + clockErrorTicks,
    outcome: lost ? "unknown" : done ? "ok" : "rejected",
  });
}
