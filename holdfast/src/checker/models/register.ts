/** One value that is read, written, and swapped if it is what the client believes (`cas`). */
import type { Value } from "../../record/value.ts";
import type { Model, State, Step } from "../model.ts";
import { unknownOperation } from "../model.ts";
import type { Breach, ObjectHistory, ObjectModel } from "../object-model.ts";
import { describe, searched } from "../object-model.ts";
import type { Placeable } from "../search.ts";
import type { ValueBreach } from "../value-zones.ts";
import { ValueZones } from "../value-zones.ts";
import { valueText } from "../value-text.ts";

/** Null is the value of a register never written, unless `initial` says otherwise. */
export const register: Model = registerModel(["read", "write"]);

/** A rejected `cas` says that the value was another; a failed one says nothing. */
export const casRegister: Model = registerModel(["read", "write", "cas"]);

const bySearch = searched(register);

/** Exactly and quickly where every write is of a value of its own, by search otherwise. */
export const plainRegister: ObjectModel = {
  ...bySearch,
  check: (object) => {
    const quick = checkValues(object);
    return quick === "ambiguous" ? bySearch.check(object) : quick;
  },
};

function checkValues({ operations, initial }: ObjectHistory): Breach | "ambiguous" | undefined {
  const zones = new ValueZones();
  const values = new Map<string, number>([[valueText(initial ?? null), 0]]);
  const numberOf = (value: Value): number => {
    const text = valueText(value);
    const known = values.get(text) ?? values.size;
    values.set(text, known);
    return known;
  };
  zones.begin();
  for (const [place, { step, invokeNs, returnNs }] of operations.entries()) {
    if (step.f !== "write" || step.outcome === "rejected") continue;
    zones.written(numberOf(step.input ?? null), place, invokeNs, returnNs);
  }
  for (const [place, { step, invokeNs, returnNs }] of operations.entries()) {
    if (register.silent(step) || step.f !== "read") continue;
    zones.read(numberOf(step.output ?? null), place, invokeNs, returnNs);
  }
  const breach = zones.breach();
  return breach === undefined || breach === "ambiguous" ? breach : told(operations, breach);
}

function told(operations: readonly Placeable[], breach: ValueBreach): Breach {
  const said = (place: number): string => describe((operations[place] as Placeable).step);
  switch (breach.kind) {
    case "never written":
      return { places: [breach.read], why: `${said(breach.read)} gives a value that nobody wrote` };
    case "read before write":
      return {
        places: [breach.read, breach.write],
        why: `${said(breach.read)} was over before ${said(breach.write)} began`,
      };
    case "old read after new": {
      const { oldBegan, newOver, newBegan, oldOver } = breach;
      return {
        places: [oldBegan, newOver, newBegan, oldOver],
        why: `${said(oldBegan)} began after ${said(newOver)} was over, and gives an older value`,
      };
    }
  }
}

function registerModel(operations: readonly string[]): Model {
  return {
    problem: (step) => {
      if (!operations.includes(step.f)) return unknownOperation(operations);
      return step.f === "cas" && !isPair(step.input) ? "value must be [old, new]" : undefined;
    },
    initial: (initial) => valueText(initial ?? null),
    silent: ({ f, outcome, output }) => {
      if (f === "read") return outcome !== "ok" || output === undefined;
      return f === "write" && outcome === "rejected";
    },
    requires: ({ f, input, output, outcome }) => {
      if (f === "read") return valueText(output ?? null);
      if (f === "write" || outcome === "rejected") return undefined;
      return valueText((input as readonly Value[])[0] ?? null);
    },
    avoids: ({ input, outcome }) =>
      outcome === "rejected" ? valueText((input as readonly Value[])[0] ?? null) : undefined,
    settles: ({ f, input, output, outcome }) => {
      if (f === "read") return valueText(output ?? null);
      if (f === "write") return valueText(input ?? null);
      return outcome === "rejected" ? undefined : valueText((input as readonly Value[])[1] ?? null);
    },
    reads: ({ f, outcome }) => f === "read" || outcome === "rejected",
    next,
  };
}

function next(state: State, { f, input, output, outcome }: Step): State | undefined {
  if (f === "read") return valueText(output ?? null) === state ? state : undefined;
  if (f === "write") return valueText(input ?? null);
  const [from, to] = input as readonly Value[];
  const matches = valueText(from ?? null) === state;
  if (outcome === "rejected") return matches ? undefined : state;
  return matches ? valueText(to ?? null) : undefined;
}

function isPair(value: Value | undefined): boolean {
  return Array.isArray(value) && value.length === 2;
}
