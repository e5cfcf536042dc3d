/** The script's functions may be asynchronous or not, and may throw either way. */

/** Calls, and then one of the two: at once when there is no promise to wait for. */
export function settle(
  call: () => unknown,
  onValue: (value: unknown) => void,
  onError: (error: unknown) => void,
): void {
  let result: unknown;
  try {
    result = call();
  } catch (error) {
    onError(error);
    return;
  }
  if (isPromise(result)) result.then(onValue, onError);
  else onValue(result);
}

export function isPromise(value: unknown): value is PromiseLike<unknown> {
  if (value instanceof Promise) return true;
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === "function";
}
