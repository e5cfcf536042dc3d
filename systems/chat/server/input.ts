/** Reads what was sent. All that is wrong with it is said at once, with what was expected and what was got. */
import { objectOf, problem, refuse, type Values } from "../../http/request-problem.ts";

/** Reads one value after another; `done` throws when any was wrong. Until then a wrong one reads as its kind's nothing. */
export class Input {
  readonly #values: Values;
  readonly #problems: (string | undefined)[] = [];

  /** Throws for what is not a JSON object. */
  constructor(values: unknown) {
    this.#values = objectOf(values);
  }

  text(name: string, { min = 0, max }: { min?: number; max: number }): string {
    const value = this.#values[name];
    const right = typeof value === "string" && value.length >= min && value.length <= max;
    if (!right) this.#refuse(name, `text of ${min} to ${max} characters`);
    return right ? value : "";
  }

  textOr<D>(name: string, size: { min?: number; max: number }, otherwise: D): string | D {
    return this.#values[name] === undefined ? otherwise : this.text(name, size);
  }

  /** Text that matches whole. `words` says what does. */
  matching(name: string, pattern: RegExp, words: string): string {
    const value = this.#values[name];
    const right = typeof value === "string" && pattern.test(value);
    if (!right) this.#refuse(name, words);
    return right ? value : "";
  }

  oneOf<W extends string>(name: string, words: readonly W[], otherwise?: W): W {
    const value = this.#values[name] ?? otherwise;
    const right = words.includes(value as W);
    if (!right) this.#refuse(name, `one of ${words.join(", ")}`);
    return right ? (value as W) : (words[0] as W);
  }

  /** A whole number; digits will do, as in an address. */
  count(name: string, { min, max }: { min: number; max: number }): number {
    const value = this.#values[name];
    const number = typeof value === "string" && value !== "" ? Number(value) : value;
    const right =
      Number.isInteger(number) && (number as number) >= min && (number as number) <= max;
    if (!right) this.#refuse(name, `a whole number from ${min} to ${max}`);
    return right ? (number as number) : min;
  }

  countOr<D>(name: string, range: { min: number; max: number }, otherwise: D): number | D {
    const value = this.#values[name];
    return value === undefined || value === null ? otherwise : this.count(name, range);
  }

  id(name: string): number {
    return this.count(name, { min: 1, max: Number.MAX_SAFE_INTEGER });
  }

  ids(name: string, max: number): number[] {
    const value = this.#values[name] ?? [];
    const right =
      Array.isArray(value) && value.length <= max && value.every((id) => Number.isInteger(id));
    if (!right) this.#refuse(name, `a list of at most ${max} ids`);
    return right ? (value as number[]) : [];
  }

  /** Throws 400 when anything was wrong. */
  done(): void {
    refuse(...this.#problems);
  }

  #refuse(name: string, expected: string): void {
    this.#problems.push(problem(false, name, expected, this.#values[name]));
  }
}
