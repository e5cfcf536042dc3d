/** The words that findings are made of, so that all of them count, list and tell the time in one way. */
import { formatCount, NS_PER_S } from "../base/units.ts";
import type { History } from "../history/history.ts";
import { textOf } from "../history/history.ts";
import { IDS_NAMED_MAX, NAME_LENGTH_MAX } from "./limits.ts";

/** `1 order`, `1,204 orders`, `no orders`. */
export function counted(count: number, noun: string): string {
  const number = count === 0 ? "no" : formatCount(count);
  return `${number} ${count === 1 ? noun : plural(noun)}`;
}

/** `orders`, `entries`, `bids of a user` stays as it is where no rule fits. */
export function plural(noun: string): string {
  if (/[^aeiou]y$/.test(noun)) return `${noun.slice(0, -1)}ies`;
  if (/(?:s|x|ch|sh)$/.test(noun)) return `${noun}es`;
  return /[a-z]$/i.test(noun) ? `${noun}s` : noun;
}

/** `101st`, `1,012th`. */
export function ordinal(count: number): string {
  const teen = Math.floor((count % 100) / 10) === 1;
  const ending = teen ? "th" : (["th", "st", "nd", "rd"][count % 10] ?? "th");
  return `${formatCount(count)}${ending}`;
}

/** `4.210 s`, counted from the start of the run. */
export function at(ns: number): string {
  return `${(ns / NS_PER_S).toFixed(3)} s`;
}

/** The key as the start of a sentence: `phone-1: `, or nothing where there is only one object. */
export function of(key: string): string {
  return key === "" ? "" : `${shortened(key)}: `;
}

/** How an operation is called in a sentence: by what the system called it, else by its id, else by its number. */
export function nameOf(history: History, row: number): string {
  const operation = history.operation(row);
  const name = operation.result ?? operation.id;
  return name === undefined || name === null
    ? `operation ${operation.index}`
    : shortened(textOf(name));
}

/** The id of the request, else as `nameOf`. */
export function idOf(history: History, row: number): string {
  const { id } = history.operation(row);
  return id === undefined ? nameOf(history, row) : shortened(id);
}

/** `a, b, c and 12 more`. */
export function listed(names: readonly string[], count: number = names.length): string {
  const shown = names.slice(0, IDS_NAMED_MAX);
  const rest = count - shown.length;
  return rest > 0 ? `${shown.join(", ")} and ${formatCount(rest)} more` : shown.join(", ");
}

/** Sentences of several facts: `a; b`. Leaves out the empty ones. */
export function joined(facts: readonly (string | undefined | false)[], by = ", "): string {
  return facts.filter((fact) => typeof fact === "string" && fact !== "").join(by);
}

/** Why something is unknown, and how much was seen nevertheless. */
export function doubted(why: string, held: string): string {
  return `${why} (seen: ${held})`;
}

export function shortened(name: string): string {
  return name.length <= NAME_LENGTH_MAX ? name : `${name.slice(0, NAME_LENGTH_MAX - 1)}…`;
}
