/**
 * Small random histories for every kind of invariant: few keys, ids, values and moments, so that whatever can meet does.
 * Nothing about them is right or wrong; they are for what must hold of any finding over any history.
 */
import type { Random } from "../../base/random.ts";
import { canary } from "../../record/canary.ts";
import type { Invariant } from "../../record/invariant.ts";
import type { Outcome } from "../../record/outcome.ts";
import type { Value } from "../../record/value.ts";
import type { Attempt } from "./attempt.ts";
import { attempt } from "./attempt.ts";

export interface Story {
  readonly title: string;
  readonly invariant: Invariant;
  /** The operations of one key. */
  draw(random: Random, key: string): Attempt[];
}

const TICKS = 9;
const AUDIT_NS = 10_000;
const ANSWERED: readonly Outcome[] = ["ok", "ok", "ok", "ok", "unknown", "rejected", "failed"];

/** What one operation may be: fields that are drawn anew for each. */
interface Draft {
  readonly name: string;
  readonly outcomes?: readonly Outcome[];
  readonly audit?: boolean;
  readonly id?: (random: Random) => string | undefined;
  readonly value?: (random: Random, id: string | undefined) => Value | undefined;
  /** Of an answer that came. */
  readonly result?: (random: Random, value: Value | undefined) => Value | undefined;
  /** Of a refusal; nothing by default. */
  readonly refusal?: (random: Random) => Value | undefined;
}

function one<T>(...choices: readonly T[]): (random: Random) => T {
  return (random) => random.pick(choices);
}

function made({ name, audit = false, ...draft }: Draft, random: Random, key: string): Attempt {
  const outcome = audit ? "ok" : random.pick(draft.outcomes ?? ANSWERED);
  const invokeNs = audit ? AUDIT_NS : random.integer(0, TICKS);
  const id = draft.id?.(random);
  const value = draft.value?.(random, id);
  const answers = outcome === "ok" || outcome === "rejected";
  const said = outcome === "ok" ? draft.result?.(random, value) : draft.refusal?.(random);
  return attempt(name, outcome, invokeNs, invokeNs + (audit ? 0 : random.integer(0, 5)), {
    phase: audit ? "audit" : "load",
    process: random.integer(1, 3),
    key,
    id,
    value,
    result: answers ? said : undefined,
    status: random.pick([0, 0, 200]),
  });
}

function story(
  title: string,
  kind: string,
  options: Invariant["options"],
  drafts: readonly Draft[],
  countMax = 8,
): Story {
  const operation = (drafts[0] as Draft).name;
  return {
    title: `${kind}: ${title}`,
    invariant: { kind, name: kind, operation, options },
    draw: (random, key) =>
      Array.from({ length: random.integer(1, countMax) }, () =>
        made(random.pick(drafts), random, key),
      ),
  };
}

const few = one("a", "b", "c");
const fewOrNone = one<string | undefined>("a", "b", "c", "d", undefined);
const orderId = one<string | undefined>("o-1", "o-2", "o-3", undefined);
/** The same for all attempts of one request. */
const units = (random: Random, id: string | undefined): Value | undefined =>
  id === undefined ? random.pick([1, 2, undefined]) : { b: 1, c: 2, d: 2 }[id];

const order: Draft = { name: "order", id: fewOrNone, result: orderId };
const orders: Draft = { ...order, value: units };
const stored: Draft = { name: "order", audit: true, id: few, result: orderId };
const counted: Draft = { name: "stock", audit: true, id: one("db"), result: one(-1, 0, 1, 2, 3) };

const returning: readonly Draft[] = [
  { ...orders, id: few },
  { ...orders, id: few },
  { name: "restock", id: one("r-1", "r-2", undefined), value: units },
  { name: "cancel", id: few, value: one<Value | undefined>(1, undefined) },
  { name: "confirm", id: few },
  counted,
];
const back = { stock: 2, restock: "restock", cancel: "cancel" };
const held = { stock: 2, cancel: "cancel", hold: { minNs: 3, maxNs: 6, confirm: "confirm" } };

