/** A programmer's error: crash at once, with the broken rule in words. */
export function assert(condition: unknown, rule: string): asserts condition {
  if (!condition) throw new AssertionError(rule);
}

export class AssertionError extends Error {
  constructor(rule: string) {
    super(`holdfast broke its own rule: ${rule}`);
    this.name = "AssertionError";
  }
}
