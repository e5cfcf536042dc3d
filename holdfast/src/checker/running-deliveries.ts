/**
 * What is certain of deliveries while the load runs: that somebody received a message twice, or one that names others
 * as those it is for. What never arrives only the end can tell, and who was in a room only the whole.
 */
import type { Invariant } from "../record/invariant.ts";
import { eachNamed, peopleAt, peopleIn } from "./delivery/reference.ts";
import { WATCHED_IDS_MAX } from "./limits.ts";
import type { Attempt, RunningLine, RunningRule } from "./running-rules.ts";
import { counted, of, shortened } from "./wording.ts";

/** What one person received in one room: the numbers of a run, and whatever is not in it. */
interface Received {
  from: number;
  to: number;
  readonly others: Set<string | number>;
}

export class RunningDeliveries implements RunningRule {
  readonly invariant: Invariant;
  readonly operations: readonly string[];
  readonly #receipt: string;
  readonly #received = new Map<string, Received>();
  /** Whom a message is for, where it says so, and who sent it; of attempts that differ, what any of them says. */
  readonly #for = new Map<string, Set<string>>();
  #remembered = 0;
  #count = 0;
  #violation: string | undefined;

  constructor(invariant: Invariant) {
    const { options, operation } = invariant;
    const { receipt, causes: others } = options;
    this.invariant = invariant;
    this.#receipt = typeof receipt === "string" ? receipt : "";
    const causes = Array.isArray(others) ? others.map(String) : [];
    const joined = options["joins"] !== undefined;
    this.operations = joined ? [this.#receipt] : [this.#receipt, operation, ...causes];
  }

  see(attempt: Attempt): void {
    if (attempt.name !== this.#receipt) this.#address(attempt);
    else if (attempt.outcome === "ok") this.#take(attempt);
  }

  line(): RunningLine {
    if (this.#violation !== undefined) return { state: "violated", text: this.#violation };
    const seen = counted(this.#count, "receipt");
    if (this.#isFull()) return { state: "waiting", text: `${seen}, too many to follow` };
    return { state: "holding", text: `${seen}, none twice` };
  }

  #address({ key, id, value }: Attempt): void {
    const people = [...peopleIn(value), ...peopleAt(value, "to")];
    if (id === undefined || people.length === 0 || this.#isFull()) return;
    this.#remembered += 1;
    const name = JSON.stringify([key, id]);
    const all = this.#for.get(name) ?? new Set();
    for (const person of [...people, ...peopleAt(value, "from")]) all.add(person);
    this.#for.set(name, all);
  }

  #take({ key, id, value, result }: Attempt): void {
    if (id === undefined) return;
    const person = JSON.stringify([key, id]);
    let received = this.#received.get(person);
    if (received === undefined) {
      if (this.#isFull()) return;
      this.#remembered += 1;
      received = { from: Infinity, to: -Infinity, others: new Set() };
      this.#received.set(person, received);
    }
    const own = received;
    eachNamed(result ?? value, (text, number) => {
      this.#count += 1;
      const name = number ?? text ?? "";
      if (this.#isNew(own, name)) this.#allow(key, id, name);
      else {
        const what = number === undefined ? shortened(String(name)) : `number ${name}`;
        this.#violation ??= `${of(key)}${shortened(id)} received ${what} twice`;
      }
    });
  }

  #isNew(received: Received, name: string | number): boolean {
    const { from, to, others } = received;
    if (others.has(name) || (typeof name === "number" && name >= from && name <= to)) return false;
    if (typeof name === "number" && from > to) received.from = received.to = name;
    else if (name === to + 1) received.to = name;
    else if (!this.#isFull()) {
      this.#remembered += 1;
      others.add(name);
    }
    return true;
  }

  #allow(key: string, person: string, name: string | number): void {
    const people = this.#for.get(JSON.stringify([key, name]));
    if (people === undefined || people.has(person)) return;
    const what = `${shortened(String(name))}, which was for somebody else`;
    this.#violation ??= `${of(key)}${shortened(person)} received ${what}`;
  }

  #isFull(): boolean {
    return this.#remembered >= WATCHED_IDS_MAX;
  }
}
