/**
 * The bank, by what must hold whatever the order: a transfer moves money, so every read adds up to the same; and each
 * account by itself is a level. By search otherwise, because what is true of every account may not be true of all.
 */
import { formatCount } from "../../base/units.ts";
import { textOf } from "../../history/history.ts";
import type { Value } from "../../record/value.ts";
import { Level } from "../level.ts";
import type { Breach, ObjectHistory, ObjectModel } from "../object-model.ts";
import { describe, searched } from "../object-model.ts";
import type { Placeable } from "../search.ts";
import { bank } from "./bank.ts";
import { boundedFirst, levelBreach } from "./level-bounds.ts";

export const boundedBank: ObjectModel = boundedFirst(searched(bank), breachOf);

type Balances = Readonly<Record<string, number>>;

interface Transfer {
  readonly from: Value;
  readonly to: Value;
  readonly amount: number;
}

function breachOf({ operations, initial }: ObjectHistory): Breach | undefined {
  const start = (initial ?? undefined) as Balances | undefined;
  if (!operations.every(whole)) return undefined;
  const total = wrongTotal(operations, start);
  if (total !== undefined || start === undefined) return total;
  for (const account of accountsOf(operations, start)) {
    const level = new Level(0);
    level.begin(start[account] ?? 0);
    for (const [place, operation] of operations.entries()) fill(level, account, place, operation);
    const breach = levelBreach(level, operations, account);
    if (breach !== undefined) return breach;
  }
  return undefined;
}

/** Sums of fractions are not exact, and so no evidence. */
function whole({ step }: Placeable): boolean {
  const { f, input, output } = step;
  if (f === "transfer") return Number.isSafeInteger((input as unknown as Transfer).amount);
  return bank.silent(step) || Object.values(output as Balances).every(Number.isSafeInteger);
}

function wrongTotal(
  operations: readonly Placeable[],
  start: Balances | undefined,
): Breach | undefined {
  let expected = start === undefined ? undefined : sumOf(start);
  let first = -1;
  for (const [place, { step }] of operations.entries()) {
    if (step.f !== "read" || bank.silent(step)) continue;
    const sum = sumOf(step.output as Balances);
    expected ??= sum;
    if (first < 0) first = place;
    if (sum === expected) continue;
    return {
      places: [place, first],
      why: `${describe(step)} adds up to ${formatCount(sum)}, not ${formatCount(expected)}`,
    };
  }
  return undefined;
}

function sumOf(balances: Balances): number {
  return Object.values(balances).reduce((sum, balance) => sum + balance, 0);
}

function accountsOf(operations: readonly Placeable[], start: Balances): Set<string> {
  const accounts = new Set(Object.keys(start));
  for (const { step } of operations) {
    if (step.f === "transfer") {
      const { from, to } = step.input as unknown as Transfer;
      accounts.add(textOf(from)).add(textOf(to));
    } else if (!bank.silent(step)) {
      for (const account of Object.keys(step.output as Balances)) accounts.add(account);
    }
  }
  return accounts;
}

/** Adds what an operation says of one account. */
function fill(
  level: Level,
  account: string,
  place: number,
  { step, invokeNs, returnNs }: Placeable,
): void {
  if (bank.silent(step)) return;
  if (step.f === "read") {
    level.read(place, (step.output as Balances)[account] ?? 0, invokeNs, returnNs);
    return;
  }
  const { from, to, amount } = step.input as unknown as Transfer;
  const [source, target] = [textOf(from), textOf(to)];
  if (step.outcome === "rejected") {
    if (source === account) level.refused(place, amount, invokeNs, returnNs);
  } else if (source !== target) {
    if (source === account) level.change(place, -amount, invokeNs, returnNs);
    if (target === account) level.change(place, amount, invokeNs, returnNs);
  }
}