const SALES: readonly Story[] = [
  story("single units", "no-oversell", { stock: 2 }, [order, order, order, stored]),
  story("quantities", "no-oversell", { stock: { p: 3 } }, [orders, orders, stored]),
  story("units that return", "no-oversell", back, returning),
  story("holds", "no-oversell", held, returning),
  story("single units", "honest-sold-out", { stock: 2 }, [order, order, order, stored]),
  story("quantities", "honest-sold-out", { stock: 3 }, [orders, orders, stored]),
  story("units that return", "honest-sold-out", back, returning),
  story("holds", "honest-sold-out", held, returning),
  story("readings", "stock-agrees", { stock: 3, reads: "stock" }, [order, orders, counted]),
  story("units that return", "stock-agrees", { ...back, reads: "stock" }, returning),
  story("answers and the audit", "one-effect-per-key", {}, [order, order, stored]),
  story("payloads", "one-effect-per-key", {}, [orders, orders, stored]),
  story("answers and the audit", "unique-results", {}, [order, order, stored]),
  story("answers and the audit", "acknowledged-is-stored", {}, [order, order, stored]),
  story("attempts only", "one-winner", {}, [{ ...order, id: few }]),
  story("with readers", "one-winner", { reads: "look", free: null }, [
    { ...order, id: few, value: one<Value | undefined>("x", "y", undefined) },
    { name: "look", id: one("q"), result: one<Value>(null, "o-1", "o-2") },
  ]),
];

const amount = one<Value>(1, 2, 3);
const MONEY: readonly Story[] = [
  story(
    "credits and balances",
    "no-double-spend",
    { opening: 3, credits: ["credit"], balance: "balance" },
    [
      { name: "debit", id: few, value: amount, refusal: one(undefined, "insufficient", "other") },
      { name: "debit", id: few, value: amount },
      { name: "credit", id: one("d", "e"), value: amount },
      { name: "balance", id: one("q"), result: one(-1, 0, 1, 2, 3, 4) },
    ],
  ),
  story("with a ledger", "no-double-spend", { opening: 4, debits: ["payout"] }, [
    { name: "debit", id: few, value: amount },
    { name: "payout", id: one("d", "e"), value: amount },
    { name: "debit", audit: true, id: few, value: amount },
  ]),
  story("books", "conserves", { snapshot: "books", total: 4 }, [
    { name: "move", id: few, value: amount },
    {
      name: "books",
      result: (random) =>
        random.pick<Value>([4, 3, 5, { a: 1, b: 3 }, { a: 2, b: 1 }, { a: 5, b: -1 }, { b: 9 }]),
    },
  ]),
  ...[{}, { split: true, always: true }].map((more) =>
    story(
      JSON.stringify(more),
      "settled-once",
      { release: "release", refund: "refund", ...more },
      [
        { name: "hold", id: one("h"), value: one<Value>(3) },
        { name: "release", id: few, value: one<Value | undefined>(1, 2, 3, undefined) },
        { name: "refund", id: few, value: one<Value | undefined>(1, 2, undefined) },
        { name: "hold", audit: true, id: one("h") },
        { name: "release", audit: true, id: few, value: one<Value | undefined>(3, undefined) },
      ],
      6,
    ),
  ),
];

const price = one<Value>(1, 2, 3, 4, 5);
const bid: Draft = {
  name: "bid",
  id: fewOrNone,
  value: price,
  refusal: one<Value | undefined>(undefined, "too low", "closed", 2, 3, 4),
};
const AUCTIONS: readonly Story[] = [
  story("bids and prices", "auction", { start: 1, reads: "price" }, [
    bid,
    bid,
    { name: "price", result: one<Value>(null, 1, 2, 3, 4, 5) },
  ]),
  story("steps and a close", "auction", { start: 1, increment: 2, close: "close" }, [
    bid,
    bid,
    bid,
    { name: "close", result: one<Value | undefined>(undefined, 3, 4, 5) },
  ]),
];

