/**
 * Delivery and order by their definitions: every message, person, join, leave and receipt is looked at for every other.
 * For a handful of operations, on one key, whose receipts name messages by id or by number, never by both.
 */
import type { Value } from "../../record/value.ts";
import type { Attempt } from "./simulated-sale.ts";

interface Message {
  readonly name: string | number;
  readonly fate: "ok" | "unknown" | "failed";
  readonly invokeNs: number;
  readonly ackNs: number;
}

interface Receipt {
  readonly person: string;
  readonly name: string | number;
  readonly row: Attempt;
}

/** What went wrong, in words of the checker's own. */
export function deliveryFaults(
  attempts: readonly Attempt[],
  { withinNs, late }: { withinNs: number; late: boolean },
): Set<string> {
  const faults = new Set<string>();
  const receipts = receiptsIn(attempts);
  const sent = messagesIn(attempts, receipts);
  const nameless = namelessIn(attempts, receipts);
  const unsent = [...new Set(receipts.map(({ name }) => name))].filter(
    (name) => !sent.some((message) => message.name === name),
  );
  const seenNs = (name: string | number): number =>
    Math.min(...receipts.filter((r) => r.name === name).map(({ row }) => row.returnNs));
  if (!matches(unsent.map(seenNs), nameless)) faults.add("phantom");
  const messages: Message[] = [
    ...sent,
    ...unsent.map((name): Message => {
      const invokeNs = nameless.length > 0 ? Math.min(...nameless) : -Infinity;
      return { name, fate: "unknown", invokeNs, ackNs: Infinity };
    }),
  ];
  for (const message of messages) {
    const own = receipts.filter(({ name }) => name === message.name);
    const onceSeenNs = Math.max(seenNs(message.name), message.invokeNs);
    const provenNs = message.fate === "ok" ? message.ackNs : onceSeenNs;
    const dueNs = provenNs + withinNs;
    for (const { person, row } of own) {
      if (own.filter((r) => r.person === person).length > 1) faults.add("duplicate");
      if (message.fate === "failed") {
        faults.add("aborted");
        continue;
      }
      if (row.returnNs < message.invokeNs && !unsent.includes(message.name))
        faults.add("premature");
      if (!perhapsThere(attempts, person, message.invokeNs, row.returnNs))
        faults.add("misdirected");
      const there = certainlyThere(attempts, receipts, person, message.invokeNs, dueNs);
      if (late && message.fate === "ok" && row.invokeNs > dueNs && there) faults.add("late");
    }
    if (message.fate === "failed" || provenNs === Infinity) continue;
    for (const person of new Set(attempts.map(({ id }) => id ?? ""))) {
      if (own.some((receipt) => receipt.person === person)) continue;
      if (certainlyThere(attempts, receipts, person, message.invokeNs, dueNs)) faults.add("lost");
    }
  }
  return faults;
}

/** The same where messages, named by their ids, say whom they are for; `echo` promises senders a copy. */
export function addressedFaults(
  attempts: readonly Attempt[],
  { withinNs, late, echo }: { withinNs: number; late: boolean; echo: boolean },
): Set<string> {
  const faults = new Set<string>();
  const receipts = receiptsIn(attempts);
  const sent = messagesIn(attempts, receipts);
  if (receipts.some(({ name }) => sent.every((message) => message.name !== name))) {
    faults.add("phantom");
  }
  const twice = receipts.some((a, i) =>
    receipts.some((b, j) => i !== j && a.person === b.person && a.name === b.name),
  );
  if (twice) faults.add("duplicate");
  for (const message of sent) {
    const { to, from } = addressOf(attempts, message.name);
    const own = receipts.filter(({ name }) => name === message.name);
    const seenNs = Math.min(...own.map(({ row }) => row.returnNs));
    const provenNs = message.fate === "ok" ? message.ackNs : Math.max(seenNs, message.invokeNs);
    const dueNs = provenNs + withinNs;
    for (const { person, row } of own) {
      if (message.fate === "failed") {
        faults.add("aborted");
        continue;
      }
      if (row.returnNs < message.invokeNs) faults.add("premature");
      if (!to.includes(person) && person !== from) faults.add("misdirected");
      if (late && message.fate === "ok" && row.invokeNs > dueNs) faults.add("late");
    }
    if (message.fate === "failed" || provenNs === Infinity) continue;
    for (const person of new Set([...to, ...(echo ? [from] : [])])) {
      const needed = echo || person !== from;
      const listened = receipts.some((r) => r.person === person && r.row.returnNs > dueNs);
      if (needed && listened && own.every((r) => r.person !== person)) faults.add("lost");
    }
  }
  return faults;
}

