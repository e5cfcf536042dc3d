/** What was sold of one key, for the three invariants that speak of stock. */
import type { History } from "../../history/history.ts";
import type { Invariant } from "../../record/invariant.ts";
import { NONE } from "./code-map.ts";
import { numberOf } from "./companions.ts";
import type { ExtraEffect, RequestTable } from "./requests.ts";

export interface Sold {
  /** Units that acknowledgements prove. */
  acknowledged: number;
  /** Units that the audit lists. */
  audited: number;
  /** Units that one or the other proves. */
  proven: number;
  /** Units of requests of which nothing is known, and by how much more the others may have been. */
  undecided: number;
  /** Requests that only the audit shows to have happened. */
  resolved: number;
}

/** Adds up the requests of the key that `requests` is loaded with. */
export function soldUnits(requests: RequestTable): Sold {
  requests.requireQuantities();
  const sold: Sold = { acknowledged: 0, audited: 0, proven: 0, undecided: 0, resolved: 0 };
  for (let request = 0; request < requests.count; request++) {
    const quantity = requests.quantity[request] as number;
    const acknowledged = (requests.okRow[request] as number) >= 0;
    const audited = requests.auditRow[request] !== NONE;
    if (acknowledged) sold.acknowledged += quantity;
    if (audited) sold.audited += quantity;
    if (acknowledged || audited) sold.proven += quantity;
    else if (requests.undecided(request)) sold.undecided += quantity;
    sold.undecided += requests.spare[request] as number;
    if (audited && !acknowledged) sold.resolved += 1;
  }
  for (const row of distinctPhantoms(requests)) {
    const quantity = requests.quantityOf(row);
    sold.audited += quantity;
    sold.proven += quantity;
  }
  for (const extra of extraEffects(requests)) {
    const quantity = requests.quantity[extra.request] as number;
    sold.acknowledged += quantity * extra.acknowledged;
    sold.audited += quantity * extra.audited;
    sold.proven += quantity * Math.max(extra.acknowledged, extra.audited);
  }
  // Without a common identity the two lists may speak of the same sales: the longer one is all that is certain.
  if (!requests.comparable) sold.proven = Math.max(sold.acknowledged, sold.audited);
  return sold;
}

/** The effects beyond the first of each request, those once that the answers and the audit both show. */
export function distinctExtras(requests: RequestTable, history: History): ExtraEffect[] {
  const seen = new Set<string>();
  return requests.extras.filter(({ request, row }) => {
    const effect = `${request}/${history.columns.result[row]}`;
    if (seen.has(effect)) return false;
    seen.add(effect);
    return true;
  });
}

/** The effects beyond the first, as `soldUnits` counts them: with `either`, of each request the longer list. */
export function extrasSeen(
  requests: RequestTable,
  seen: "answers" | "audit" | "either",
): ExtraEffect[] {
  const longer = new Map(
    extraEffects(requests).map(({ request, acknowledged, audited }) => [
      request,
      audited > acknowledged,
    ]),
  );
  return requests.extras.filter(({ request, audit }) => {
    if (seen === "either") return audit === longer.get(request);
    return audit === (seen === "audit");
  });
}

/** Per request, how many effects beyond the first the acknowledgements and the audit prove. */
export function extraEffects(
  requests: RequestTable,
): { request: number; acknowledged: number; audited: number }[] {
  const extras = new Map<number, { request: number; acknowledged: number; audited: number }>();
  for (const { request, audit } of requests.extras) {
    const entry = extras.get(request) ?? { request, acknowledged: 0, audited: 0 };
    if (audit) entry.audited += 1;
    else entry.acknowledged += 1;
    extras.set(request, entry);
  }
  return [...extras.values()];
}

/** The rows of the audit that belong to no request, without repetitions of one and the same sale. */
export function distinctPhantoms(requests: RequestTable): number[] {
  const seen = new Set<number>();
  return requests.phantomRows.filter((row) => {
    const name = requests.identityOf(row);
    if (name === 0) return true;
    if (seen.has(name)) return false;
    seen.add(name);
    return true;
  });
}

/** How many units of a key there were, as the invariant says: one number for all keys, or one per key. */
export function stockOf(invariant: Invariant, key: string): number | undefined {
  return numberOf(invariant, "stock", key);
}