const people = one("ann", "bob", "cat");
const messages = { receipt: "received", joins: "join", leaves: "leave" };
const post: Draft = { name: "post", id: one("m1", "m2", "m3"), result: one(undefined, 1, 2, 3) };
const received: Draft = {
  name: "received",
  outcomes: ["ok"],
  id: people,
  value: one<Value>(1, 2, 3, { from: 1, to: 3 }, [2, 1]),
};
const named: Draft = { ...received, value: one<Value>("m1", "m2", "m3", ["m1", "m3"]) };
const moves: readonly Draft[] = [
  { name: "join", id: people, outcomes: ["ok", "ok", "unknown"] },
  { name: "join", id: people, outcomes: ["ok"] },
  { name: "leave", id: people, outcomes: ["ok", "unknown"] },
];
const addressed: Draft = {
  ...post,
  result: one(undefined),
  value: one<Value>({ to: "ann" }, { to: ["ann", "bob"] }, { to: "cat", from: "cat" }, "bob"),
};
const DELIVERIES: readonly Story[] = [
  story("by number", "delivered-once", { ...messages, withinMs: 3e-6 }, [post, received, ...moves]),
  story("by id, late", "delivered-once", { ...messages, withinMs: 1e-6, foreign: true }, [
    { ...post, result: one(undefined) },
    named,
    ...moves,
  ]),
  story("to whom it names", "delivered-once", { receipt: "received", inbox: "inbox", echo: true }, [
    addressed,
    named,
    { ...named, name: "inbox" },
    { name: "inbox", audit: true, id: people, result: one<Value>([], ["m1"], ["m1", "m2"]) },
  ]),
  story("by number", "in-order", messages, [post, received, received, ...moves]),
  story(
    "by number, with gaps",
    "in-order",
    { receipt: "received", gaps: true, keeps: "real-time" },
    [post, received],
  ),
  story("by name, with a log", "in-order", { ...messages, log: "log" }, [
    { ...post, result: one(undefined) },
    named,
    { name: "log", id: people, result: one<Value>(["m1"], ["m2", "m1"], ["m1", "m2"], ["m3"]) },
    ...moves,
  ]),
];

const secret = one<Value>("nothing", ...["ann", "bob", "cat"].map((owner) => [canary(owner)]));
const echoed = (random: Random, value: Value | undefined): Value =>
  random.next() < 0.5 ? { echo: value ?? "x" } : { echo: random.pick(["x", "y"]) };
const SECRETS: readonly Story[] = [
  story("answers", "no-leak", { allow: { ann: ["bob"] }, trusted: ["cat"] }, [
    { name: "read", id: people, result: secret, refusal: secret },
    { name: "read", id: people, value: one<Value>("x", "y"), result: echoed },
  ]),
  story("rooms", "no-leak-from-rooms", { joins: "join", leaves: "leave" }, [
    {
      name: "read",
      id: people,
      result: (random) => random.pick<Value>([[canary("p")], [canary("ann")], "nothing"]),
    },
    ...moves,
  ]),
  story("sessions", "session-guarantees", { read: "read" }, [
    { name: "write", result: one<Value>(1, 2, 3, { version: 4 }) },
    { name: "read", result: one<Value>(null, 1, 2, 3, { version: 4 }) },
  ]),
  story("attempts", "never-succeeds", {}, [
    {
      name: "peek",
      id: people,
      result: one(undefined, "x"),
      outcomes: ["failed", "ok", "unknown"],
    },
    { name: "peek", id: people, outcomes: ["rejected", "failed"] },
  ]),
];

const states = { graph: { new: ["paid", "gone"], paid: ["sent", "new"] }, initial: "new" };
const state = one<Value>("new", "paid", "sent", "gone");
const version = one<Value>(1, 2, 3);
const STATES: readonly Story[] = [
  story("any values", "fresh-reads", { read: "read" }, [
    { name: "write", id: few, value: one<Value>(1, 2, 3, 4) },
    { name: "read", result: one<Value>(null, 1, 2, 3, 4) },
  ]),
  story("a stated start", "fresh-reads", { read: "read", initial: 0 }, [
    { name: "write", value: one<Value>(1, 2, 3, 4, 5, 6, 7) },
    { name: "read", result: one<Value>(null, 0, 1, 2, 3, 4, 5, 6, 7) },
  ]),
  story("writes and kills", "survives-kill", { kill: "kill", reads: "get" }, [
    { ...order, id: few },
    { ...order, id: few },
    { name: "kill", outcomes: ["ok"] },
    { name: "get", result: one<Value>("o-1", "o-2", ["o-1", "o-3"], null) },
    stored,
    stored,
  ]),
  story("paths", "allowed-transitions", { ...states, reads: "look" }, [
    { name: "move", id: fewOrNone, value: state },
    { name: "look", result: state },
  ]),
  story("versions", "allowed-transitions", { ...states, reads: "look", version: true }, [
    {
      name: "move",
      id: fewOrNone,
      value: state,
      result: (random) => ({ version: version(random) }),
    },
    {
      name: "look",
      result: (random) => ({ state: state(random), version: version(random) }),
    },
  ]),
];

