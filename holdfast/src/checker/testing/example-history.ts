/**
 * Histories for tests, one operation a line, times in ms:
 *
 *     order phone k1 0..10 ok o-1         name, key, id, interval, outcome, result
 *     order phone k2 5..15 rejected x3    a value of 3
 *     audit order phone k1 o-1            a row of the audit, at 1,000,000 ms
 *     audit stock phone redis 99
 *
 * `-` stands for "none".
 */
import { NS_PER_MS } from "../../base/units.ts";
import type { History, HistoryFacts } from "../../history/history.ts";
import { historyOf, SAID_RULE } from "../../history/history.ts";
import type { Operation } from "../../record/operation.ts";
import type { Outcome } from "../../record/outcome.ts";
import type { Value } from "../../record/value.ts";

const AUDIT_MS = 1_000_000;

/** The history that the lines tell; whole, with its audit run to the end, unless `facts` say otherwise. */
export function exampleHistory(lines: string, facts: Partial<HistoryFacts> = {}): History {
  const operations = lines
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([first]) => first !== "")
    .map((words, process) =>
      words[0] === "audit" ? auditRow(words.slice(1), process) : attempt(words, process),
    );
  return historyOf(operations, { auditComplete: true, ...facts });
}

function attempt(words: readonly string[], process: number): Omit<Operation, "index"> {
  const [name = "", key, id, times = "", outcome, ...rest] = words;
  const [from, to] = times.split("..").map(Number);
  const quantity = rest.find((word) => /^x-?[\d.]+$/.test(word));
  const result = rest.find((word) => word !== quantity);
  return {
    name,
    phase: "load",
    process,
    key: text(key) ?? "",
    id: text(id),
    value: quantity === undefined ? undefined : Number(quantity.slice(1)),
    result: valueOf(result),
    invokeNs: (from ?? 0) * NS_PER_MS,
    returnNs: (to ?? from ?? 0) * NS_PER_MS,
    outcome: outcome as Outcome,
    rule: SAID_RULE[outcome as Outcome],
    status: 0,
  };
}

function auditRow(words: readonly string[], process: number): Omit<Operation, "index"> {
  const [name = "", key = "", id = "-", result = "-", ...rest] = words;
  const line = [name, key, id, `${AUDIT_MS}..${AUDIT_MS}`, "ok", result, ...rest];
  return { ...attempt(line, process), phase: "audit" };
}

function text(word: string | undefined): string | undefined {
  return word === "-" ? undefined : word;
}

function valueOf(word: string | undefined): Value | undefined {
  if (word === undefined || word === "-") return undefined;
  return /^-?\d/.test(word) ? Number(word) : word;
}
