/**
 * The slow truth about transactions for tests: tries every serial order of a handful of them. Written without a look at
 * the checker it is held against.
 */
export interface TriedTransaction {
  micros: readonly (
    | { f: "append"; key: string; value: string | number }
    | { f: "r"; key: string; list: readonly (string | number)[] | undefined }
  )[];
  /** It may also never have happened, and its reads say nothing. */
  optional: boolean;
}

/** True when some order that `before` allows explains every read. */
export function existsSerialOrder(
  transactions: readonly TriedTransaction[],
  before: (a: TriedTransaction, b: TriedTransaction) => boolean,
  lists: ReadonlyMap<string, readonly (string | number)[]> = new Map(),
): boolean {
  if (transactions.every(({ optional }) => optional)) return true;
  return transactions.some((one) => {
    const others = transactions.filter((other) => other !== one);
    if (others.some((other) => !other.optional && before(other, one))) return false;
    const after = act(one, lists);
    return after !== undefined && existsSerialOrder(others, before, after);
  });
}

function act(
  { micros, optional }: TriedTransaction,
  lists: ReadonlyMap<string, readonly (string | number)[]>,
): ReadonlyMap<string, readonly (string | number)[]> | undefined {
  const after = new Map(lists);
  for (const micro of micros) {
    const now = after.get(micro.key) ?? [];
    if (micro.f === "append") after.set(micro.key, [...now, micro.value]);
    else if (!optional && micro.list !== undefined) {
      if (JSON.stringify(micro.list) !== JSON.stringify(now)) return undefined;
    }
  }
  return after;
}
