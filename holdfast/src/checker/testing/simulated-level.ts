/**
 * An account or a stock that is kept rightly, in simulated time: what a correct system may show a client, with
 * latencies, answers that never arrive, retries under the same id, and two machines with clocks that disagree. No
 * checker may ever raise an alarm over what it shows.
 */
import type { Random } from "../../base/random.ts";
import type { History } from "../../history/history.ts";
import { historyOf } from "../../history/history.ts";
import type { Attempt } from "./simulated-sale.ts";
import { plainAttempt } from "./simulated-sale.ts";

export interface LevelOptions {
  names: { take: string; give: string; read: string };
  start: number;
  operations: number;
  ticks: number;
  amountMax: number;
  /** Chance that an answer never arrives. */
  lossChance: number;
  /** Chance that an operation repeats one before under the same id. */
  repeatChance: number;
  /** The second machine's clock is off by up to this; every interval is widened by as much. */
  clockErrorTicks: number;
  audit: boolean;
}

/**
 * What is left of a history when its recorder died at a time: all before it, of which some have no answer, and a part
 * of what came after.
 */
export function crashed(random: Random, attempts: readonly Attempt[], cutNs: number): History {
  const known = attempts
    .filter(
      ({ phase, invokeNs }) => phase !== "audit" && (invokeNs <= cutNs || random.next() < 0.5),
    )
    .map((attempt) => {
      if (attempt.returnNs <= cutNs || random.next() < 0.5) return attempt;
      return { ...attempt, outcome: "unknown" as const, result: undefined };
    });
  return historyOf(known, { finished: false, trustedUntilNs: cutNs });
}

interface Arrival {
  name: string;
  id: string;
  amount: number;
  invokeAt: number;
  effectAt: number;
  returnAt: number;
}

export function simulatedLevel(random: Random, options: LevelOptions): Attempt[] {
  const { take, read } = options.names;
  const arrivals = plannedArrivals(random, options).sort((a, b) => a.effectAt - b.effectAt);
  const done = new Set<string>();
  const attempts: Attempt[] = [];
  const ledger: Attempt[] = [];
  let level = options.start;
  for (const arrival of arrivals) {
    const { name, id, amount } = arrival;
    const short = name === take && !done.has(id) && level < amount;
    if (!short && name !== read && !done.has(id)) {
      done.add(id);
      level += name === take ? -amount : amount;
      ledger.push(audited(options, name, id, amount, `e${id}`));
    }
    const lost = random.next() < options.lossChance;
    const outcome = lost ? "unknown" : short ? "rejected" : "ok";
    const result = name === read && !lost ? level : undefined;
    attempts.push(observed(random, options, arrival, outcome, result));
  }
  if (!options.audit) return attempts;
  return [...attempts, ...ledger, audited(options, read, "database", undefined, level)];
}

function plannedArrivals(random: Random, options: LevelOptions): Arrival[] {
  const { names, operations, ticks, amountMax, repeatChance } = options;
  const arrivals: Arrival[] = [];
  for (let n = 0; n < operations; n++) {
    const before = arrivals.at(-1);
    const again = before !== undefined && random.next() < repeatChance;
    const name = again
      ? before.name
      : random.pick([names.take, names.take, names.give, names.read]);
    const invokeAt = random.integer(0, ticks);
    const effectAt = invokeAt + random.integer(0, 4) + random.next() / 2;
    const id = again ? before.id : `${name}-${n}`;
    const amount = again ? before.amount : random.integer(1, amountMax);
    const returnAt = Math.ceil(effectAt) + random.integer(0, 4);
    arrivals.push({ name, id, amount, invokeAt, effectAt, returnAt });
  }
  return arrivals;
}

function observed(
  random: Random,
  { clockErrorTicks, names }: LevelOptions,
  { name, id, amount, invokeAt, returnAt }: Arrival,
  outcome: Attempt["outcome"],
  result: number | undefined,
): Attempt {
  const offset = random.pick([0, -clockErrorTicks, clockErrorTicks]);
  return plainAttempt({
    name,
    id,
    value: name === names.read ? undefined : amount,
    result,
    invokeNs: invokeAt + offset - clockErrorTicks,
    returnNs: returnAt + offset + clockErrorTicks,
    outcome,
  });
}

function audited(
  { ticks }: LevelOptions,
  name: string,
  id: string,
  value: number | undefined,
  result: string | number,
): Attempt {
  const atNs = ticks + 1_000;
  return plainAttempt({
    name,
    id,
    value,
    result,
    invokeNs: atNs,
    returnNs: atNs,
    outcome: "ok",
    phase: "audit",
  });
}
