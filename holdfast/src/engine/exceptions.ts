/** What the script threw: all counted, the first few kept with their stacks. */
import { messageOf } from "../base/errors.ts";
import { EXCEPTIONS_KEPT } from "./limits.ts";

export interface ExceptionReport {
  readonly count: number;
  readonly first: readonly { readonly message: string; readonly stack: string }[];
}

export class Exceptions {
  #count = 0;
  readonly #first: { message: string; stack: string }[] = [];

  /** True while this is one of the first few: the others only need counting. */
  add(thrown: unknown): boolean {
    this.#count += 1;
    if (this.#first.length >= EXCEPTIONS_KEPT) return false;
    const stack = thrown instanceof Error ? (thrown.stack ?? "") : "";
    this.#first.push({ message: messageOf(thrown), stack });
    return true;
  }

  get report(): ExceptionReport {
    return { count: this.#count, first: this.#first };
  }
}
