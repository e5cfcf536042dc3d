/** Histories of money and of stock that comes back, all right, about one million operations each. */
import type { History } from "../../holdfast/src/history/history.ts";
import { Writer } from "./state-histories.ts";

const ACCOUNTS = 1_000;
const OPERATIONS_EACH = 1_000;

/** What every account of `walletHistory` is opened with. */
export const OPENING = 50;

/** Accounts one after the other, 100 at once: credits and debits in turn, 1 in 20 refused, 1 in 50 reads the balance. */
export function walletHistory(): History {
  const writer = new Writer();
  for (let account = 0; account < ACCOUNTS; account++) {
    const key = `w${account}`;
    let balance = OPENING;
    for (let turn = 0; turn < OPERATIONS_EACH; turn++) {
      const id = `${account}-${turn}`;
      const value = 1 + (turn % 7);
      if (turn % 50 === 49) {
        writer.add({ name: "balance", key, outcome: "ok", result: balance });
      } else if (turn % 20 === 10) {
        writer.add({ name: "debit", key, outcome: "rejected", id, value: balance + 1 });
      } else if (turn % 2 === 0 || balance < value) {
        balance += value;
        writer.add({
          name: "credit",
          key,
          outcome: turn % 100 === 2 ? "unknown" : "ok",
          id,
          value,
        });
      } else {
        balance -= value;
        writer.add({ name: "debit", key, outcome: "ok", id, value });
      }
    }
  }
  return writer.end();
}

/** What every snapshot of `snapshotHistory` adds up to. */
export const TOTAL = 10_000;

/** One million readings of 10 balances, of which there are 5,000 different ones. */
export function snapshotHistory(): History {
  const writer = new Writer();
  const snapshots = Array.from({ length: 5_000 }, (_, n) => {
    const balances = Array.from({ length: 10 }, (__, i) => [`a${i}`, 1_000] as [string, number]);
    (balances[0] as [string, number])[1] -= n % 1_000;
    (balances[1 + (n % 9)] as [string, number])[1] += n % 1_000;
    return Object.fromEntries(balances);
  });
  writer.add({ name: "move", key: "a1", outcome: "ok" });
  for (let turn = 0; turn < 1_000_000; turn++) {
    const result = snapshots[turn % snapshots.length] ?? null;
    writer.add({ name: "books", key: "", outcome: "ok", result });
  }
  return writer.end();
}

/** 400,000 holds: half are released, a third refunded, some of them twice under one id. */
export function holdHistory(): History {
  const writer = new Writer();
  for (let hold = 0; hold < 400_000; hold++) {
    const key = `h${hold}`;
    writer.add({ name: "hold", key, outcome: "ok", id: key, value: 20 });
    const name = hold % 6 < 3 ? "release" : "refund";
    if (hold % 6 === 5) continue;
    const exit = { name, key, outcome: "ok", id: `x${hold}`, value: 20 } as const;
    writer.add(exit);
    if (hold % 5 === 0) writer.add(exit);
  }
  return writer.end();
}

/** Units of each product of `returningHistory`. */
export const UNITS = 200;

/** 1,000 products, 100 customers at once: 1 in 3 orders is cancelled 200 operations later, 1 in 50 is refused in between. */
export function returningHistory(): History {
  const writer = new Writer();
  for (let product = 0; product < ACCOUNTS; product++) {
    const key = `p${product}`;
    const later: string[] = [];
    let left: number = UNITS;
    for (let turn = 0; turn < OPERATIONS_EACH; turn++) {
      const id = `${product}-${turn}`;
      if (left === 0 && (turn % 50 === 0 || later.length === 0)) {
        writer.add({ name: "order", key, outcome: "rejected", id });
      } else if (left === 0 || (turn % 3 === 0 && later.length > 100)) {
        left += 1;
        writer.add({ name: "cancel", key, outcome: "ok", id: later.shift() ?? id });
      } else {
        left -= 1;
        later.push(id);
        writer.add({ name: "order", key, outcome: turn % 100 === 50 ? "unknown" : "ok", id });
      }
    }
  }
  return writer.end();
}
