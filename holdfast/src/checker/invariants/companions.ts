/** The other operations that an invariant speaks of besides its own: they are named in its options. */
import type { OperationGroup } from "../../history/history.ts";
import type { Invariant } from "../../record/invariant.ts";
import type { Question } from "../checker.ts";

/** The groups of the operation that the option names, by key; none where it names none. */
export function companionsOf(question: Question, option: string): Map<string, OperationGroup> {
  const name = question.invariant.options[option];
  return typeof name === "string" ? companionsNamed(question, name) : new Map();
}

/** The groups of one operation, by key. */
export function companionsNamed(
  { history, key }: Question,
  name: string,
): Map<string, OperationGroup> {
  const groups = new Map<string, OperationGroup>();
  for (const group of history.groups) {
    if (group.name === name && (key === undefined || group.key === key)) {
      groups.set(group.key, group);
    }
  }
  return groups;
}

/** The operations that an option names where it may name several. */
export function namesIn(question: Question, option: string): string[] {
  const given = question.invariant.options[option];
  if (!Array.isArray(given)) return [];
  return given.filter((name): name is string => typeof name === "string");
}

/** The keys of the invariant's own operation, then those that only its companions have. */
export function keysOf(
  groups: readonly OperationGroup[],
  ...companions: readonly ReadonlyMap<string, OperationGroup>[]
): Set<string> {
  const keys = new Set(groups.map((group) => group.key));
  for (const others of companions) for (const key of others.keys()) keys.add(key);
  return keys;
}

/** A number of the options that may be one for all keys, or one per key; undefined where none is stated. */
export function numberFor(question: Question, option: string, key: string): number | undefined {
  return numberOf(question.invariant, option, key);
}

/** The same, of an invariant. */
export function numberOf({ options }: Invariant, option: string, key: string): number | undefined {
  const given = options[option];
  if (typeof given === "number") return given;
  if (given === null || typeof given !== "object" || Array.isArray(given)) return undefined;
  const own = Object.hasOwn(given, key) ? (given as Record<string, unknown>)[key] : undefined;
  return typeof own === "number" ? own : undefined;
}
