/** Rooms whose every message reaches every member once, in order; answers with secrets; sessions that never go back. */
import type { History } from "../../holdfast/src/history/history.ts";
import { HistoryBuilder, OUTCOME, PHASE } from "../../holdfast/src/history/history.ts";
import { canary } from "../../holdfast/src/record/canary.ts";
import { RULE } from "../../holdfast/src/record/outcome.ts";
import type { Value } from "../../holdfast/src/record/value.ts";

const GAP_NS = 1_000_000;
const OPERATIONS = 1_000_000;

export interface Rooms {
  readonly rooms: number;
  readonly members: number;
  readonly messages: number;
  /** How a receipt names its message, or how many of them one run stands for; by `name` there are no numbers at all. */
  readonly receipts: "name" | "id" | "number" | { readonly run: number };
}

/** Receipts that a history of rooms stands for. */
export function receiptsOf({ rooms, members, messages }: Rooms): number {
  return rooms * members * messages;
}

/** Messages are a millisecond apart, and everybody has each a millisecond later. */
export function roomHistory(shape: Rooms): History {
  const writer = new Writer();
  const { receipts } = shape;
  const run = typeof receipts === "object" ? receipts.run : 1;
  for (let r = 0; r < shape.rooms; r++) {
    const key = `room-${r}`;
    const people = Array.from({ length: shape.members }, (_, m) => `user-${r}-${m}`);
    for (const id of people) writer.add({ name: "join", key, id, process: 0 }, 0);
    for (let number = 1; number <= shape.messages; number++) {
      const atNs = number * GAP_NS;
      const post = { name: "post", key, id: `m-${r}-${number}`, process: r };
      writer.add(receipts === "name" ? post : { ...post, result: number }, atNs);
      if (number % run > 0 && number < shape.messages) continue;
      const from = number - ((number - 1) % run);
      const name = receipts === "number" ? number : `m-${r}-${number}`;
      const value = typeof receipts === "object" ? { from, to: number } : name;
      for (const [process, id] of people.entries()) {
        writer.add({ name: "received", key, id, value, process }, atNs + GAP_NS);
      }
    }
    const endNs = (shape.messages + 10_000) * GAP_NS;
    for (const id of people) writer.add({ name: "leave", key, id, process: 0 }, endNs);
  }
  return writer.end();
}

/** 1,000 people read their own page, in which their own two secrets stand. */
export function secretHistory(): History {
  const writer = new Writer();
  const people = Array.from({ length: 1_000 }, (_, n) => `user-${n}`);
  const found = people.map((name) => [canary(name, "mail"), canary(name, "address")]);
  for (let index = 0; index < OPERATIONS; index++) {
    const n = index % people.length;
    const [id, result] = [people[n] as string, found[n] as Value];
    writer.add({ name: "read", key: "/me", id, result, process: n }, index * GAP_NS);
  }
  return writer.end();
}

/** 1,000 sessions on 100 keys: 1 in 4 operations writes the next version, the others read the latest. */
export function sessionHistory(): History {
  const writer = new Writer();
  const versions = new Uint32Array(100);
  for (let index = 0; index < OPERATIONS; index++) {
    const k = index % versions.length;
    const process = Math.floor(index / 7) % 1_000;
    const write = Math.floor(index / versions.length) % 4 === 0;
    if (write) versions[k] = (versions[k] as number) + 1;
    const name = write ? "write" : "read";
    writer.add({ name, key: `key-${k}`, result: versions[k] as number, process }, index * GAP_NS);
  }
  return writer.end();
}

interface Row {
  readonly name: string;
  readonly key: string;
  readonly process: number;
  readonly id?: string;
  readonly value?: Value;
  readonly result?: Value;
}

class Writer {
  readonly #builder = new HistoryBuilder();

  add({ name, key, process, id, value, result }: Row, atNs: number): void {
    const { atoms } = this.#builder;
    this.#builder.add(
      this.#builder.groupOf(name, key),
      atNs,
      atNs + GAP_NS / 2,
      process,
      PHASE.load,
      RULE.saidOk,
      OUTCOME.ok,
      0,
      atoms.codeOf(id),
      atoms.codeOf(value),
      atoms.codeOf(result),
    );
  }

  end(): History {
    return this.#builder.build({
      finished: true,
      trustedUntilNs: Number.POSITIVE_INFINITY,
      lostRecords: 0,
      auditComplete: true,
    });
  }
}
