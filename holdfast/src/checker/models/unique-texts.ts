/**
 * A text that is replaced and added to, exactly and near-linearly where every write is of its own text: then each `get`
 * tells which put it began with and which appends followed, in which order.
 *
 *     get → "aXY"     put a · append X · append Y        one chain, unbroken: nothing else was written in between
 *
 * A chain with all that saw it stands together; so does each write that nobody saw, alone. Within a chain the order is
 * fixed; among chains one exists if and only if no two must each come before the other.
 */
import type { Placeable } from "../search.ts";
import type { Breach, ObjectHistory } from "../object-model.ts";
import { describe } from "../object-model.ts";
import { conflictOf, zoneOf } from "./zones.ts";

/** A state that somebody saw: the write that led to it, and the one before. */
interface Link {
  /** Place of the write; -1 for the text at the start. */
  readonly write: number;
  readonly from: Link | undefined;
  next: Link | undefined;
  readonly seenBy: number[];
}

/** A way to read a text up to `at`. */
interface Branch {
  readonly at: number;
  readonly write: number;
  readonly before: Branch | undefined;
}

/** Texts that can be read in so many ways that this does not suffice are left to the search. */
const TRIES_PER_CHARACTER = 4;

/** Undefined when the history can be explained; "ambiguous" when a text does not tell how it came about. */
export function checkTexts(
  { operations }: ObjectHistory,
  start: string,
): Breach | "ambiguous" | undefined {
  const writes = writesOf(operations);
  if (writes === undefined) return "ambiguous";
  const chains = new Chains(operations, writes, start);
  for (const [place, { step }] of operations.entries()) {
    if (step.f !== "get" || step.outcome !== "ok" || step.output === undefined) continue;
    const wrong = chains.note(place, (step.output ?? "") as string);
    if (wrong !== undefined) return wrong;
  }
  return chains.brokenOrder();
}

/** What can have stood for a text: it is read as a put at the start of a text and as an append behind it. */
type Writes = Readonly<Record<"put" | "append", Map<string, number>>>;

/** Every write that may have happened; undefined when two do the same or one writes nothing. */
function writesOf(operations: readonly Placeable[]): Writes | undefined {
  const writes = { put: new Map<string, number>(), append: new Map<string, number>() };
  for (const [place, { step }] of operations.entries()) {
    if (step.f === "get" || step.outcome === "rejected") continue;
    const text = step.input as string;
    const same = writes[step.f as "put" | "append"];
    if (text === "" || same.has(text)) return undefined;
    same.set(text, place);
  }
  return writes;
}

class Chains {
  readonly #operations: readonly Placeable[];
  readonly #writes: Writes;
  /** Of all texts written, each once. */
  readonly #lengths: readonly number[];
  readonly #start: string;
  readonly #first: Link = { write: -1, from: undefined, next: undefined, seenBy: [] };
  /** By the place of its write. */
  readonly #links = new Map<number, Link>();
  readonly #seen = new Map<string, Link>();

  constructor(operations: readonly Placeable[], writes: Writes, start: string) {
    this.#operations = operations;
    this.#writes = writes;
    const texts = [...writes.put.keys(), ...writes.append.keys()];
    this.#lengths = [...new Set(texts.map(({ length }) => length))];
    this.#start = start;
    this.#seen.set(start, this.#first);
  }

