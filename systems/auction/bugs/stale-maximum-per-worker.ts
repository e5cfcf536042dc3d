import { decidingBy, type Bug } from "./planted-bug.ts";

const WORKERS = 4;
const REFRESH_AFTER_BIDS = 20;

/** Each worker believes what it last saw, and sees only now and then what the others did. */
export const staleMaximumPerWorker: Bug = {
  name: "stale-maximum-per-worker",
  invariant: "bids are linearizable per item",
  says: "Four workers each keep the highest bid they know of and look it up only now and then, so they accept too little.",
  suite: "write-contention.load.ts",
  book: (right, pieces) => {
    const workers = Array.from({ length: WORKERS }, () => new Map<string, Known>());
    let turn = 0;
    return decidingBy(right, async (bid) => {
      turn += 1;
      const worker = workers[turn % WORKERS] as Map<string, Known>;
      let known = worker.get(bid.itemId);
      if (known === undefined || known.uses >= REFRESH_AFTER_BIDS) {
        const item = await right.item(bid.itemId);
        if (item === undefined) return { answer: "unknown-item" };
        if (item.closed) return { answer: "closed", highest: item.highest };
        known = { highest: item.highest, increment: item.minimumIncrement, uses: 0 };
        worker.set(bid.itemId, known);
      }
      known.uses += 1;
      if (bid.amount < known.highest + known.increment) {
        return { answer: "too-low", highest: known.highest };
      }
      known.highest = bid.amount;
      return { answer: "accepted", seq: await pieces.accept(bid) };
    });
  },
};

interface Known {
  highest: number;
  readonly increment: number;
  uses: number;
}
