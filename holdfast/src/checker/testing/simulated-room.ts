/**
 * A room that works: every message gets the next number, and goes to all who are there, in that order, over connections
 * that keep it. What a correct system may show, with unknown outcomes, receipts one by one and in runs, an inbox read
 * at the end, and two machines whose clocks disagree. No checker may ever raise an alarm over it.
 */
import type { Random } from "../../base/random.ts";
import { plainAttempt } from "./simulated-sale.ts";
import type { Attempt } from "./simulated-sale.ts";

export interface RoomOptions {
  people: number;
  posts: number;
  ticks: number;
  /** Chance that an answer to a post, join or leave is lost. */
  lossChance: number;
  clockErrorTicks: number;
  /** Receipts by the id of the request instead of by number. */
  byId: boolean;
}

/** Of one delivery, before it is recorded: what a fault may do to it. */
export type Damage = "none" | "drop" | "double" | "swap" | "stray";

interface Delivery {
  readonly person: number;
  readonly number: number;
  readonly atTick: number;
}

/** Longest way of a message, in ticks: a test should allow at least this. */
export const DELAY_TICKS_MAX = 3;

export function simulatedRoom(random: Random, options: RoomOptions, damage: Damage): Attempt[] {
  const { people, ticks } = options;
  const attempts: Attempt[] = [];
  const stays = Array.from({ length: people }, (_, person) => {
    const from = random.integer(0, Math.floor(ticks / 2));
    const to = random.integer(from, ticks + DELAY_TICKS_MAX * 2);
    attempts.push(told(random, options, "join", person, from, undefined));
    attempts.push(told(random, options, "leave", person, to, undefined));
    return { from, to };
  });
  const posts = Array.from({ length: options.posts }, () => random.integer(0, ticks));
  const deliveries: Delivery[] = [];
  const lastTick = stays.map(() => 0);
  for (const [i, tick] of posts.toSorted((a, b) => a - b).entries()) {
    attempts.push(told(random, options, "post", i + people, tick, i + 1));
    for (const [person, { from, to }] of stays.entries()) {
      if (tick < from || tick > to) continue;
      const atTick = Math.max(
        lastTick[person] as number,
        tick + random.integer(0, DELAY_TICKS_MAX),
      );
      lastTick[person] = atTick;
      if (atTick > to) continue;
      deliveries.push({ person, number: i + 1, atTick });
    }
  }
  const damaged = hurt(random, deliveries, damage, people);
  for (let person = 0; person <= people; person++) {
    attempts.push(
      ...receipts(
        random,
        options,
        damaged.filter((one) => one.person === person),
      ),
    );
  }
  return attempts;
}

/** The record of something that took effect at a tick. */
function told(
  random: Random,
  options: RoomOptions,
  name: string,
  actor: number,
  tick: number,
  number: number | undefined,
): Attempt {
  const lost = random.next() < options.lossChance;
  const offset = clockOffset(random, actor, options);
  const named = number !== undefined && !options.byId && !lost;
  return plainAttempt({
    name,
    process: actor,
    id: name === "post" ? `k-${number}` : `p-${actor}`,
    result: named ? number : undefined,
    invokeNs: tick - random.integer(0, 2) + offset - options.clockErrorTicks,
    returnNs: tick + random.integer(0, 2) + offset + options.clockErrorTicks,
    outcome: lost ? "unknown" : "ok",
  });
}

function clockOffset(random: Random, actor: number, { clockErrorTicks }: RoomOptions): number {
  return actor % 2 === 0 ? 0 : random.pick([-clockErrorTicks, clockErrorTicks]);
}

function hurt(random: Random, all: Delivery[], damage: Damage, people: number): Delivery[] {
  if (damage === "none" || all.length === 0) return all;
  const victim = random.integer(0, all.length - 1);
  const one = all[victim] as Delivery;
  if (damage === "drop") return all.filter((delivery) => delivery !== one);
  if (damage === "double") return [...all, { ...one, atTick: one.atTick + 1 }];
  if (damage === "stray") return [...all, { ...one, person: people }];
  const other = all.find(({ person, number }) => person === one.person && number > one.number);
  if (other === undefined) return all;
  return all.map((delivery) => {
    if (delivery === one) return { ...one, number: other.number };
    return delivery === other ? { ...other, number: one.number } : delivery;
  });
}

/** Of one person: alone, or in runs of consecutive numbers. */
function receipts(
  random: Random,
  options: RoomOptions,
  deliveries: readonly Delivery[],
): Attempt[] {
  const attempts: Attempt[] = [];
  const sorted = deliveries.toSorted((a, b) => a.atTick - b.atTick);
  for (let i = 0; i < sorted.length;) {
    const first = sorted[i] as Delivery;
    let last = first;
    i += 1;
    while (!options.byId && sorted[i]?.number === last.number + 1 && random.next() < 0.5) {
      last = sorted[i] as Delivery;
      i += 1;
    }
    const run = { from: first.number, to: last.number };
    const single = options.byId ? `k-${first.number}` : first.number;
    attempts.push(
      plainAttempt({
        name: "received",
        process: first.person,
        id: `p-${first.person}`,
        value: first === last ? single : run,
        invokeNs: first.atTick - options.clockErrorTicks,
        returnNs: last.atTick + options.clockErrorTicks,
        outcome: "ok",
      }),
    );
  }
  return attempts;
}
