/** How fast a history in memory is judged, one invariant at a time, one thread. */
import { judge } from "../../holdfast/src/checker/judge.ts";
import type { History } from "../../holdfast/src/history/history.ts";
import type { Invariant } from "../../holdfast/src/record/invariant.ts";
import {
  conserves,
  noDoubleSpend,
  settledOnce,
} from "../../holdfast/src/scenario/invariants/money.ts";
import * as invariants from "../../holdfast/src/scenario/invariants/stock.ts";
import { operation } from "../../holdfast/src/scenario/operation.ts";
import { bidsAreLinearizable } from "../../holdfast/src/scenario/invariants/auction.ts";
import {
  receiptsOf,
  roomHistory,
  type Rooms,
  secretHistory,
  sessionHistory,
} from "./delivery-histories.ts";
import { deliveredOnce, inOrder } from "../../holdfast/src/scenario/invariants/delivery.ts";
import { noLeak, sessionGuarantees } from "../../holdfast/src/scenario/invariants/sessions.ts";
import { type Figure, report } from "./figure.ts";
import { raceHistory, SALE, saleHistory } from "./histories.ts";
import {
  holdHistory,
  OPENING,
  returningHistory,
  snapshotHistory,
  TOTAL,
  UNITS,
  walletHistory,
} from "./money-histories.ts";
import { linearizable, serializable } from "../../holdfast/src/scenario/invariants/models.ts";
import { queueHistory, textHistory, transactionHistory } from "./model-histories.ts";
import * as state from "../../holdfast/src/scenario/invariants/state.ts";
import {
  auctionHistory,
  killedHistory,
  ORDER,
  orderHistory,
  refusedHistory,
  registerHistory,
} from "./state-histories.ts";

const order = operation("order");
const claim = operation("claim");
const reads = operation("stock read");
const { stock } = SALE;
const bidding = bidsAreLinearizable(operation("bid"), { start: 0, reads: operation("price") });

const profiles = state.freshReads({ write: operation("put"), read: operation("get") });
const step = operation("step");
const look = operation("look");
const steps = state.allowedTransitions(step, { ...ORDER, reads: look });
const counted = state.allowedTransitions(step, { ...ORDER, reads: look, version: true });

const wallet = noDoubleSpend(operation("debit"), {
  opening: OPENING,
  credit: operation("credit"),
  balance: operation("balance"),
});
const books = conserves(operation("move"), { snapshot: operation("books"), total: TOTAL });
const exits = { release: operation("release"), refund: operation("refund") };
const holds = settledOnce(operation("hold"), exits);
const returns = { stock: UNITS, cancel: operation("cancel") };

const jobs = { enqueue: operation("enqueue"), dequeue: operation("dequeue") };
const queue = linearizable(jobs, { model: "fifo-queue" });
const writes = { put: operation("put"), append: operation("append"), get: operation("get") };
const texts = linearizable(writes, { model: "kv" });
const transaction = operation("txn");

const rooms = {
  cause: operation("post"),
  receipt: operation("received"),
  joins: operation("join"),
};
const delivered = deliveredOnce({ ...rooms, leaves: operation("leave") });
const fanOut: Rooms = { rooms: 1, members: 5_000, messages: 200, receipts: "number" };
const chat: Rooms = { rooms: 100, members: 100, messages: 100, receipts: "id" };
const unnumbered: Rooms = { ...chat, receipts: "name" };
const runs: Rooms = { rooms: 1, members: 10_000, messages: 2_000, receipts: { run: 200 } };
const sessions = sessionGuarantees({ write: operation("write"), read: operation("read") });

type Row = readonly [name: string, history: () => History, invariant: Invariant, shape?: Rooms];

const ROWS: readonly Row[] = [
  ["no oversell", saleHistory, invariants.noOversell(order, { stock })],
  ["sold-out is honest", saleHistory, invariants.honestSoldOut(order, { stock })],
  ["one effect per key", saleHistory, invariants.oneEffectPerKey(order)],
  ["ids are unique", saleHistory, invariants.uniqueResults(order)],
  ["every acknowledged write is stored", saleHistory, invariants.acknowledgedIsStored(order)],
  ["stock agrees", saleHistory, invariants.stockAgrees(order, { stock, reads })],
  ["exactly one winner", raceHistory, invariants.exactlyOneWinner(claim)],
  ["bids are linearizable, 20 items", () => auctionHistory(20), bidding],
  ["bids are linearizable, 1 item", () => auctionHistory(1), bidding],
  ["reads are fresh, 10,000 keys", () => registerHistory(10_000), profiles],
  ["reads are fresh, 1 key", () => registerHistory(1), profiles],
  ["only allowed transitions", () => orderHistory(false), steps],
  ["only allowed transitions, by version", () => orderHistory(true), counted],
  ["what must be refused never succeeds", refusedHistory, state.neverSucceeds(operation("peek"))],
  ["acknowledged writes survive kill -9", killedHistory, state.survivesKill(order)],
  ["no double spend", walletHistory, wallet],
  ["the total is conserved", snapshotHistory, books],
  ["every hold is settled once", holdHistory, holds],
  ["no oversell, with cancels", returningHistory, invariants.noOversell(order, returns)],
  ["sold-out is honest, with cancels", returningHistory, invariants.honestSoldOut(order, returns)],
  ["linearizable as a queue, 50 keys", () => queueHistory(50), queue],
  ["linearizable as a text, 50 keys", () => textHistory(50), texts],
  ["transactions are serializable", transactionHistory, serializable(transaction)],
  [
    "transactions are strict-serializable",
    transactionHistory,
    serializable(transaction, { isolation: "strict-serializable" }),
  ],
  ["delivered once, 1 room by number", () => roomHistory(fanOut), delivered, fanOut],
  ["delivered once, 100 rooms by id", () => roomHistory(chat), delivered, chat],
  ["delivered once, 20 million in runs", () => roomHistory(runs), delivered, runs],
  ["in order, 1 room by number", () => roomHistory(fanOut), inOrder(rooms), fanOut],
  ["in order, 100 rooms by name", () => roomHistory(unnumbered), inOrder(rooms), unnumbered],
  ["in order, 20 million in runs", () => roomHistory(runs), inOrder(rooms), runs],
  ["no secret is shown", secretHistory, noLeak({ reads: operation("read") })],
  ["sessions never go back", sessionHistory, sessions],
];

const only = new RegExp(process.argv[2] ?? "");
/** Rows of one history follow one another: it is made once, and gone when the next one is made. */
let last: { make: () => History; history: History } | undefined;
report(ROWS.filter(([name]) => only.test(name)).map(figureOf));

function figureOf([name, make, invariant, shape]: Row): Figure {
  if (last?.make !== make) {
    last = undefined;
    last = { make, history: make() };
  }
  const { history } = last;
  const rate = history.size / secondPassMs(name, history, invariant) / 1000;
  if (shape === undefined) return { name, value: rate, unit: "million operations/s" };
  // Counted by the receipts that its operations stand for.
  const each = receiptsOf(shape) / history.size;
  return { name, value: rate * each, unit: "million receipts/s" };
}

/** A wrong verdict would make the figure worthless, so it is an error. */
function secondPassMs(name: string, history: History, invariant: Invariant): number {
  const findings = [judge(history, [invariant])];
  const startMs = performance.now();
  findings.push(judge(history, [invariant]));
  const elapsedMs = performance.now() - startMs;
  for (const finding of findings.flat()) {
    if (finding.verdict !== "pass")
      throw new Error(`${name}: ${finding.verdict}: ${finding.sentence}`);
  }
  return elapsedMs;
}