function addressOf(
  attempts: readonly Attempt[],
  message: string | number,
): { to: readonly string[]; from: string } {
  const { value } = attempts.find(({ name, id }) => name === "post" && id === message) as Attempt;
  return value as { to: string[]; from: string };
}

/** Whether some order of all messages contradicts nothing; `sequential` senders and receivers are told pairs, too. */
export function orderFaults(attempts: readonly Attempt[]): Set<string> {
  const faults = new Set<string>();
  const receipts = receiptsIn(attempts);
  const pairs: [before: string | number, after: string | number][] = [];
  const streams = new Map<string, Set<number>>();
  for (const [i, a] of receipts.entries()) {
    if (typeof a.name === "number") {
      streams.set(a.person, (streams.get(a.person) ?? new Set()).add(a.name));
    }
    for (const [j, b] of receipts.entries()) {
      if (a.person !== b.person || i === j) continue;
      const before = a.row === b.row ? i < j : isBefore(a.row, b.row, i < j);
      if (before) pairs.push([a.name, b.name]);
    }
  }
  for (const numbers of streams.values()) {
    if (Math.max(...numbers) - Math.min(...numbers) + 1 > numbers.size) faults.add("gap");
  }
  const posts = attempts.filter(({ name, outcome }) => name === "post" && outcome === "ok");
  for (const a of posts) {
    for (const b of posts) {
      if (a === b) continue;
      if (typeof a.result === "number" && a.result === b.result) faults.add("shared");
      if (a.process !== b.process || a.returnNs >= b.invokeNs) continue;
      if (typeof a.result === "number" && typeof b.result === "number") {
        if (a.result > b.result) faults.add("sent");
      } else pairs.push([a.id ?? "", b.id ?? ""]);
    }
  }
  if (pairs.some(([a, b]) => typeof a === "number" && typeof b === "number" && b <= a)) {
    faults.add("order");
  }
  const names = pairs.filter(([a, b]) => typeof a === "string" && a !== b);
  if (!fitsOneOrder([...new Set(names.flat())], names)) faults.add("cycle");
  return faults;
}

function fitsOneOrder(
  messages: readonly (string | number)[],
  pairs: readonly (readonly [string | number, string | number])[],
): boolean {
  if (messages.length === 0) return true;
  return messages.some((first) => {
    if (pairs.some(([, after]) => after === first)) return false;
    const others = messages.filter((message) => message !== first);
    return fitsOneOrder(
      others,
      pairs.filter(([before]) => before !== first),
    );
  });
}

function isBefore(a: Attempt, b: Attempt, recordedFirst: boolean): boolean {
  if (a.returnNs < b.invokeNs) return true;
  const touching = a.returnNs <= b.invokeNs + 1;
  return a.process === b.process && a.invokeNs <= b.invokeNs && touching && recordedFirst;
}

function receiptsIn(attempts: readonly Attempt[]): Receipt[] {
  return attempts
    .filter(({ name, outcome }) => name === "received" && outcome === "ok")
    .flatMap((row) => namesIn(row.value).map((name) => ({ person: row.id ?? "", name, row })));
}

