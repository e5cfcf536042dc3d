/** Every model of `holdfast check` once more, as plainly as it can be said, with random small histories of it. */
import type { Random } from "../../base/random.ts";
import { sortedJson } from "../../history/value-codec.ts";
import type { Value } from "../../record/value.ts";
import { MODELS } from "../check-file.ts";
import type { Model, Step } from "../model.ts";
import { bank } from "../models/bank.ts";
import { counter } from "../models/counter.ts";
import { keyValue } from "../models/key-value.ts";
import { casRegister, register } from "../models/register.ts";
import { stock } from "../models/stock.ts";
import type { ObjectModel } from "../object-model.ts";
import type { Placeable } from "../search.ts";

/** The model once more, as plainly as it can be said: the states a step may lead to. */
export interface Plain<State> {
  initial: Value | undefined;
  start: State;
  next(state: State, step: Step): State[];
  /** `place` counts the steps of one history. */
  step(random: Random, place: number): Step;
}

const small = (random: Random): number => random.integer(0, 2);
const maybe = (random: Random, value: Value): Value | undefined =>
  random.next() < 0.8 ? value : undefined;

function step(random: Random, f: string, input: Value | undefined, output?: Value): Step {
  const outcome = random.pick<Step["outcome"]>(["ok", "ok", "ok", "rejected", "unknown"]);
  return { f, input, output: outcome === "unknown" ? undefined : output, outcome };
}

const registerLike = (operations: readonly string[]): Plain<Value> => ({
  initial: undefined,
  start: null,
  next: (state, { f, input, output, outcome }) => {
    if (f === "write") return outcome === "rejected" ? [state] : [input as Value];
    if (f === "read") {
      if (outcome === "rejected" || outcome === "unknown" || output === undefined) return [state];
      return state === output ? [state] : [];
    }
    const [from, to] = input as [Value, Value];
    if (outcome === "rejected") return state === from ? [] : [state];
    return state === from ? [to] : [];
  },
  step: (random) => {
    const f = random.pick(operations);
    if (f === "read")
      return step(random, f, undefined, maybe(random, random.pick([null, 0, 1, 2])));
    return step(random, f, f === "cas" ? [small(random), small(random)] : small(random));
  },
});

/** State and step belong together inside each model only. */
function plain<State>(model: Plain<State>): Plain<never> {
  return model as unknown as Plain<never>;
}

