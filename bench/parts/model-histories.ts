/** Histories of queues, texts and transactions that are right, 100 under way at once. */
import { seededRandom } from "../../holdfast/src/base/random.ts";
import type { History } from "../../holdfast/src/history/history.ts";
import type { Value } from "../../holdfast/src/record/value.ts";
import { Writer } from "./state-histories.ts";

const OPERATIONS = 500_000;
const TRANSACTIONS = 300_000;
const LISTS_AT_ONCE = 10;
const APPENDS_EACH = 32;

/** `keys` queues by 100 at once: as many dequeues as enqueues, 1 in 10 of an empty queue, 1 in 100 enqueues unanswered and dequeued. */
export function queueHistory(keys: number): History {
  const writer = new Writer();
  const queues: number[][] = Array.from({ length: keys }, () => []);
  for (let index = 0; index < OPERATIONS; index++) {
    const at = index % keys;
    const key = `queue-${at}`;
    const queue = queues[at] as number[];
    const turn = Math.floor(index / keys) % 20;
    if (turn < 9) {
      queue.push(index);
      const outcome = index % 100 === 50 ? "unknown" : "ok";
      writer.add({ name: "enqueue", key, outcome, value: index });
    } else {
      writer.add({ name: "dequeue", key, outcome: "ok", result: queue.shift() ?? null });
    }
  }
  return writer.end();
}

/** `keys` texts by 100 at once, of 20 writes each, a put now and then, half of the operations gets. */
export function textHistory(keys: number): History {
  const writer = new Writer();
  const texts: string[] = Array.from({ length: keys }, () => "");
  for (let index = 0; index < OPERATIONS; index++) {
    const at = index % keys;
    const key = `text-${at}`;
    const turn = Math.floor(index / keys);
    if (turn % 2 === 1) {
      writer.add({ name: "get", key, outcome: "ok", result: texts[at] as string });
      continue;
    }
    const name = turn % 40 === 0 ? "put" : "append";
    const value = `${turn} `;
    texts[at] = name === "put" ? value : `${texts[at]}${value}`;
    writer.add({ name, key, outcome: "ok", value });
  }
  return writer.end();
}

/** 300,000 transactions of four micro-operations, half of them appends, on lists of up to 32 elements. */
export function transactionHistory(): History {
  const writer = new Writer();
  const random = seededRandom("transactions");
  const lists = new Map<number, number[]>();
  let first = 0;
  for (let index = 0; index < TRANSACTIONS; index++) {
    const micros = Array.from({ length: 4 }, (_, micro): [string, string, Value] => {
      const at = first + random.integer(0, LISTS_AT_ONCE - 1);
      const list = lists.get(at) ?? [];
      lists.set(at, list);
      const key = `l${at}`;
      if (random.next() < 0.5) return ["r", key, [...list]];
      const element = 4 * index + micro;
      if (list.push(element) === APPENDS_EACH) lists.delete(first++);
      return ["append", key, element];
    });
    writer.add({ name: "txn", key: "", outcome: "ok", value: micros, result: micros });
  }
  return writer.end();
}
