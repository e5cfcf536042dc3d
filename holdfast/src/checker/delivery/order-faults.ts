/** What can be wrong with an order: one example of each kind is kept, told only if a person will read it. */
import type { Violation } from "../checker.ts";
import { inTurns } from "../in-turns.ts";
import { counted, joined, of } from "../wording.ts";

/** In the order in which they are told. */
const KINDS = ["order", "gap", "cycle", "log", "shared", "sent"] as const;

export type OrderFault = (typeof KINDS)[number];

interface Example {
  count: number;
  atNs: number;
  rows: readonly number[];
  tell: () => string;
}

export class OrderFaults {
  readonly #examples = new Map<OrderFault, Example>();

  clear(): void {
    this.#examples.clear();
  }

  /** Counts one; the earliest of a kind is its example. `rows` prove it. */
  note(kind: OrderFault, atNs: number, rows: readonly number[], tell: () => string): void {
    const known = this.#examples.get(kind);
    const count = (known?.count ?? 0) + 1;
    if (known === undefined || atNs < known.atNs) {
      this.#examples.set(kind, { count, atNs, rows, tell });
    } else known.count = count;
  }

  /** All that broke on a key as one violation; undefined when nothing did. */
  violation(key: string): Violation | undefined {
    const examples = KINDS.flatMap((kind) => this.#examples.get(kind) ?? []);
    if (examples.length === 0) return undefined;
    const sentences = examples.map(({ tell, count }) =>
      count > 1 ? `${tell()}, and so ${counted(count - 1, "other")}` : tell(),
    );
    return {
      key,
      atNs: Math.min(...examples.map(({ atNs }) => atNs)),
      sentence: of(key) + joined(sentences, "; "),
      rows: inTurns(examples.map(({ rows }) => rows)),
      count: examples.reduce((sum, { count }) => sum + count, 0),
    };
  }
}
