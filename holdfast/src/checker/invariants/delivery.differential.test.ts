/**
 * Delivery and order against their definitions and against a room that works, on random small histories. The seed is
 * fixed but for HOLDFAST_SEED; HOLDFAST_CAMPAIGN_HISTORIES=1000000 tries more of them.
 */
import { expect, test } from "vitest";
import type { Random } from "../../base/random.ts";
import { seededRandom } from "../../base/random.ts";
import { historyOf } from "../../history/history.ts";
import type { Invariant } from "../../record/invariant.ts";
import type { Value } from "../../record/value.ts";
import { deliveredOnce, inOrder } from "../../scenario/invariants/delivery.ts";
import { operation } from "../../scenario/operation.ts";
import { judge } from "../judge.ts";
import { addressedFaults, deliveryFaults, orderFaults } from "../testing/naive-delivery.ts";
import type { Attempt } from "../testing/simulated-sale.ts";
import { plainAttempt } from "../testing/simulated-sale.ts";
import type { Damage, RoomOptions } from "../testing/simulated-room.ts";
import { DELAY_TICKS_MAX, simulatedRoom } from "../testing/simulated-room.ts";

const HISTORIES = Number(process.env["HOLDFAST_CAMPAIGN_HISTORIES"] ?? 4_000);
const SEED = process.env["HOLDFAST_SEED"] ?? "holdfast";
const NS = 1e-6;

const cause = operation("post");
const receipt = operation("received");
const joins = operation("join");
const leaves = operation("leave");

/** How each fault is told. */
const WORDS: Readonly<Record<string, RegExp>> = {
  lost: /never received/,
  duplicate: /twice/,
  misdirected: /not in the room|for somebody else/,
  phantom: /nobody sent/,
  aborted: /was refused/,
  premature: /before it was sent/,
  late: /received \S+( \d+)? at [\d.]+ s, acknowledged/,
  order: /received number \d+ at [^,]*, (?:after|again)/,
  gap: /but for number/,
  shared: /was given to two/,
  sent: /and became number/,
  cycle: /came before/,
};

/** The faults that a finding tells of. */
function found(attempts: readonly Attempt[], invariant: Invariant): string[] {
  const [finding] = judge(historyOf(attempts), [invariant]);
  if (finding?.verdict !== "fail") return [];
  return Object.keys(WORDS).filter((word) => WORDS[word]?.test(finding.sentence));
}

function agree(
  attempts: readonly Attempt[],
  invariant: Invariant,
  expected: ReadonlySet<string>,
): void {
  const told = found(attempts, invariant);
  if (told.toSorted().join() === [...expected].toSorted().join()) return;
  expect.fail(JSON.stringify({ told, expected: [...expected], attempts }, null, 1));
}

const INSTANT = { invokeNs: 0, returnNs: 1, outcome: "ok" } as const;
const PEOPLE = ["ann", "bob"];

/** Attempts at random times, as seen by clocks that may be wrong by `errorNs`. */
function attemptsAt(random: Random, errorNs: number) {
  return (name: string, span: number, rest: Partial<Attempt>): Attempt => {
    const invokeNs = random.integer(0, 16);
    const returnNs = invokeNs + random.integer(0, span);
    const outcome = random.pick(["ok", "ok", "ok", "ok", "unknown", "rejected"] as const);
    const all = { name, outcome, invokeNs: invokeNs - errorNs, returnNs: returnNs + errorNs };
    return plainAttempt({ ...all, ...rest });
  };
}

/** Up to 3 messages, some sent twice, joins, leaves and receipts, all at random times. */
function randomDelivery(random: Random, byId: boolean): Attempt[] {
  const errorNs = random.integer(0, 1);
  const posts = Array.from({ length: random.integer(1, 4) }, () => random.integer(1, 3));
  const some = random.next() < 0.5;
  const attempt = attemptsAt(random, errorNs);
  return [
    ...posts.map((number) => {
      const post = attempt("post", 3, { id: `k${number}` });
      return { ...post, result: post.outcome === "ok" && !byId ? number : undefined };
    }),
    ...PEOPLE.flatMap((id) => [
      attempt("join", 2, { id, ...(some && { invokeNs: -3, returnNs: -2, outcome: "ok" }) }),
      ...(random.next() < 0.6 ? [attempt("leave", 2, { id })] : []),
      ...(random.next() < 0.2 ? [attempt("join", 2, { id })] : []),
    ]),
    ...Array.from({ length: random.integer(1, 5) }, () =>
      attempt("received", 1, {
        id: random.pick(PEOPLE),
        value: randomNames(random, byId),
        outcome: "ok",
      }),
    ),
  ];
}

function randomNames(random: Random, byId: boolean): Value {
  const number = random.integer(1, random.next() < 0.1 ? 4 : 3);
  if (byId) return `k${number}`;
  if (random.next() < 0.3) return { from: number, to: number + 1 };
  return random.next() < 0.2 ? [number, number + 1] : number;
}

