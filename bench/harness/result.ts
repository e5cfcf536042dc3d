/** What a suite hands back: plain JSON, stored as it is and rendered from that alone. */
import type { Machine } from "./machine.ts";
import type { Spread } from "./spread.ts";

export const SUITE_NAMES = [
  "http",
  "tls",
  "connections",
  "arrival",
  "freeze",
  "vus",
  "startup",
  "engine",
  "history",
  "histogram",
  "checkers",
  "large",
  "race",
  "http2",
  "websocket",
] as const;

export type SuiteName = (typeof SUITE_NAMES)[number];

export interface Suite {
  readonly name: SuiteName;
  run(settings: Settings): Promise<Findings>;
}

/** How long and how often to measure; from the command line. */
export interface Settings {
  rounds: number;
  windowSeconds: number;
  /** Measure only names that this regular expression finds. */
  only: string;
}

export function isChosen({ only }: Settings, { name }: { name: string }): boolean {
  return new RegExp(only).test(name);
}

export interface Findings {
  title: string;
  /** How it was measured, a sentence each. */
  method: string[];
  tables: ResultTable[];
  goals: Goal[];
  /** What is not in the tables, and why. */
  missing: Missing[];
}

/** Findings with when and where: one entry of `performance.json`. */
export interface SuiteResult extends Findings {
  suite: SuiteName;
  /** ISO 8601. */
  measuredAt: string;
  machine: Machine;
  settings: Settings;
}

export interface ResultTable {
  title: string;
  columns: Column[];
  rows: Row[];
}

export interface Column {
  key: string;
  title: string;
  digits: number;
  /** Compared with the stored result by `--compare`: ratios and the like, which do not move with the host. */
  stable?: boolean;
}

export interface Row {
  name: string;
  cells: Record<string, Cell>;
}

export type Cell = Spread | number | string | undefined;

/** A number that was promised, beside the one that was seen. */
export interface Goal {
  says: string;
  limit: number;
  /** Undefined: could not be measured here. */
  seen: number | undefined;
  unit: string;
  /** The seen value must not be above (`max`), or not below (`min`), the limit. */
  kind: "max" | "min";
}

export interface Missing {
  what: string;
  why: string;
}

/** Of a suite that cannot run here at all. */
export function skipped(title: string, why: string): Findings {
  return { title, method: [], tables: [], goals: [], missing: [{ what: "everything", why }] };
}

export function isMet(goal: Goal): boolean | undefined {
  if (goal.seen === undefined) return undefined;
  return goal.kind === "max" ? goal.seen <= goal.limit : goal.seen >= goal.limit;
}
