/**
 * A first-in-first-out queue whose values are enqueued once each, exactly, O(n log n). Such a history has an order if and
 * only if (Henzinger, Sezgin and Vafeiadis 2013; the unknown outcomes and the deadlines are our own):
 *
 * - every value that is dequeued was enqueued, is dequeued once, and not over before its enqueue began;
 * - no two values cross: if a was in the queue before b was put in, b is not gone before a begins to leave;
 * - every dequeue that found nothing has an instant at which no value was certainly in the queue:
 *
 *       enqueue a |---|                        |---| dequeue a
 *                      ====== a is in =========
 *                 |---| enqueue b    ===== b is in ======|---| dequeue b
 *                          |--- empty? ---|                            never: the ='s leave no gap
 *
 * Unknown enqueues that nobody saw the value of need not have happened. Each unknown dequeue can take away one value
 * that nobody got; the earliest go to the values that came in first, because any other way to deal them out keeps some
 * value in the queue for longer and none for less.
 */
import { textOf } from "../../history/history.ts";
import type { Value } from "../../record/value.ts";
import type { Breach, ObjectHistory } from "../object-model.ts";
import { describe } from "../object-model.ts";
import type { Step } from "../model.ts";
import type { Placeable } from "../search.ts";
import { valueText } from "../value-text.ts";
import { shortened } from "../wording.ts";

/** What happened to one value. */
interface Item {
  /** Place of its enqueue; -1 when it was there from the start. */
  readonly enqueue: number;
  readonly inNs: number;
  readonly insideNs: number;
  /** Place of its dequeue; -1 when it was never seen to leave. */
  dequeue: number;
  /** When it began to leave, and when it was gone; infinite when it never did. */
  leavesNs: number;
  goneNs: number;
}

/** Undefined when the history can be explained; "ambiguous" when its values do not tell which is which. */
export function checkQueue(object: ObjectHistory): Breach | "ambiguous" | undefined {
  const { operations } = object;
  const items = itemsOf(object);
  if (items === undefined) return "ambiguous";
  const unknown: number[] = [];
  const empty: number[] = [];
  for (const [place, { step, invokeNs, returnNs }] of operations.entries()) {
    const { f, output, outcome } = step;
    if (f !== "dequeue") continue;
    if (outcome === "unknown") {
      unknown.push(invokeNs);
      continue;
    }
    if (isEmpty(step)) {
      empty.push(place);
      continue;
    }
    if (output === undefined) return "ambiguous";
    const item = items.get(valueText(output));
    const wrong = strangeDequeue(operations[place] as Placeable, place, item);
    if (wrong !== undefined) return wrong;
    const left = item as Item;
    left.dequeue = place;
    left.leavesNs = invokeNs;
    left.goneNs = returnNs;
  }
  const certain = certainItems(operations, items.values(), unknown);
  return crossing(operations, certain) ?? neverEmpty(operations, certain, empty);
}

/** True of a dequeue that found nothing. */
export function isEmpty({ f, output, outcome }: Step): boolean {
  return f === "dequeue" && (outcome === "rejected" || (outcome === "ok" && output === null));
}

/** A value that was never there, is already gone, or had not come. */
function strangeDequeue(
  { step, returnNs }: Placeable,
  place: number,
  item: Item | undefined,
): Breach | undefined {
  if (item === undefined)
    return { places: [place], why: `${describe(step)}: it was never enqueued` };
  if (item.dequeue >= 0) {
    return { places: [item.dequeue, place], why: `${describe(step)}: it was dequeued twice` };
  }
  if (returnNs >= item.inNs) return undefined;
  return {
    places: [place, item.enqueue],
    why: `${describe(step)} was over before it was enqueued`,
  };
}

