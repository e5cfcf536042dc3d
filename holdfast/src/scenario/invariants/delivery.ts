/**
 * The rules of who gets to know what. All of them read operations in one way: **`id` says who**, the receiver, reader,
 * joiner or leaver; the message is what the operation carries.
 *
 *     post.on(room, { id: "m-1" })                     a message; its `result` is its number in the room, or nothing
 *     received.on(room, { id: "ann", value: 17 })      ann received number 17 …
 *     received.on(room, { id: "ann", value: "m-1" })   … or the message by its id
 *     received.on(room, { id: "ann", value: { from: 1, to: 900 } })    … or 900 of them, in their order
 *     join.on(room, { id: "ann" })                     ann is in the room
 */
import type { Duration } from "../../base/units.ts";
import { durationNs, NS_PER_MS } from "../../base/units.ts";
import type { Invariant } from "../../record/invariant.ts";
import type { OperationDefinition } from "../../record/operation.ts";
import { statement } from "./statement.ts";

type OneOrMore = OperationDefinition | readonly OperationDefinition[];

export interface MessagesOptions {
  /**
   * What makes messages. The `id` of the request names its message, and so does its `result`: a number is its place in
   * the order of the room, a text the system's own name, `{ id, seq }` both.
   */
  cause: OneOrMore;
  /**
   * One or many messages that somebody (`id`) received: the `result`, else the `value`, is a name, a number, a run
   * `{ from, to }` of consecutive numbers, or a list of these.
   */
  receipt: OperationDefinition;
  /** From here on somebody (`id`) is sent what is said in the room (key). */
  joins?: OperationDefinition;
  /** From here on no longer. Note it when a receiver stops listening, too: nothing proves otherwise that it still did. */
  leaves?: OperationDefinition;
  name?: string;
}

export interface DeliveredOnceOptions extends MessagesOptions {
  /** All that is kept for somebody (`id`) to read later. What is in it is not lost, though it never came live. */
  inbox?: OperationDefinition;
  /** How long a receiver must have stayed for a message to be owed; when stated, later is too late. Default 5s. */
  within?: Duration;
  /** True when a sender is owed its own message; it is named by `from` in the `value` of the cause. Default false. */
  echo?: boolean;
  /** True when messages may also come from elsewhere, such as the system's own notices. Default false. */
  foreign?: boolean;
}

/**
 * Every message that was acknowledged, or that anybody received, is received once by everybody it is for, and by nobody
 * else. With `joins` it is for all who are in the room; else for those its cause names: in its `value`, or in the `to`
 * of it. In between the two ends of a join or leave a receiver may or may not get it.
 */
export function deliveredOnce(options: DeliveredOnceOptions): Invariant {
  const { cause, receipt, joins, leaves, inbox, within, ...rest } = options;
  return statement("delivered-once", "every message is delivered once", firstOf(cause), {
    ...rest,
    causes: othersOf(cause),
    receipt: receipt.name,
    joins: joins?.name,
    leaves: leaves?.name,
    inbox: inbox?.name,
    withinMs: within === undefined ? undefined : durationNs(within) / NS_PER_MS,
  });
}

export interface InOrderOptions extends MessagesOptions {
  /** True when numbers may be left out: they count more than this room. Default false. */
  gaps?: boolean;
  /** Whose order the numbers keep: that of each `sender` (default), or of all, in `real-time`. */
  keeps?: "sender" | "real-time";
  /** Reads of a room from its beginning, in order: the `result` is a list. Of any two, one begins with the other. */
  log?: OperationDefinition;
}

/**
 * Per room (key) there is one order of messages, and everybody receives them in it: by numbers, each one above the last
 * and, from where a receiver joined, none left out; by names, in an order that nobody's receipts contradict.
 */
export function inOrder(options: InOrderOptions): Invariant {
  const { cause, receipt, joins, leaves, log, ...rest } = options;
  return statement("in-order", "messages arrive in one order", firstOf(cause), {
    ...rest,
    causes: othersOf(cause),
    receipt: receipt.name,
    joins: joins?.name,
    leaves: leaves?.name,
    log: log?.name,
  });
}

function firstOf(operations: OneOrMore): OperationDefinition {
  const [first] = [operations].flat();
  if (first === undefined) throw new RangeError("cause must name an operation, got an empty list");
  return first;
}

function othersOf(operations: OneOrMore): string[] | undefined {
  const others = [operations].flat().slice(1);
  return others.length === 0 ? undefined : others.map(({ name }) => name);
}
