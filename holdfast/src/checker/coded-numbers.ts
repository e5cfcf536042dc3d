/** The numbers that values stand for, by their codes: each value is decoded once, however many operations carry it. */
import type { Atoms } from "../history/atoms.ts";
import type { Value } from "../record/value.ts";

/** One that is just this number is decoded each time, which does no harm. */
const UNREAD = -Number.MAX_VALUE;

export class CodedNumbers {
  readonly #atoms: Atoms;
  readonly #numberIn: (value: Value | undefined) => number;
  /** Made when it is first needed. */
  #numbers: Float64Array | undefined;

  constructor(atoms: Atoms, numberIn: (value: Value | undefined) => number) {
    this.#atoms = atoms;
    this.#numberIn = numberIn;
  }

  of(code: number): number {
    const numbers = (this.#numbers ??= new Float64Array(this.#atoms.size).fill(UNREAD));
    const known = numbers[code] as number;
    if (known !== UNREAD) return known;
    const number = this.#numberIn(this.#atoms.value(code));
    numbers[code] = number;
    return number;
  }
}
