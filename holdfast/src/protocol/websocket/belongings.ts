/**
 * The connections of one virtual user, and how long each of them lives by itself: until the iteration ends that opened
 * it, or until the virtual user leaves.
 */
import type { Actor } from "../../record/recorder.ts";
import { CLOSE_CODE } from "./close-codes.ts";
import { CLOSE_TIMEOUT_NS, LEAVE_TIMEOUT_NS } from "./limits.ts";

export type Keep = "iteration" | "vu";

/** Whatever is closed for its virtual user. */
export interface Leaving {
  /** Resolves when the connection is gone. */
  leave(code: number, timeoutNs: number): Promise<void>;
}

export class Belongings {
  readonly #actor: Actor;
  readonly #kept = new Map<Leaving, Keep>();
  #closed = false;

  constructor(actor: Actor) {
    this.#actor = actor;
  }

  /** `keep` undefined: as befits the moment. One that comes too late is closed at once. */
  add(one: Leaving, keep: Keep | undefined): void {
    const kept = keep ?? (this.#actor.phase === "load" ? "iteration" : "vu");
    this.#kept.set(one, kept);
    if (this.#closed) void one.leave(CLOSE_CODE.goingAway, 0);
    else if (kept === "iteration") this.#actor.onIterationEnd ??= () => this.#endIteration();
  }

  delete(one: Leaving): void {
    this.#kept.delete(one);
  }

  /** The virtual user leaves. Resolves when the last connection is gone. */
  async close(): Promise<void> {
    this.#closed = true;
    const all = [...this.#kept.keys()];
    await Promise.all(all.map((one) => one.leave(CLOSE_CODE.goingAway, LEAVE_TIMEOUT_NS)));
  }

  #endIteration(): void {
    for (const [one, keep] of this.#kept) {
      if (keep === "iteration") void one.leave(CLOSE_CODE.normal, CLOSE_TIMEOUT_NS);
    }
  }
}
