/**
 * A planted bug: a mistake that real chats have made, built in on purpose, so that the suite can prove it would see it.
 * Each is one file that takes the right parts and gives back parts of which one is wrong.
 */
import type { EmbeddedParts } from "../server/parts/embedded.ts";
import type { ChatParts } from "../server/parts/parts.ts";
import type { RealParts } from "../server/parts/real.ts";

export interface Bug {
  readonly name: string;
  /** Name of the invariant that must catch it. */
  readonly invariant: string;
  /** What is wrong, one sentence. */
  readonly says: string;
  /** The file in `load/` under which it shows within a minute. */
  readonly suite: string;
  plant(parts: EmbeddedParts | RealParts): Partial<ChatParts>;
}

/** The names of the invariants, as the suites state them. */
export const STORED = "every acknowledged write is stored, once";
export const DELIVERED = "every message is delivered once";
export const ORDERED = "messages arrive in one order";
export const PRIVATE = "what is private stays private";
export const WHOLE = "every file is stored as it was sent";
export const SUGGESTED = "every word that was said is suggested";
export const COUNTED = "the unread count is the number of mentions";

/** The moment in which others get in: a round trip to something busy, such as another service. */
export function meanwhile(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** An object of a class with some of its methods replaced: the rest still work, on the object itself. */
export function insteadOf<T extends object>(right: T, wrong: Partial<T>): T {
  return new Proxy(right, {
    get(target, name) {
      const replaced: unknown = Reflect.get(wrong, name);
      if (replaced !== undefined) return replaced;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}