  /** Takes up what a get saw. */
  note(place: number, text: string): Breach | "ambiguous" | undefined {
    let link = this.#seen.get(text);
    if (link === undefined || text === this.#start) {
      const parsed = this.#parse(text);
      if (parsed === "ambiguous") return parsed;
      if (parsed === undefined) {
        const shown = describe((this.#operations[place] as Placeable).step);
        return { places: [place], why: `${shown} is no text that the writes could have made` };
      }
      link = this.#linkOf(parsed);
      if (link === undefined) return this.#contradiction(place, parsed);
      this.#seen.set(text, link);
    }
    link.seenBy.push(place);
    return undefined;
  }

  brokenOrder(): Breach | undefined {
    const zones = [];
    const chained = new Set<number>();
    const heads = [...this.#links.values()].filter(({ from }) => from === undefined);
    for (const head of [this.#first, ...heads]) {
      const places: number[] = [];
      const wrong = this.#brokenChain(head, places);
      if (wrong !== undefined) return wrong;
      for (const place of places) chained.add(place);
      const zone = zoneOf(this.#operations, places);
      if (head !== this.#first) zones.push(zone);
      else zones.push({ ...zone, returnNs: Number.NEGATIVE_INFINITY });
    }
    // Those of unknown outcome that nobody saw have no end, and so are in nobody's way.
    for (const place of [...this.#writes.put.values(), ...this.#writes.append.values()]) {
      if (!chained.has(place)) zones.push(zoneOf(this.#operations, [place]));
    }
    const conflict = conflictOf(zones);
    if (conflict === undefined) return undefined;
    const [a, b] = conflict;
    const places = [a.first, b.last, b.first, a.last].filter((place) => place >= 0);
    const [early, late] = [a.last, b.first].map((place) =>
      describe((this.#operations[place] as Placeable).step),
    );
    return {
      places,
      why: `${early} began after ${late} was over, but belongs to what came before it`,
    };
  }

  /** Fills `places` with the chain's operations, in their order. */
  #brokenChain(head: Link, places: number[]): Breach | undefined {
    let latest = { atNs: Number.NEGATIVE_INFINITY, place: -1 };
    const take = (place: number): Breach | undefined => {
      places.push(place);
      if ((this.#operations[place] as Placeable).returnNs >= latest.atNs) return undefined;
      const [over, begun] = [place, latest.place].map((one) =>
        describe((this.#operations[one] as Placeable).step),
      );
      return {
        places: [place, latest.place],
        why: `${over} was over before ${begun} began, which must come first`,
      };
    };
    const pass = (place: number): void => {
      const { invokeNs } = this.#operations[place] as Placeable;
      if (invokeNs > latest.atNs) latest = { atNs: invokeNs, place };
    };
    for (let link: Link | undefined = head; link !== undefined; link = link.next) {
      const wrong = link.write < 0 ? undefined : take(link.write);
      if (wrong !== undefined) return wrong;
      if (link.write >= 0) pass(link.write);
      for (const place of link.seenBy) {
        const late = take(place);
        if (late !== undefined) return late;
      }
      for (const place of link.seenBy) pass(place);
    }
    return undefined;
  }

  /** The link at the end of these writes; undefined when another order was seen. */
  #linkOf(writes: readonly number[]): Link | undefined {
    const fromStart = writes[0] === -1;
    let link: Link | undefined = fromStart ? this.#first : undefined;
    for (const write of writes.slice(fromStart ? 1 : 0)) {
      const known = this.#links.get(write);
      if (known !== undefined) {
        if (known.from !== link) return undefined;
        link = known;
        continue;
      }
      if (link?.next !== undefined) return undefined;
      const next: Link = { write, from: link, next: undefined, seenBy: [] };
      if (link !== undefined) link.next = next;
      this.#links.set(write, next);
      link = next;
    }
    return link;
  }

  /** What a text was made of: a put or -1 for the start, then appends. Undefined when it cannot have been. */
  #parse(text: string): number[] | "ambiguous" | undefined {
    const branches: Branch[] = this.#writesAt(text, 0, "put", undefined);
    if (text.startsWith(this.#start)) {
      branches.push({ at: this.#start.length, write: -1, before: undefined });
    }
    let whole: Branch | undefined;
    let tried = 0;
    for (let branch = branches.pop(); branch !== undefined; branch = branches.pop()) {
      if (branch.at === text.length) {
        if (whole !== undefined) return "ambiguous";
        whole = branch;
      }
      tried += 1;
      if (tried > TRIES_PER_CHARACTER * (text.length + 1)) return "ambiguous";
      branches.push(...this.#writesAt(text, branch.at, "append", branch));
    }
    if (whole === undefined) return undefined;
    const writes: number[] = [];
    for (let at: Branch | undefined = whole; at !== undefined; at = at.before)
      writes.push(at.write);
    return new Set(writes).size < writes.length ? undefined : writes.reverse();
  }

  /** Every write of the kind `f` whose text stands at `at`. */
  #writesAt(text: string, at: number, f: "put" | "append", before: Branch | undefined): Branch[] {
    const branches: Branch[] = [];
    for (const length of this.#lengths) {
      if (at + length > text.length) continue;
      const write = this.#writes[f].get(text.slice(at, at + length));
      if (write !== undefined) branches.push({ at: at + length, write, before });
    }
    return branches;
  }

  #contradiction(place: number, writes: readonly number[]): Breach {
    const shown = describe((this.#operations[place] as Placeable).step);
    const rivals = [...this.#seen.values()].flatMap((link) =>
      writes.includes(link.write) && link.write >= 0 ? link.seenBy.slice(0, 1) : [],
    );
    return {
      places: [place, ...rivals, ...writes.filter((write) => write >= 0)],
      why: `${shown} contradicts the order of writes that another get shows`,
    };
  }
}
