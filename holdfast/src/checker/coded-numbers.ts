/** The numbers that values stand for, by their codes: each value is decoded once, however many operations carry it. */
import type { Atoms } from "../history/atoms.ts";
import type { Value } from "../record/value.ts";

export class CodedNumbers {
  readonly #atoms: Atoms;
  readonly #numberIn: (value: Value | undefined) => number;
  /** By code. Never filled: of memory that is only reserved no more is taken than is written to. */
  readonly #numbers: Float64Array;
  readonly #isKnown: Uint8Array;

  constructor(atoms: Atoms, numberIn: (value: Value | undefined) => number) {
    this.#atoms = atoms;
    this.#numberIn = numberIn;
    this.#numbers = new Float64Array(atoms.size);
    this.#isKnown = new Uint8Array(atoms.size);
  }

  of(code: number): number {
    if (this.#isKnown[code] === 0) {
      this.#numbers[code] = this.#numberIn(this.#atoms.value(code));
      this.#isKnown[code] = 1;
    }
    return this.#numbers[code] as number;
  }
}