export const PLAIN: Readonly<Record<string, Plain<never>>> = {
  register: plain(registerLike(["read", "write"])),
  "cas-register": plain(registerLike(["read", "write", "cas"])),
  kv: plain({
    initial: undefined,
    start: "",
    next: nextText,
    step: (random) => {
      const f = random.pick(["get", "get", "put", "append"]);
      if (f !== "get") return step(random, f, random.pick(["a", "b"]));
      return step(
        random,
        f,
        undefined,
        maybe(random, random.pick(["", "a", "b", "ab", "ba", null])),
      );
    },
  }),
  "kv, every text of its own": plain(textsOfTheirOwn()),
  counter: plain({
    initial: 1,
    start: 1,
    next: (state: number, { f, input, output, outcome }: Step) => {
      if (f === "add") return [outcome === "rejected" ? state : state + (input as number)];
      return outcome !== "ok" || output === undefined || output === state ? [state] : [];
    },
    step: (random) =>
      random.next() < 0.5
        ? step(random, "add", random.integer(-1, 2))
        : step(random, "read", undefined, maybe(random, random.integer(0, 4))),
  }),
  "fifo-queue": plain({
    initial: [7],
    start: [7],
    next: (state: Value[], { f, input, output, outcome }: Step) => {
      if (outcome === "rejected") return f === "enqueue" || state.length === 0 ? [state] : [];
      if (f === "enqueue") return [[...state, input as Value]];
      if (outcome === "unknown" || output === undefined) return [state.slice(1)];
      if (output === null) return state.length === 0 ? [state] : [];
      return state[0] === output ? [state.slice(1)] : [];
    },
    step: (random) =>
      random.next() < 0.5
        ? step(random, "enqueue", small(random))
        : step(random, "dequeue", undefined, maybe(random, random.pick([null, 0, 1, 2, 7]))),
  }),
  "fifo-queue, every value once": plain(queueOfDifferent()),
  set: plain({
    initial: [0],
    start: [0],
    next: (state: Value[], { f, input, output, outcome }: Step) => {
      if (f === "add") return [outcome === "rejected" ? state : [...state, input as Value]];
      if (outcome !== "ok" || output === undefined) return [state];
      const held = [...new Set(state)].map(sortedJson).sort().join();
      return (output as Value[]).map(sortedJson).sort().join() === held ? [state] : [];
    },
    step: (random) => {
      if (random.next() < 0.5) return step(random, "add", small(random));
      const values = [0, 1, 2].filter(() => random.next() < 0.6);
      if (random.next() < 0.05) values.push(0);
      return step(random, "read", undefined, maybe(random, values));
    },
  }),
  stock: plain(stockLike(["take", "take", "give", "read"])),
  "stock, falling": plain(stockLike(["take"])),
  bank: plain({ initial: { a: 2, b: 1 }, start: { a: 2, b: 1 }, next: afterMove, step: move }),
  "bank, nothing said of the start": plain(bankOfAnyStart()),
  auction: plain(auctionLike(0)),
  "auction, hardly any answer": plain(auctionLike(0.7)),
  unique: plain({
    initial: undefined,
    start: [],
    next: (state: Value[], { output, outcome }: Step) => {
      if (outcome !== "ok") return [state];
      return state.includes(output as Value) ? [] : [[...state, output as Value]];
    },
    step: (random) => step(random, "create", undefined, random.integer(0, 9)),
  }),
};

type Balances = Record<string, number>;

function afterMove(state: Balances, { f, input, output, outcome }: Step): Balances[] {
  if (f === "read") {
    if (outcome !== "ok" || output === undefined) return [state];
    const read = output as Balances;
    return read["a"] === state["a"] && read["b"] === state["b"] ? [state] : [];
  }
  const { from, to, amount } = input as { from: string; to: string; amount: number };
  const short = (state[from] ?? 0) < amount;
  if (outcome === "rejected") return short ? [state] : [];
  if (short) return [];
  const taken = { ...state, [from]: (state[from] ?? 0) - amount };
  return [{ ...taken, [to]: (taken[to] ?? 0) + amount }];
}

function move(random: Random): Step {
  if (random.next() < 0.5) {
    const a = random.integer(0, 3);
    return step(random, "read", undefined, maybe(random, { a, b: 3 - a }));
  }
  const [from, to] = random.pick<[string, string]>([
    ["a", "b"],
    ["b", "a"],
    ["a", "a"],
  ]);
  return step(random, "transfer", { from, to, amount: random.integer(0, 2) });
}

/** Any balances that a read may come to, or so much that nothing is refused; a refusal before a read says little. */
function bankOfAnyStart(): Plain<Balances | "any"> {
  const starts = [0, 1, 2, 3].map((a) => ({ a, b: 3 - a }));
  return {
    initial: undefined,
    start: "any",
    next: (state, one) =>
      (state === "any" ? [...starts, { a: 99, b: 99 }] : [state]).flatMap((start) =>
        afterMove(start, one),
      ),
    step: (random) => {
      const drawn = move(random);
      return drawn.outcome === "rejected" ? { ...drawn, outcome: "ok" } : drawn;
    },
  };
}

