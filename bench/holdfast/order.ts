/** The operation that every load test of the bench records. */
import { operation, type OperationKind } from "holdfast";

export const order: OperationKind = operation("order");
