/** Those who wait for the next thing to happen, each no longer than it likes. */
export class Sleepers {
  readonly #wakes = new Set<() => void>();

  /** Resolves at the next `wake`, or after so many ms. */
  wait(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#wakes.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, waitMs);
      this.#wakes.add(wake);
    });
  }

  /** Wakes all of them. */
  wake(): void {
    for (const wake of this.#wakes) wake();
  }
}
