/** The rules of who sees what: nobody the secrets of another, everybody at least what they saw or wrote before. */
import type { Invariant } from "../../record/invariant.ts";
import type { OperationDefinition } from "../../record/operation.ts";
import { statement } from "./statement.ts";

export interface NoLeakOptions {
  /**
   * Answers to somebody (`id`). Their `result` holds the canaries that were found in the body, `canariesIn(body)`, or any
   * text that may hold some. A request that was sent with a `value` and answered with a result of `{ echo }` must have
   * got its own value back.
   */
  reads: OperationDefinition | readonly OperationDefinition[];
  /** Who else may see the secrets of an owner. */
  allow?: Readonly<Record<string, readonly string[]>>;
  /** Who may see everything. */
  trusted?: readonly string[];
  /** Makes somebody (`id`) a member of a room (key), who may see what `canary(room)` stands in. */
  joins?: OperationDefinition;
  leaves?: OperationDefinition;
  name?: string;
}

/** No answer holds a canary of somebody else, and each answers the request it came back to. */
export function noLeak(options: NoLeakOptions): Invariant {
  const { reads, joins, leaves, ...rest } = options;
  const [first, ...others] = [reads].flat();
  if (first === undefined) throw new RangeError("reads must name an operation, got an empty list");
  const kind = joins === undefined ? "no-leak" : "no-leak-from-rooms";
  return statement(kind, "nobody is shown the secrets of another", first, {
    ...rest,
    reads: others.length === 0 ? undefined : others.map(({ name }) => name),
    joins: joins?.name,
    leaves: leaves?.name,
  });
}

/** From the weakest on. */
export type SessionGuarantee =
  | "monotonic-reads"
  | "monotonic-writes"
  | "read-your-writes"
  | "writes-follow-reads";

export interface SessionGuaranteesOptions {
  /** Its `result` is the version that the write made: a number that grows, or `{ version }`. */
  write: OperationDefinition;
  /** Its `result` is the version that was read; null stands for nothing written yet. */
  read: OperationDefinition;
  /** Default: all four. */
  guarantees?: readonly SessionGuarantee[];
  name?: string;
}

/**
 * Per key, a session (a virtual user, up to its first unknown outcome) never goes back: no read is older than one
 * before or than an own write before, and no write comes before an own write, or a read, before it. For systems that do
 * not promise that everybody sees a write at once.
 */
export function sessionGuarantees(options: SessionGuaranteesOptions): Invariant {
  const { write, read, ...rest } = options;
  return statement("session-guarantees", "sessions never go back", write, {
    ...rest,
    read: read.name,
  });
}
