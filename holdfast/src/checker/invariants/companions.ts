/** The other operations that an invariant speaks of besides its own: they are named in its options. */
import type { OperationGroup } from "../../history/history.ts";
import type { Invariant } from "../../record/invariant.ts";
import type { Question } from "../checker.ts";
import { memberOf } from "../member.ts";

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

/** What an invariant's own operation and one companion did on one key; one of the two may have done nothing. */
export interface Pair {
  readonly key: string;
  readonly own: OperationGroup | undefined;
  readonly companion: OperationGroup | undefined;
}

/** Every key once, as `keysOf` has them. For very many keys: nothing is looked up twice. */
export function pairsOf(
  groups: readonly OperationGroup[],
  companions: ReadonlyMap<string, OperationGroup>,
): Pair[] {
  let shared = 0;
  const pairs: Pair[] = groups.map((own) => {
    const companion = companions.get(own.key);
    if (companion !== undefined) shared += 1;
    return { key: own.key, own, companion };
  });
  if (shared === companions.size) return pairs;
  const known = new Set(groups.map(({ key }) => key));
  for (const [key, companion] of companions) {
    if (!known.has(key)) pairs.push({ key, own: undefined, companion });
  }
  return pairs;
}

/** A number of the options that may be one for all keys, or one per key; undefined where none is stated. */
export function numberFor(question: Question, option: string, key: string): number | undefined {
  return numberOf(question.invariant, option, key);
}

/** The same, of an invariant. */
export function numberOf({ options }: Invariant, option: string, key: string): number | undefined {
  const given = options[option];
  if (typeof given === "number") return given;
  const own = memberOf(given, key);
  return typeof own === "number" ? own : undefined;
}
