/**
 * How a receipt says what was received: a text or a number that names one message, `{ id, seq }` that names it twice, a
 * run `{ from, to }` of consecutive numbers, or a list of all of these. Runs are what makes tens of millions of receipts
 * affordable: a receiver that missed nothing needs one operation for as many messages as it likes.
 */
import type { Value } from "../../record/value.ts";
import { RUN_NUMBERS_MAX } from "../limits.ts";
import { memberOf } from "../member.ts";

/** Called for one message: by its text, its number, or both. */
export type TakeNamed = (text: string | undefined, number: number | undefined) => void;

/** Calls back for every message that a value names, in its order; false when not all of the value is such a name. */
export function eachNamed(value: Value | undefined, take: TakeNamed): boolean {
  if (Array.isArray(value)) {
    let all = true;
    for (const inner of value as readonly Value[]) all = eachNamed(inner, take) && all;
    return all;
  }
  const { text, number } = nameIn(value);
  if (text !== undefined || number !== undefined) {
    take(text, number);
    return true;
  }
  const run = runIn(value);
  if (run === undefined) return false;
  for (let at = run.from; at <= run.to; at++) take(undefined, at);
  return true;
}

export interface MessageName {
  readonly text?: string | undefined;
  readonly number?: number | undefined;
}

/** The name in a text, a number, or an object with `id`, `seq` or both; empty for everything else. */
export function nameIn(value: Value | undefined): MessageName {
  if (typeof value === "string") return { text: value };
  if (typeof value === "number") return { number: value };
  const id = memberOf(value, "id");
  const seq = memberOf(value, "seq");
  return {
    text: typeof id === "string" ? id : undefined,
    number: typeof seq === "number" ? seq : undefined,
  };
}

/** Consecutive whole numbers, both ends included. */
export interface Run {
  readonly from: number;
  readonly to: number;
}

/** At most RUN_NUMBERS_MAX numbers; undefined for everything else. */
export function runIn(value: Value | undefined): Run | undefined {
  const from = memberOf(value, "from") as number;
  const to = memberOf(value, "to") as number;
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to)) return undefined;
  return to >= from && to - from < RUN_NUMBERS_MAX ? { from, to } : undefined;
}

/** The names of people in a text, a number, or a list of them. */
export function peopleIn(value: Value | undefined): string[] {
  if (Array.isArray(value)) return (value as readonly Value[]).flatMap(peopleIn);
  if (typeof value === "string") return [value];
  return typeof value === "number" ? [String(value)] : [];
}

/** The people in a member of an object: `to`, `from`. */
export function peopleAt(value: Value | undefined, member: string): string[] {
  return peopleIn(memberOf(value, member));
}
