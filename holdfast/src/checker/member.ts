/** Answers and options are any JSON: what of them is an object, and has a member, is asked here. */
import type { Value } from "../record/value.ts";

/** The member of an object; undefined where there is none, and of all that is no object. */
export function memberOf(value: Value | undefined, name: string): Value | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const members = value as { readonly [name: string]: Value };
  return Object.hasOwn(members, name) ? members[name] : undefined;
}