function modelled(
  model: string,
  drafts: readonly Draft[],
  more: Invariant["options"] = {},
  title = model,
): Story {
  const operations = Object.fromEntries(drafts.map(({ name }) => [name, name]));
  return story(title, "linearizable", { model, operations, ...more }, drafts, 7);
}

const small = one<Value>(0, 1, 2);
const reads = (...values: readonly Value[]): Draft => ({
  name: "read",
  result: one<Value | undefined>(...values, undefined),
});
const MODELLED: readonly Story[] = [
  modelled("register", [{ name: "write", value: one<Value>(1, 2, 3) }, reads(null, 1, 2, 3)]),
  modelled("cas-register", [
    { name: "write", value: small },
    reads(null, 0, 1, 2),
    { name: "cas", value: (random) => [small(random), small(random)] },
  ]),
  modelled("kv", [
    { name: "put", value: one<Value>("a", "b") },
    { name: "append", value: one<Value>("c", "d") },
    { name: "get", result: one<Value>(null, "a", "ac", "cd", "bd", "b") },
  ]),
  modelled("fifo-queue", [
    { name: "enqueue", value: one<Value>(1, 2, 3, 4, 5) },
    { name: "dequeue", result: one<Value>(null, 1, 2, 3, 4, 5) },
  ]),
  modelled("set", [{ name: "add", value: small }, reads([], [0], [0, 1], [1, 2], [2, 1, 0])]),
  modelled("stock", [{ name: "take", value: units }, { name: "give" }, reads(0, 1, 2)], {
    initial: 2,
  }),
  modelled("stock", [{ name: "take", value: units }], { initial: 2 }, "falling stock"),
  modelled("counter", [{ name: "add", value: small }, reads(0, 1, 2, 3)]),
  modelled(
    "bank",
    [
      {
        name: "transfer",
        value: (random) => ({ from: random.pick(["a", "b"]), to: "b", amount: small(random) }),
      },
      { name: "read", result: one<Value>({ a: 2, b: 1 }, { a: 1, b: 2 }, { a: 0, b: 3 }) },
    ],
    { initial: { a: 2, b: 1 } },
  ),
  modelled("auction", [{ name: "bid", value: price }, reads(0, 1, 2, 3)]),
  modelled("unique", [{ name: "create", result: one<Value>(1, 2, 3, 4, 5) }]),
];

const LEVELS = ["read-committed", "snapshot-isolation", "serializable", "strict-serializable"];
const TRANSACTIONS: readonly Story[] = LEVELS.map((isolation) => ({
  title: `serializable: ${isolation}`,
  invariant: { kind: "serializable", name: "t", operation: "tx", options: { isolation } },
  draw: (random, key) => {
    const lists: Record<string, number[]> = { x: [], y: [] };
    let next = 0;
    const micro = (): Value => {
      const name = random.pick(["x", "y"]);
      const list = lists[name] as number[];
      if (random.next() < 0.5) return ["append", name, list[list.push((next += 1)) - 1] as number];
      // Often as it is, else older, now and then what never was.
      const seen = list.slice(0, random.next() < 0.6 ? list.length : random.integer(0, 3));
      return ["r", name, random.next() < 0.08 ? seen.toReversed() : seen];
    };
    const micros = (): Value => Array.from({ length: random.integer(1, 3) }, micro);
    const tx: Draft = { name: "tx", value: micros, result: (_, value) => value };
    return Array.from({ length: random.integer(1, 6) }, () => made(tx, random, key));
  },
}));

export const STORIES: readonly Story[] = [
  ...SALES,
  ...MONEY,
  ...AUCTIONS,
  ...DELIVERIES,
  ...SECRETS,
  ...STATES,
  ...MODELLED,
  ...TRANSACTIONS,
];
