/** What is wrong with the reads of a key, as a person would say it. */
import type { History } from "../../history/history.ts";
import { OUTCOME, textOf } from "../../history/history.ts";
import type { Violation } from "../checker.ts";
import type { ValueBreach } from "../value-zones.ts";
import { at, of, shortened } from "../wording.ts";
import type { Register } from "./fresh-reads.ts";

/** A breach that the values themselves show. */
export function staleness(history: History, object: Register, breach: ValueBreach): Violation {
  return broken(history, object, sentenceOf(history, object, breach), rowsOf(breach));
}

/** A violation that is certain once all of its rows were answered. */
export function broken(
  { columns }: History,
  { key }: Register,
  sentence: string,
  shown: readonly number[],
): Violation {
  const rows = shown.filter((row) => row >= 0);
  const known = rows.filter((row) => columns.outcome[row] !== OUTCOME.unknown);
  const atNs = Math.max(...known.map((row) => columns.returnNs[row] as number));
  return { key, atNs, sentence: of(key) + sentence, rows, count: 1 };
}

function rowsOf(breach: ValueBreach): number[] {
  switch (breach.kind) {
    case "never written":
      return [breach.read];
    case "read before write":
      return [breach.read, breach.write];
    case "old read after new":
      return [breach.oldBegan, breach.newOver, breach.newBegan, breach.oldOver];
  }
}

function sentenceOf(history: History, object: Register, breach: ValueBreach): string {
  const { invokeNs, returnNs } = history.columns;
  const done = (row: number): string =>
    `${isWrite(object, row) ? "written" : "read"} by ${at(returnNs[row] as number)}`;
  if (breach.kind !== "old read after new") {
    const read = `${valueAt(history, object, breach.read)} was ${done(breach.read)}`;
    return breach.kind === "never written"
      ? `${read}, and nobody wrote that`
      : `${read}, before its write began at ${at(invokeNs[breach.write] as number)}`;
  }
  const { oldOver, newBegan, newOver, oldBegan } = breach;
  const old = valueAt(history, object, oldBegan);
  const newer = valueAt(history, object, newOver);
  const began = isWrite(object, newBegan) ? "the write" : "a read";
  const order =
    oldOver < 0
      ? `and ${old} was there from the start`
      : `and ${old} had been ${done(oldOver)}, before ${began} of ${newer} began at ` +
        at(invokeNs[newBegan] as number);
  return (
    `a read that began at ${at(invokeNs[oldBegan] as number)} gave ${old}, although ${newer} had ` +
    `been ${done(newOver)}, ${order}`
  );
}

/** What a row wrote or read. */
function valueAt(history: History, object: Register, row: number): string {
  const { value, result } = history.operation(row);
  return shortened(textOf((isWrite(object, row) ? value : result) ?? null));
}

function isWrite({ writes }: Register, row: number): boolean {
  return writes !== undefined && row >= writes.from && row < writes.to;
}
