/** What can go wrong with a delivery, one example of each kind kept, and how it is told. */
import type { History } from "../../history/history.ts";
import type { Violation } from "../checker.ts";
import { inTurns } from "../in-turns.ts";
import { at, counted, joined, of, shortened } from "../wording.ts";
import type { MessageTable } from "./message-table.ts";
import type { Recipients } from "./recipients.ts";

/** In the order in which they are told: the gravest first. */
export const FAULTS = [
  "misdirected",
  "phantom",
  "aborted",
  "premature",
  "lost",
  "duplicate",
  "late",
] as const;

export type FaultKind = (typeof FAULTS)[number];

interface Fault {
  count: number;
  atNs: number;
  person: number;
  message: number;
  rows: readonly number[];
}

/** What a sentence needs to name things. */
export interface Room {
  readonly key: string;
  readonly history: History;
  readonly messages: MessageTable;
  readonly people: Recipients;
  /** True when people join the room; else messages name whom they are for. */
  readonly joined: boolean;
}

export class DeliveryFaults {
  readonly #faults = new Map<FaultKind, Fault>();

  clear(): void {
    this.#faults.clear();
  }

  /** Counts one; the earliest of a kind is its example. `rows` prove it. */
  note(kind: FaultKind, atNs: number, person: number, message: number, ...rows: number[]): void {
    const known = this.#faults.get(kind);
    const count = (known?.count ?? 0) + 1;
    if (known === undefined || atNs < known.atNs) {
      this.#faults.set(kind, { count, atNs, person, message, rows });
    } else known.count = count;
  }

  /** All that broke in a room as one violation; undefined when nothing did. */
  violation(room: Room): Violation | undefined {
    const kinds = FAULTS.filter((kind) => this.#faults.has(kind));
    const faults = kinds.map((kind) => this.#faults.get(kind) as Fault);
    if (faults.length === 0) return undefined;
    const sentences = kinds.map((kind, i) => told(kind, faults[i] as Fault, room));
    return {
      key: room.key,
      atNs: Math.min(...faults.map(({ atNs }) => atNs)),
      sentence: of(room.key) + joined(sentences, "; "),
      rows: inTurns(faults.map(({ rows }) => rows)),
      count: faults.reduce((sum, { count }) => sum + count, 0),
    };
  }
}

function told(kind: FaultKind, fault: Fault, room: Room): string {
  const { history, messages, people } = room;
  const { invokeNs, returnNs } = history.columns;
  const who = shortened(people.nameOf(fault.person));
  const what = shortened(messages.nameOf(fault.message));
  const [first = 0, second = first] = fault.rows;
  const when = at(returnNs[first] as number);
  const more = fault.count > 1 ? `, and so ${counted(fault.count - 1, "other")}` : "";
  const sentences: Record<FaultKind, () => string> = {
    misdirected: () =>
      `${who} received ${what} at ${when}, ` +
      (room.joined ? "and was not in the room" : "which was for somebody else"),
    phantom: () => `${who} received ${what} at ${when}, which nobody sent`,
    aborted: () => `${who} received ${what} at ${when}, which was refused`,
    premature: () =>
      `${who} received ${what} at ${when}, before it was sent at ` +
      at(messages.invokeNs[fault.message] as number),
    lost: () => `${who} never received ${what}, certain at ${at(fault.atNs)}`,
    duplicate: () =>
      `${who} received ${what} twice, at ${when} and ${at(returnNs[second] as number)}`,
    late: () =>
      `${who} received ${what} at ${at(invokeNs[first] as number)}, ` +
      `acknowledged at ${at(messages.ackNs[fault.message] as number)}`,
  };
  return sentences[kind]() + more;
}
