/** Whatever one virtual user waits for, as a list whose links are in the waiters: nearly always it is one, or none. */

/** Something that ends early when the virtual user is cut off: a sleep, a barrier. */
export interface Waiter {
  next: Waiter | undefined;
  end(): void;
}

/** The list without the waiter, which need not be in it. */
export function without(first: Waiter | undefined, waiter: Waiter): Waiter | undefined {
  if (first === waiter) return waiter.next;
  for (let other = first; other !== undefined; other = other.next) {
    if (other.next === waiter) other.next = waiter.next;
  }
  return first;
}