function namesIn(value: Value | undefined): (string | number)[] {
  if (Array.isArray(value)) return (value as Value[]).flatMap(namesIn);
  if (typeof value === "string" || typeof value === "number") return [value];
  const { from, to } = value as { from: number; to: number };
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

function messagesIn(attempts: readonly Attempt[], receipts: readonly Receipt[]): Message[] {
  const numbers = receipts.some(({ name }) => typeof name === "number");
  const posts = attempts.filter(({ name }) => name === "post");
  return [...new Set(posts.map(({ id }) => id))].flatMap((id): Message[] => {
    const own = posts.filter((post) => post.id === id);
    const ok = own.filter(({ outcome }) => outcome === "ok");
    const possible = own.filter(({ outcome }) => outcome === "ok" || outcome === "unknown");
    const number = ok.find(({ result }) => typeof result === "number")?.result;
    const name = numbers ? number : id;
    if (typeof name !== "string" && typeof name !== "number") return [];
    return [
      {
        name,
        fate: ok.length > 0 ? "ok" : possible.length > 0 ? "unknown" : "failed",
        invokeNs: Math.min(...possible.map(({ invokeNs }) => invokeNs)),
        ackNs: Math.min(...ok.map(({ returnNs }) => returnNs)),
      },
    ];
  });
}

/** When those were sent that may have any number. Ids are always known. */
function namelessIn(attempts: readonly Attempt[], receipts: readonly Receipt[]): number[] {
  if (receipts.every(({ name }) => typeof name === "string")) return [];
  const posts = attempts.filter(({ name }) => name === "post");
  return [...new Set(posts.map(({ id }) => id))].flatMap((id) => {
    const own = posts.filter((post) => post.id === id);
    if (own.some(({ outcome }) => outcome === "ok")) return [];
    const unknown = own.filter(({ outcome }) => outcome === "unknown");
    return unknown.length === 0 ? [] : [Math.min(...unknown.map(({ invokeNs }) => invokeNs))];
  });
}

/** Each of the first has one of the second for itself that is no later. */
function matches(seenNs: readonly number[], sentNs: readonly number[]): boolean {
  const [first, ...others] = seenNs;
  if (first === undefined) return true;
  return sentNs.some(
    (ns, i) =>
      ns <= first &&
      matches(
        others,
        sentNs.filter((_, j) => j !== i),
      ),
  );
}

function perhapsThere(
  attempts: readonly Attempt[],
  person: string,
  fromNs: number,
  toNs: number,
): boolean {
  const moves = movesOf(attempts, person);
  return moves.some((join) => {
    if (join.name !== "join" || join.invokeNs > toNs) return false;
    return !moves.some(
      (leave) =>
        leave.name === "leave" &&
        leave.outcome === "ok" &&
        join.outcome === "ok" &&
        leave.invokeNs > join.returnNs &&
        leave.returnNs < fromNs,
    );
  });
}

function certainlyThere(
  attempts: readonly Attempt[],
  receipts: readonly Receipt[],
  person: string,
  fromNs: number,
  toNs: number,
): boolean {
  const moves = movesOf(attempts, person);
  return moves.some((join) => {
    if (join.name !== "join" || join.outcome !== "ok" || join.returnNs >= fromNs) return false;
    const leaves = moves.filter(
      (move) => move.name === "leave" && !(move.outcome === "ok" && move.returnNs < join.invokeNs),
    );
    if (leaves.length > 0) return leaves.every((leave) => leave.invokeNs > toNs);
    const listened = receipts.filter((receipt) => receipt.person === person);
    return listened.some(({ row }) => row.returnNs > toNs);
  });
}

function movesOf(attempts: readonly Attempt[], person: string): Attempt[] {
  return attempts.filter(
    ({ name, id, outcome }) =>
      (name === "join" || name === "leave") &&
      id === person &&
      (outcome === "ok" || outcome === "unknown"),
  );
}
