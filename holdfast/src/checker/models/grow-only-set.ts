/**
 * A set that is added to and read whole, exactly and near-linearly. The reads must form a chain by inclusion, which
 * fixes their order; what a read is the first to show must have been added between it and the read before:
 *
 *     adds of group 1 · reads {1} · adds of group 2 · reads {1, 2} · … · adds that no read shows
 *
 * Each is placed as early as that order allows, which is best for all that follow; it fails where that is after its
 * return.
 */
import type { Value } from "../../record/value.ts";
import { unknownOperation } from "../model.ts";
import type { Step } from "../model.ts";
import type { Breach, ObjectHistory, ObjectModel } from "../object-model.ts";
import { describe } from "../object-model.ts";
import { valueText } from "../value-text.ts";

const OPERATIONS = ["add", "read"];

export const growOnlySet: ObjectModel = {
  problem: ({ f, output, outcome }) => {
    if (!OPERATIONS.includes(f)) return unknownOperation(OPERATIONS);
    if (f !== "read" || outcome !== "ok" || output === undefined) return undefined;
    return Array.isArray(output) ? undefined : "value must be a list";
  },
  initialProblem: (initial) =>
    initial === undefined || initial === null || Array.isArray(initial)
      ? undefined
      : "must be a list",
  check,
};

/** All adds of one value. */
interface Element {
  /** Place of the add with the earliest call; -1 for a value that was there from the start. */
  first: number;
  /** Places of the acknowledged adds. */
  acknowledged: number[];
  /** The group of reads that is the first to show it. */
  group: number;
}

interface Read {
  readonly place: number;
  readonly values: ReadonlySet<string>;
}

function check(object: ObjectHistory): Breach | undefined {
  const { operations } = object;
  const elements = new Map<string, Element>();
  for (const value of (object.initial ?? []) as readonly Value[]) {
    elements.set(valueText(value), { first: -1, acknowledged: [], group: 0 });
  }
  const reads: Read[] = [];
  for (const [place, { step }] of operations.entries()) {
    if (step.f === "add") noteAdd(elements, step, place, operations);
    else if (step.outcome === "ok" && step.output !== undefined) {
      const list = step.output as readonly Value[];
      const values = new Set(list.map(valueText));
      if (values.size < list.length) {
        return { places: [place], why: `${describe(step)} shows a value twice` };
      }
      reads.push({ place, values });
    }
  }
  reads.sort((a, b) => a.values.size - b.values.size);
  return brokenChain(object, reads, elements) ?? brokenTime(object, reads, elements);
}

function noteAdd(
  elements: Map<string, Element>,
  step: Step,
  place: number,
  operations: ObjectHistory["operations"],
): void {
  if (step.outcome === "rejected") return;
  const name = valueText(step.input ?? null);
  let element = elements.get(name);
  if (element === undefined) {
    element = { first: place, acknowledged: [], group: Number.POSITIVE_INFINITY };
    elements.set(name, element);
  }
  const earlier =
    element.first >= 0 && callOf(operations, place) < callOf(operations, element.first);
  if (earlier) element.first = place;
  if (step.outcome === "ok") element.acknowledged.push(place);
}

/** Sets the group of every element that a read shows; a breach when two reads contradict each other. */
function brokenChain(
  { operations }: ObjectHistory,
  reads: readonly Read[],
  elements: Map<string, Element>,
): Breach | undefined {
  let before: Read | undefined;
  let group = 0;
  for (const read of reads) {
    if (before !== undefined) {
      for (const name of before.values) {
        if (read.values.has(name)) continue;
        const shown = describe(operations[read.place]?.step as Step);
        return {
          places: [before.place, read.place],
          why: `${shown} lacks ${name}, which a smaller read shows`,
        };
      }
    }
    if (before === undefined || read.values.size > before.values.size) group += 1;
    for (const name of read.values) {
      const element = elements.get(name);
      if (element === undefined) {
        return { places: [read.place], why: `a read shows ${name}, which was never added` };
      }
      element.group = Math.min(element.group, group);
    }
    for (const [name, element] of before === undefined ? elements : []) {
      if (element.first < 0 && !read.values.has(name)) {
        return {
          places: [read.place],
          why: `a read lacks ${name}, which was there from the start`,
        };
      }
    }
    before = read;
  }
  return undefined;
}

/** Goes through the groups in their order with the earliest time that is left, and the operation that set it. */
function brokenTime(
  { operations }: ObjectHistory,
  reads: readonly Read[],
  elements: ReadonlyMap<string, Element>,
): Breach | undefined {
  const now = { atNs: Number.NEGATIVE_INFINITY, place: -1 };
  const late = (place: number): Breach | undefined => {
    if ((operations[place]?.returnNs ?? 0) >= now.atNs) return undefined;
    const [over, begun] = [place, now.place].map((one) => describe(operations[one]?.step as Step));
    return {
      places: [now.place, place],
      why: `${over} was over before ${begun} began, which must come first`,
    };
  };
  const advance = (place: number): void => {
    if (callOf(operations, place) <= now.atNs) return;
    now.atNs = callOf(operations, place);
    now.place = place;
  };
  const groups = [...elements.values()]
    .filter(({ first }) => first >= 0)
    .sort((a, b) => a.group - b.group);
  let next = 0;
  let group = 0;
  const addGroup = (): Breach | undefined => {
    const from = next;
    for (; next < groups.length && (groups[next] as Element).group <= group; next++) {
      for (const place of (groups[next] as Element).acknowledged) {
        const breach = late(place);
        if (breach !== undefined) return breach;
      }
    }
    for (const { first } of groups.slice(from, next)) advance(first);
    return undefined;
  };
  let size = -1;
  let pending: number[] = [];
  for (const { place, values } of reads) {
    if (values.size > size) {
      for (const read of pending) advance(read);
      pending = [];
      size = values.size;
      group += 1;
      const breach = addGroup();
      if (breach !== undefined) return breach;
    }
    const breach = late(place);
    if (breach !== undefined) return breach;
    pending.push(place);
  }
  for (const read of pending) advance(read);
  group = Number.POSITIVE_INFINITY;
  return addGroup();
}

function callOf(operations: ObjectHistory["operations"], place: number): number {
  return operations[place]?.invokeNs ?? 0;
}