function queueOfDifferent(): Plain<Value[]> {
  return {
    initial: [100],
    start: [100],
    next: (state, { f, input, output, outcome }) => {
      if (outcome === "rejected") return f === "enqueue" || state.length === 0 ? [state] : [];
      if (f === "enqueue") return [[...state, input as Value]];
      if (outcome === "unknown") return [state.slice(1)];
      if (output === null) return state.length === 0 ? [state] : [];
      return state[0] === output ? [state.slice(1)] : [];
    },
    step: (random, place) => {
      if (random.next() < 0.45) return step(random, "enqueue", place + 1);
      const near = random.pick([100, place - 1, place, place + 1, place + 2]);
      return step(
        random,
        "dequeue",
        undefined,
        random.next() < 0.25 ? null : near < 1 ? 100 : near,
      );
    },
  };
}

/** Of a text that is put, appended to and got: a get without an answer says nothing. */
function nextText(state: string, { f, input, output, outcome }: Step): string[] {
  if (f === "get") {
    return outcome !== "ok" || output === undefined || (output ?? "") === state ? [state] : [];
  }
  if (outcome === "rejected") return [state];
  return [f === "put" ? (input as string) : state + (input as string)];
}

/** Writes are numbered in `randomHistory`: `step` draws kinds of them, and gets of what they could make. */
function textsOfTheirOwn(): Plain<string> {
  return {
    initial: "z",
    start: "z",
    next: nextText,
    step: (random) => {
      const f = random.pick(["get", "get", "put", "append"]);
      if (f !== "get") return step(random, f, random.pick("abcdefghijklmnopqr".split("")));
      const texts = ["z", "a", "b", "ab", "za", "zab", "ba"];
      return step(random, f, undefined, maybe(random, random.pick(texts)));
    },
  };
}

/** `lossChance`: bids of which nobody knows, besides those drawn as unknown. */
function auctionLike(lossChance: number): Plain<number> {
  return {
    initial: 1,
    start: 1,
    next: (state, { f, input, output, outcome }) => {
      if (f === "read") {
        return outcome !== "ok" || output === undefined || output === state ? [state] : [];
      }
      const bid = input as number;
      if (outcome !== "rejected") return bid > state ? [bid] : [];
      return bid <= state && (output === undefined || output === state) ? [state] : [];
    },
    step: (random) => {
      if (random.next() < 0.3) {
        return step(random, "read", undefined, maybe(random, random.integer(0, 5)));
      }
      const quote = random.next() < 0.3 ? random.integer(0, 5) : undefined;
      const made = step(random, "bid", random.integer(0, 5));
      if (random.next() < lossChance) return { ...made, output: undefined, outcome: "unknown" };
      return made.outcome === "rejected" ? { ...made, output: quote } : made;
    },
  };
}

function stockLike(operations: readonly string[]): Plain<number> {
  return {
    initial: 2,
    start: 2,
    next: (state, { f, input, output, outcome }) => {
      if (f === "read")
        return outcome !== "ok" || output === undefined || output === state ? [state] : [];
      const units = (input ?? 1) as number;
      if (f === "give") return [outcome === "rejected" ? state : state + units];
      if (outcome === "rejected") return state < units ? [state] : [];
      return state >= units ? [state - units] : [];
    },
    step: (random) => {
      const f = random.pick(operations);
      if (f === "read") return step(random, f, undefined, maybe(random, random.integer(0, 3)));
      return step(random, f, maybe(random, random.integer(0, 2)));
    },
  };
}

export function randomHistory(random: Random, plain: Plain<never>): Placeable[] {
  return Array.from({ length: random.integer(1, 7) }, (_, place) => {
    const made = plain.step(random, place);
    const invokeNs = random.integer(0, 9);
    const endNs = invokeNs + random.integer(0, 5);
    return { step: made, invokeNs, returnNs: made.outcome === "unknown" ? Infinity : endNs };
  });
}

/** The model that a name of `PLAIN` begins with. */
export function modelOf(name: string): ObjectModel {
  return MODELS[name.replace(/,.*/, "")] as ObjectModel;
}

/** What decides a name of `PLAIN` by search, also where `modelOf` has a quicker way. */
export const SEARCHED: Readonly<Record<string, Model>> = {
  register,
  "cas-register": casRegister,
  kv: keyValue,
  counter,
  stock,
  bank,
};
