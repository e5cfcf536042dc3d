/**
 * All wait until the last has come, then all go on at one instant, over all threads.
 *
 * A barrier is four shared cells: `key` (which name it belongs to), `state` (generation in the high bits, how many have
 * come in the low ones, changed only by compare-and-swap), `generation` (the last one that was let go; whoever waits
 * looks at this one) and `wanted` (how many must come; 0 for all that are active).
 *
 *     arrive:   state g:3 -> g:4, wait while generation is not beyond g
 *     the last: state g:4 -> g+1:0, then generation = g+1, then wake everybody
 *
 * Between the last one's two steps, one that already arrives for g+1 sees generation g, which is not beyond g+1: it
 * waits, as it must.
 */
import { hash32 } from "../base/random.ts";
import { BARRIERS_MAX } from "./limits.ts";
import { BARRIER_CELLS } from "./shared-cells.ts";
import type { ScenarioCells } from "./shared-cells.ts";

const KEY = 0;
const STATE = 1;
const GENERATION = 2;
const WANTED = 3;

const COME_BITS = 20;
const COME_MASK: number = (1 << COME_BITS) - 1;
const GENERATION_MASK = 0x7ff;

interface Gate {
  readonly at: number;
  /** Who waits in this thread, by generation: the next may gather before word of the last has come. */
  readonly waiting: Map<number, Set<() => void>>;
}

/** The barriers of one scenario, as one thread sees them. */
export class Barriers {
  readonly #shared: ScenarioCells;
  readonly #cells: Int32Array<SharedArrayBuffer>;
  readonly #gates = new Map<string, Gate>();

  constructor(shared: ScenarioCells) {
    this.#shared = shared;
    this.#cells = shared.cells;
  }

  /**
   * Calls `go` once, when `parties` have come (0: all that are active). The returned function takes the caller away
   * again. Throws when the scenario has too many barriers.
   */
  arrive(name: string, parties: number, go: () => void): () => void {
    const gate = this.#gateOf(name);
    Atomics.store(this.#cells, gate.at + WANTED, parties);
    const generation = this.#come(gate);
    if (generation === undefined) {
      go();
      return () => undefined;
    }
    this.#wait(gate, generation, go);
    return () => {
      const waiting = gate.waiting.get(generation);
      if (waiting?.delete(go) === true) this.#takeBack(gate, generation);
    };
  }

  /** Someone is no longer active: those who waited for all may be all now. */
  recount(): void {
    for (let index = 0; index < BARRIERS_MAX; index++) {
      const at = this.#shared.barriersAt + index * BARRIER_CELLS;
      if (Atomics.load(this.#cells, at + KEY) === 0) return;
      if (Atomics.load(this.#cells, at + WANTED) === 0) this.#releaseIfAll(at);
    }
  }

  /** The first one in this thread watches for all; it may see at once that the last of all has come meanwhile. */
  #wait(gate: Gate, generation: number, go: () => void): void {
    const waiting = gate.waiting.get(generation);
    if (waiting !== undefined) {
      waiting.add(go);
      return;
    }
    gate.waiting.set(generation, new Set([go]));
    void this.#watch(gate, generation);
  }

  /** Counts the caller in; undefined when it was the last, and the others have been let go. */
  #come(gate: Gate): number | undefined {
    const at = gate.at;
    for (;;) {
      const state = Atomics.load(this.#cells, at + STATE);
      const generation = state >>> COME_BITS;
      const come = (state & COME_MASK) + 1;
      if (come < this.#wanted(at)) {
        if (this.#swap(at, state, (generation << COME_BITS) | come)) return generation;
      } else if (this.#release(at, state)) {
        this.#wake(gate, generation);
        return undefined;
      }
    }
  }

  #releaseIfAll(at: number): void {
    for (;;) {
      const state = Atomics.load(this.#cells, at + STATE);
      const come = state & COME_MASK;
      if (come === 0 || come < this.#wanted(at)) return;
      if (this.#release(at, state)) return;
    }
  }

  #release(at: number, state: number): boolean {
    const next = ((state >>> COME_BITS) + 1) & GENERATION_MASK;
    if (!this.#swap(at, state, next << COME_BITS)) return false;
    Atomics.store(this.#cells, at + GENERATION, next);
    Atomics.notify(this.#cells, at + GENERATION);
    return true;
  }

  #takeBack(gate: Gate, generation: number): void {
    for (;;) {
      const state = Atomics.load(this.#cells, gate.at + STATE);
      const come = state & COME_MASK;
      if (state >>> COME_BITS !== generation || come === 0) return;
      if (this.#swap(gate.at, state, state - 1)) return;
    }
  }

  /** Waits until another thread, or a recount, has let this generation go. */
  async #watch(gate: Gate, generation: number): Promise<void> {
    for (;;) {
      const current = Atomics.load(this.#cells, gate.at + GENERATION);
      if (isBeyond(current, generation)) break;
      const wait = Atomics.waitAsync(this.#cells, gate.at + GENERATION, current);
      if (wait.async) await wait.value;
    }
    this.#wake(gate, generation);
  }

  #wake(gate: Gate, generation: number): void {
    const waiting = [...(gate.waiting.get(generation) ?? [])];
    gate.waiting.delete(generation);
    for (const go of waiting) go();
  }

  #wanted(at: number): number {
    const wanted = Atomics.load(this.#cells, at + WANTED);
    return wanted === 0 ? this.#shared.active : wanted;
  }

  #swap(at: number, from: number, to: number): boolean {
    return Atomics.compareExchange(this.#cells, at + STATE, from, to) === from;
  }

  /** The first free barrier becomes the name's; all threads find the same one by its hash. */
  #gateOf(name: string): Gate {
    const known = this.#gates.get(name);
    if (known !== undefined) return known;
    const key = hash32(name) | 1;
    for (let index = 0; index < BARRIERS_MAX; index++) {
      const at = this.#shared.barriersAt + index * BARRIER_CELLS;
      const owner = Atomics.compareExchange(this.#cells, at + KEY, 0, key);
      if (owner !== 0 && owner !== key) continue;
      const gate: Gate = { at, waiting: new Map() };
      this.#gates.set(name, gate);
      return gate;
    }
    throw new RangeError(
      `a scenario must have at most ${BARRIERS_MAX} barriers, got ${name} as well`,
    );
  }
}

/** Generations go round, but only neighbours ever meet. */
function isBeyond(current: number, generation: number): boolean {
  const ahead = (current - generation) & GENERATION_MASK;
  return ahead > 0 && ahead <= GENERATION_MASK >>> 1;
}