test.each([
  ["by id", true],
  ["by number", false],
])(`${HISTORIES} deliveries %s of seed ${SEED} are judged by the definition`, (name, byId) => {
  const random = seededRandom(`${SEED}/delivery ${name}`);
  const seen = new Map<string, number>();
  for (let i = 0; i < HISTORIES; i++) {
    const attempts = randomDelivery(random, byId);
    const late = random.next() < 0.5;
    const withinNs = late ? random.integer(0, 4) : 5_000_000_000;
    const within = late ? { within: withinNs * NS } : {};
    const expected = deliveryFaults(attempts, { withinNs, late });
    for (const fault of expected) seen.set(fault, (seen.get(fault) ?? 0) + 1);
    if (expected.size === 0) seen.set("none", (seen.get("none") ?? 0) + 1);
    // Without it the ids might not be what the system calls its messages.
    const result = byId ? undefined : 1;
    const elsewhere = plainAttempt({ name: "post", key: "other", id: "k0", result, ...INSTANT });
    const all = [...attempts, elsewhere];
    agree(all, deliveredOnce({ cause, receipt, joins, leaves, ...within }), expected);
  }
  const kinds = ["none", "lost", "duplicate", "misdirected", "phantom", "premature", "late"];
  const often = kinds.map((kind) => (seen.get(kind) ?? 0) > HISTORIES / 100);
  expect(Object.fromEntries(kinds.map((kind, i) => [kind, often[i]]))).toEqual(
    Object.fromEntries(kinds.map((kind) => [kind, true])),
  );
});

/** Up to 3 messages that name whom they are for, some sent twice, and receipts, in the end one of everybody's. */
function randomAddressed(random: Random): Attempt[] {
  const errorNs = random.integer(0, 1);
  const people = [...PEOPLE, "cat"];
  const address: Record<string, Value> = {};
  for (const id of ["k1", "k2", "k3"]) {
    const to = people.filter(() => random.next() < 0.5);
    address[id] = { to: to.length > 0 ? to : ["ann"], from: random.pick(people) };
  }
  const attempt = attemptsAt(random, errorNs);
  return [
    ...Array.from({ length: random.integer(1, 4) }, () => {
      const id = random.pick(["k1", "k2", "k3"]);
      return attempt("post", 3, { id, value: address[id] });
    }),
    ...Array.from({ length: random.integer(1, 6) }, () => {
      const value = `k${random.integer(1, random.next() < 0.1 ? 4 : 3)}`;
      return attempt("received", 1, { id: random.pick(people), value, outcome: "ok" });
    }),
  ];
}

test(`${HISTORIES} addressed deliveries of seed ${SEED} are judged by the definition`, () => {
  const random = seededRandom(`${SEED}/addressed`);
  const seen = new Map<string, number>();
  for (let i = 0; i < HISTORIES; i++) {
    const attempts = randomAddressed(random);
    const late = random.next() < 0.5;
    const echo = random.next() < 0.3;
    const withinNs = late ? random.integer(0, 4) : 5_000_000_000;
    const within = late ? { within: withinNs * NS } : {};
    const expected = addressedFaults(attempts, { withinNs, late, echo });
    for (const fault of expected) seen.set(fault, (seen.get(fault) ?? 0) + 1);
    if (expected.size === 0) seen.set("none", (seen.get("none") ?? 0) + 1);
    // Without it the ids might not be what the system calls its messages.
    const elsewhere = plainAttempt({ name: "post", key: "other", id: "k0", ...INSTANT });
    agree([...attempts, elsewhere], deliveredOnce({ cause, receipt, echo, ...within }), expected);
  }
  const kinds = ["none", "lost", "duplicate", "misdirected", "phantom", "premature", "late"];
  for (const kind of kinds) expect([kind, seen.get(kind)]).toEqual([kind, expect.any(Number)]);
});

/** Posts of two senders, one after the other, and receipts of two people at single instants. */
function randomOrder(random: Random, byId: boolean): Attempt[] {
  const ends = [0, 0];
  const posts = Array.from({ length: random.integer(1, 4) }, (_, n): Attempt => {
    const process = random.integer(0, 1);
    const invokeNs = (ends[process] as number) + random.integer(0, 3);
    const returnNs = invokeNs + random.integer(0, 3);
    ends[process] = returnNs;
    const outcome = random.pick(["ok", "ok", "ok", "unknown"] as const);
    const result = byId || outcome !== "ok" ? undefined : random.next() < 0.9 ? n + 1 : n + 2;
    return plainAttempt({
      name: "post",
      id: `k${n + 1}`,
      process,
      outcome,
      invokeNs,
      returnNs,
      result,
    });
  });
  const receipts = PEOPLE.flatMap((id, i) => {
    let atNs = 0;
    const upwards = random.next() < 0.6;
    return Array.from({ length: random.integer(0, 3) }, (_, n): Attempt => {
      atNs += random.integer(0, 2);
      const process = random.next() < 0.7 ? i : random.integer(2, 3);
      const value = upwards ? (byId ? `k${n + 1}` : n + 1) : randomNames(random, byId);
      const times = { invokeNs: atNs, returnNs: atNs };
      return plainAttempt({ name: "received", id, process, value, outcome: "ok", ...times });
    });
  });
  return [...posts, ...receipts];
}

