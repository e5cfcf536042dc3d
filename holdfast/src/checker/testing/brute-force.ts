/**
 * The slow truth for tests: tries every order of a handful of operations. Written without a look at the checkers it is
 * held against: no sorting, no sweeping, no memory of what was tried.
 */

export interface Tried<State> {
  invokeNs: number;
  returnNs: number;
  /** It may also never have happened. */
  optional: boolean;
  /** The states it may lead to; none when it cannot happen here. */
  next(state: State): State[];
}

/** True when some order, true to real time, explains all operations that are not optional. */
export function existsOrder<State>(state: State, operations: readonly Tried<State>[]): boolean {
  if (operations.every((operation) => operation.optional)) return true;
  return operations.some((operation, i) => {
    const others = operations.filter((_, j) => j !== i);
    const overdue = others.some((other) => !other.optional && other.returnNs < operation.invokeNs);
    return !overdue && operation.next(state).some((next) => existsOrder(next, others));
  });
}
