/**
 * What each level of isolation forbids, in the words of Adya (1999) and of Elle (Kingsbury and Alvaro 2020). A level
 * forbids what the ones above it in this table forbid, and more:
 *
 *     read-uncommitted      G0: two transactions wrote over each other in a circle; lists that contradict each other
 *     read-committed        G1a, G1b, G1c: what was aborted, half done, or read in a circle
 *     snapshot-isolation    lost updates; a circle in which no two reads of the past follow each other; a transaction
 *                           that does not see its own writes
 *     serializable          G2-item: any circle
 *     strong-session-…      the same with the order in which each process acted
 *     strict-serializable   the same with real time
 */

import type { IsolationLevel } from "../../record/isolation.ts";
import { ISOLATION_LEVELS } from "../../record/isolation.ts";

/** Circles, from the worst. */
export const CYCLE_KINDS = ["G0", "G1c", "G-single", "G-nonadjacent", "G2-item"] as const;

export type CycleKind = (typeof CYCLE_KINDS)[number];

export type AnomalyKind =
  | CycleKind
  | "duplicate-elements"
  | "incompatible-order"
  | "unwritten-read"
  | "G1a"
  | "G1b"
  | "internal"
  | "lost-update";

/** The weakest level that forbids it. */
const FORBIDDEN_FROM: Readonly<Record<AnomalyKind, IsolationLevel>> = {
  "duplicate-elements": "read-uncommitted",
  "incompatible-order": "read-uncommitted",
  "unwritten-read": "read-uncommitted",
  G0: "read-uncommitted",
  G1a: "read-committed",
  G1b: "read-committed",
  G1c: "read-committed",
  internal: "snapshot-isolation",
  "lost-update": "snapshot-isolation",
  "G-single": "snapshot-isolation",
  "G-nonadjacent": "snapshot-isolation",
  "G2-item": "serializable",
};

export function forbids(level: IsolationLevel, kind: AnomalyKind): boolean {
  return ISOLATION_LEVELS.indexOf(FORBIDDEN_FROM[kind]) <= ISOLATION_LEVELS.indexOf(level);
}

/** Whether the order of each process, and that of real time, count. */
export function ordersOf(level: IsolationLevel): { process: boolean; realTime: boolean } {
  return {
    process: level === "strong-session-serializable",
    realTime: level === "strict-serializable",
  };
}