/** By value; undefined when one was enqueued twice. */
function itemsOf({ operations, initial }: ObjectHistory): Map<string, Item> | undefined {
  const items = new Map<string, Item>();
  const start = (initial ?? []) as readonly Value[];
  const later = { dequeue: -1, leavesNs: Infinity, goneNs: Infinity };
  let firstNs = 0;
  for (const { invokeNs } of operations) firstNs = Math.min(firstNs, invokeNs);
  for (const [i, value] of start.entries()) {
    const name = valueText(value);
    if (items.has(name)) return undefined;
    const atNs = firstNs - start.length + i;
    items.set(name, { enqueue: -1, inNs: atNs, insideNs: atNs, ...later });
  }
  for (const [place, { step, invokeNs, returnNs }] of operations.entries()) {
    if (step.f !== "enqueue" || step.outcome === "rejected") continue;
    const name = valueText(step.input ?? null);
    if (items.has(name)) return undefined;
    items.set(name, { enqueue: place, inNs: invokeNs, insideNs: returnNs, ...later });
  }
  return items;
}

/** The values that were in the queue for certain, in the order in which they were in; unknown dequeues dealt out. */
function certainItems(
  operations: readonly Placeable[],
  items: Iterable<Item>,
  unknown: number[],
): Item[] {
  const isCertain = ({ enqueue, dequeue }: Item): boolean =>
    dequeue >= 0 || enqueue < 0 || operations[enqueue]?.step.outcome === "ok";
  const certain = [...items].filter(isCertain).sort((a, b) => a.insideNs - b.insideNs);
  unknown.sort((a, b) => a - b);
  let dealt = 0;
  for (const item of certain) {
    if (item.dequeue < 0 && dealt < unknown.length) item.leavesNs = unknown[dealt++] as number;
  }
  return certain;
}

/** Two values of which the second came in after the first and was gone before it. */
function crossing(operations: readonly Placeable[], certain: readonly Item[]): Breach | undefined {
  const coming = certain.toSorted((a, b) => a.inNs - b.inNs);
  let next = 0;
  let longest: Item | undefined;
  for (const item of coming) {
    // Ends at the latest with the value itself, which was inside no sooner than it came in.
    for (; (certain[next] as Item).insideNs < item.inNs; next++) {
      const before = certain[next] as Item;
      if (longest === undefined || before.leavesNs > longest.leavesNs) longest = before;
    }
    if (longest === undefined || longest.leavesNs <= item.goneNs) continue;
    const { step } = operations[item.dequeue] as Placeable;
    const when = longest.dequeue < 0 ? "never seen again" : "taken only later";
    return {
      places: [item.dequeue, longest.enqueue, item.enqueue, longest.dequeue],
      why: `${describe(step)} came before ${nameOf(operations, longest)}, which was in the queue first and was ${when}`,
    };
  }
  return undefined;
}

/** A dequeue that found nothing although at every instant of it some value was certainly there. */
function neverEmpty(
  operations: readonly Placeable[],
  certain: readonly Item[],
  empty: readonly number[],
): Breach | undefined {
  // `certain` is in order of `insideNs`; a stretch is covered without a gap. Its ends are open: at that instant the
  // value may still be, or already be, outside.
  const stretches: { fromNs: number; toNs: number; last: Item; first: Item }[] = [];
  for (const item of certain) {
    if (item.insideNs >= item.leavesNs) continue;
    const stretch = stretches.at(-1);
    if (stretch === undefined || item.insideNs >= stretch.toNs) {
      stretches.push({ fromNs: item.insideNs, toNs: item.leavesNs, last: item, first: item });
    } else if (item.leavesNs > stretch.toNs) {
      stretch.toNs = item.leavesNs;
      stretch.last = item;
    }
  }
  for (const place of empty) {
    const { invokeNs, returnNs } = operations[place] as Placeable;
    const stretch = stretches[lastBefore(stretches, invokeNs)];
    if (stretch === undefined || stretch.toNs <= returnNs) continue;
    return {
      places: [place, stretch.last.enqueue, stretch.first.enqueue, stretch.last.dequeue],
      why: `a dequeue found nothing, although at every instant of it a value was certainly there, ${nameOf(operations, stretch.last)} in the end`,
    };
  }
  return undefined;
}

/** The place of the last stretch that begins before `ns`; -1 without one. */
function lastBefore(stretches: readonly { fromNs: number }[], ns: number): number {
  let low = 0;
  let high = stretches.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((stretches[middle] as { fromNs: number }).fromNs < ns) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function nameOf(operations: readonly Placeable[], { enqueue }: Item): string {
  return enqueue < 0
    ? "a value of the start"
    : shortened(textOf((operations[enqueue] as Placeable).step.input ?? null));
}
