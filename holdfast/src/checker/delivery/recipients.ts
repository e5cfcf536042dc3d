/** The people of one room, numbered as they turn up: by the code of their name, or by the name itself. */
import type { History } from "../../history/history.ts";
import { textOf } from "../../history/history.ts";
import { CodeMap, NONE } from "../invariants/code-map.ts";

export class Recipients {
  readonly #history: History;
  readonly #byCode: CodeMap;
  readonly #byName = new Map<string, number>();
  readonly #names: string[] = [];

  constructor(history: History) {
    this.#history = history;
    this.#byCode = new CodeMap(history.atoms.size);
  }

  get count(): number {
    return this.#names.length;
  }

  clear(): void {
    this.#byCode.clear();
    this.#byName.clear();
    this.#names.length = 0;
  }

  /** Of the person in an `id`; NONE for an operation without one. */
  ofCode(code: number): number {
    if (code === 0) return NONE;
    let person = this.#byCode.get(code);
    if (person === NONE) {
      person = this.ofName(textOf(this.#history.atoms.value(code) ?? ""));
      this.#byCode.set(code, person);
    }
    return person;
  }

  ofName(name: string): number {
    let person = this.#byName.get(name);
    if (person === undefined) {
      person = this.#names.push(name) - 1;
      this.#byName.set(name, person);
    }
    return person;
  }

  nameOf(person: number): string {
    return this.#names[person] ?? "";
  }
}
