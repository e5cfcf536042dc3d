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

const NONE: Leaving[] = [];

export class Belongings {
  readonly #actor: Actor;
  #kept: Leaving[] = NONE;
  /** How many of them, from the first on, stay until the virtual user leaves; the others go with the iteration. */
  #staying = 0;
  #closed = false;

  constructor(actor: Actor) {
    this.#actor = actor;
  }

  /** `keep` undefined: as befits the moment. One that comes too late is closed at once. */
  add(one: Leaving, keep: Keep | undefined): void {
    const kept = keep ?? (this.#actor.phase === "load" ? "iteration" : "vu");
    // Mostly it is one: a list that was made for one is a tenth of one that has room for more.
    if (this.#kept.length === 0) this.#kept = [one];
    else this.#kept.splice(kept === "vu" ? this.#staying : this.#kept.length, 0, one);
    if (kept === "vu") this.#staying += 1;
    if (this.#closed) void one.leave(CLOSE_CODE.goingAway, 0);
    else if (kept === "iteration") this.#actor.onIterationEnd ??= () => this.#endIteration();
  }

  delete(one: Leaving): void {
    const index = this.#kept.indexOf(one);
    if (index < 0) return;
    this.#kept = this.#kept.filter((other) => other !== one);
    if (index < this.#staying) this.#staying -= 1;
  }

  /** The virtual user leaves. Resolves when the last connection is gone. */
  async close(): Promise<void> {
    this.#closed = true;
    const all = [...this.#kept];
    await Promise.all(all.map((one) => one.leave(CLOSE_CODE.goingAway, LEAVE_TIMEOUT_NS)));
  }

  #endIteration(): void {
    for (const one of this.#kept.slice(this.#staying)) {
      void one.leave(CLOSE_CODE.normal, CLOSE_TIMEOUT_NS);
    }
  }
}