test.each([
  ["by id", true],
  ["by number", false],
])(`${HISTORIES} orders %s of seed ${SEED} are judged by the definition`, (name, byId) => {
  const random = seededRandom(`${SEED}/order ${name}`);
  const seen = { none: 0, some: 0 };
  for (let i = 0; i < HISTORIES; i++) {
    const attempts = randomOrder(random, byId);
    const expected = orderFaults(attempts);
    seen[expected.size === 0 ? "none" : "some"] += 1;
    agree(attempts, inOrder({ cause, receipt }), expected);
  }
  expect(Math.min(seen.none, seen.some)).toBeGreaterThan(HISTORIES / 20);
});

test("rooms that are judged together are judged as each is alone", () => {
  const random = seededRandom(`${SEED}/together`);
  let broken = 0;
  for (let i = 0; i < HISTORIES / 8; i++) {
    const byId = random.next() < 0.5;
    const rooms = ["a", "b", "c"].map((key) => {
      const draw = random.next() < 0.5 ? randomDelivery : randomOrder;
      return draw(random, byId).map((attempt) => ({ ...attempt, key }));
    });
    const known = plainAttempt({ name: "post", key: "d", id: "k", ...INSTANT });
    const all = historyOf([...rooms.flat(), known]);
    const within = 2 * NS;
    for (const rule of [
      deliveredOnce({ cause, receipt, joins, leaves, within }),
      inOrder({ cause, receipt }),
      inOrder({ cause, receipt, joins }),
    ]) {
      const together = judge(all, [rule])[0]?.count ?? 0;
      const alone = rooms.map((own) => judge(historyOf([...own, known]), [rule])[0]?.count ?? 0);
      const sum = alone.reduce((a, b) => a + b);
      if (sum > 0) broken += 1;
      if (together !== sum) expect.fail(JSON.stringify({ together, alone, rooms, rule }, null, 1));
    }
  }
  expect(broken).toBeGreaterThan(HISTORIES / 100);
});

const room: RoomOptions = {
  people: 3,
  posts: 6,
  ticks: 20,
  lossChance: 0.2,
  clockErrorTicks: 0,
  byId: false,
};

/** Each has what it promises of a room: every message within the longest way, its error on both sides included. */
function invariantsOf({ clockErrorTicks }: RoomOptions): Invariant[] {
  const within = (DELAY_TICKS_MAX * 6 + 4 * clockErrorTicks) * NS;
  return [
    deliveredOnce({ cause, receipt, joins, leaves, within }),
    inOrder({ cause, receipt, joins }),
  ];
}

test.each<[string, Partial<RoomOptions>]>([
  ["by number", {}],
  ["by id", { byId: true }],
  ["by number, with clocks that disagree by 3", { clockErrorTicks: 3 }],
  ["by id, with clocks that disagree by 2", { clockErrorTicks: 2, byId: true }],
  ["with most answers lost", { lossChance: 0.8 }],
])(`no alarm over ${HISTORIES / 5} rooms that work, %s`, (name, more) => {
  const random = seededRandom(`${SEED}/room ${name}`);
  const options = { ...room, ...more };
  for (let i = 0; i < HISTORIES / 5; i++) {
    const attempts = simulatedRoom(random, options, "none");
    const findings = judge(historyOf(attempts), invariantsOf(options));
    const alarms = findings.filter(({ verdict }) => verdict === "fail");
    if (alarms.length > 0) expect.fail(JSON.stringify({ alarms, attempts }, null, 1));
  }
});

test.each<[Damage, number]>([
  ["drop", 0.2],
  ["double", 0.9],
  ["swap", 0.3],
  ["stray", 0.9],
])(`a room with one delivery hurt (%s) is caught in a share of at least %d`, (damage, share) => {
  const random = seededRandom(`${SEED}/hurt ${damage}`);
  let caught = 0;
  for (let i = 0; i < 500; i++) {
    const attempts = simulatedRoom(random, { ...room, lossChance: 0, people: 4 }, damage);
    const findings = judge(historyOf(attempts), invariantsOf(room));
    if (findings.some(({ verdict }) => verdict === "fail")) caught += 1;
  }
  expect(caught / 500).toBeGreaterThan(share);
});
