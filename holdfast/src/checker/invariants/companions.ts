/** The other operations that an invariant speaks of besides its own: they are named in its options. */
import type { History, OperationGroup } from "../../history/history.ts";
import type { Invariant } from "../../record/invariant.ts";
import type { Question } from "../checker.ts";
import { memberOf } from "../member.ts";

/** The groups of one operation, found by what else was done on their keys. */
export class GroupsByKey {
  readonly groups: readonly OperationGroup[];
  /** By the code of a key: the place of its group, counted from 1; 0 for none. */
  readonly #places: Uint32Array;

  constructor(history: History, groups: readonly OperationGroup[]) {
    this.groups = groups;
    this.#places = new Uint32Array(history.keyCount);
    for (let place = 0; place < groups.length;) {
      const { keyCode } = groups[place] as OperationGroup;
      this.#places[keyCode] = ++place;
    }
  }

  /** The group on the same key. */
  get({ keyCode }: Pick<OperationGroup, "keyCode">): OperationGroup | undefined {
    const place = this.#places[keyCode] as number;
    return place === 0 ? undefined : this.groups[place - 1];
  }
}

/** The groups of an operation that are to be judged. */
export function groupsOf(
  history: History,
  name: string,
  key: string | undefined,
): readonly OperationGroup[] {
  const groups = history.groupsOf(name);
  return key === undefined ? groups : groups.filter((group) => group.key === key);
}

/** Those of the invariant's own operation. */
export function ownGroups({ history, groups }: Question): GroupsByKey {
  return new GroupsByKey(history, groups);
}

/** The groups of the operation that the option names; none where it names none. */
export function companionsOf(question: Question, option: string): GroupsByKey {
  const name = question.invariant.options[option];
  return typeof name === "string"
    ? companionsNamed(question, name)
    : new GroupsByKey(question.history, []);
}

/** The groups of one operation. */
export function companionsNamed({ history, key }: Question, name: string): GroupsByKey {
  return new GroupsByKey(history, groupsOf(history, name, key));
}

/** The operations that an option names where it may name several. */
export function namesIn(question: Question, option: string): string[] {
  const given = question.invariant.options[option];
  if (!Array.isArray(given)) return [];
  return given.filter((name): name is string => typeof name === "string");
}

/** For every key the first group that is of it: the keys of one operation, then those that only the next ones have. */
export function keysOf(...operations: readonly GroupsByKey[]): OperationGroup[] {
  return operations.flatMap(({ groups }, place) => {
    const before = operations.slice(0, place);
    if (before.length === 0) return groups;
    return groups.filter((group) => before.every((other) => other.get(group) === undefined));
  });
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
