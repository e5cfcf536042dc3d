/** Declares a kind of operation: `const order = operation("order", { rejected: [409], result: (r) => r.json<Placed>().orderId })`. */
import type { HttpResponse } from "../protocol/http.ts";
import type { DeclaredStatuses } from "../record/outcome.ts";
import type { Value } from "../record/value.ts";
import type { OperationDefinition, OperationStart } from "../record/operation.ts";

export interface OperationOptions extends DeclaredStatuses {
  /** Reads the system's own word for what happened from an `ok` or `rejected` answer. */
  result?: (answer: HttpResponse) => Value | undefined;
}

/** A kind of operation with the means to start one. */
export interface OperationKind extends OperationDefinition {
  on(key: string, rest?: { id?: string | undefined; value?: Value | undefined }): OperationStart;
}

export function operation(name: string, options: OperationOptions = {}): OperationKind {
  const { result, ...statuses } = options;
  const kind: OperationKind = {
    name,
    statuses: Object.freeze(statuses),
    result,
    on: (key, rest) => ({ definition: kind, key, id: rest?.id, value: rest?.value }),
  };
  return Object.freeze(kind);
}
