/**
 * The business rules an author can state in one line, one file per field. `checker/` decides them; here they are only
 * written down, as plain data.
 */
import type { Invariant } from "../../record/invariant.ts";
import type { OperationDefinition } from "../../record/operation.ts";
import type { Value } from "../../record/value.ts";

/** The statement that a checker of the given kind decides. Undefined options are left out. */
export function statement(
  kind: string,
  defaultName: string,
  operation: OperationDefinition,
  options: Readonly<Record<string, Value | undefined>>,
): Invariant {
  const { name, ...rest } = options;
  const given = Object.entries(rest).filter(([, value]) => value !== undefined);
  return Object.freeze({
    kind,
    name: typeof name === "string" ? name : defaultName,
    operation: operation.name,
    options: Object.freeze(Object.fromEntries(given)) as Invariant["options"],
  });
}
