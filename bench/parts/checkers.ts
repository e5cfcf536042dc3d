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
const returning = returningHistory();

const jobs = { enqueue: operation("enqueue"), dequeue: operation("dequeue") };
const queue = linearizable(jobs, { model: "fifo-queue" });
const writes = { put: operation("put"), append: operation("append"), get: operation("get") };
const texts = linearizable(writes, { model: "kv" });
const transaction = operation("txn");
const transactions = transactionHistory();

const rooms = {
  cause: operation("post"),
  receipt: operation("received"),
  joins: operation("join"),
};
const delivered = deliveredOnce({ ...rooms, leaves: operation("leave") });
const fanOut: Rooms = { rooms: 1, members: 5_000, messages: 200, receipts: "number" };
const chat: Rooms = { rooms: 100, members: 100, messages: 100, receipts: "id" };
const runs: Rooms = { rooms: 1, members: 10_000, messages: 2_000, receipts: { run: 200 } };
const sessions = sessionGuarantees({ write: operation("write"), read: operation("read") });

const sale = saleHistory();
const race = raceHistory();

report([
  judged("no oversell", sale, invariants.noOversell(order, { stock })),
  judged("sold-out is honest", sale, invariants.honestSoldOut(order, { stock })),
  judged("one effect per key", sale, invariants.oneEffectPerKey(order)),
  judged("ids are unique", sale, invariants.uniqueResults(order)),
  judged("every acknowledged write is stored", sale, invariants.acknowledgedIsStored(order)),
  judged("stock agrees", sale, invariants.stockAgrees(order, { stock, reads })),
  judged("exactly one winner", race, invariants.exactlyOneWinner(claim)),
  judged("bids are linearizable, 20 items", auctionHistory(20), bidding),
  judged("bids are linearizable, 1 item", auctionHistory(1), bidding),
  judged("reads are fresh, 10,000 keys", registerHistory(10_000), profiles),
  judged("reads are fresh, 1 key", registerHistory(1), profiles),
  judged("only allowed transitions", orderHistory(false), steps),
  judged("only allowed transitions, by version", orderHistory(true), counted),
  judged(
    "what must be refused never succeeds",
    refusedHistory(),
    state.neverSucceeds(operation("peek")),
  ),
  judged("acknowledged writes survive kill -9", killedHistory(), state.survivesKill(order)),
  judged("no double spend", walletHistory(), wallet),
  judged("the total is conserved", snapshotHistory(), books),
  judged("every hold is settled once", holdHistory(), holds),
  judged("no oversell, with cancels", returning, invariants.noOversell(order, returns)),
  judged("sold-out is honest, with cancels", returning, invariants.honestSoldOut(order, returns)),
  judged("linearizable as a queue, 50 keys", queueHistory(50), queue),
  judged("linearizable as a text, 50 keys", textHistory(50), texts),
  judged("transactions are serializable", transactions, serializable(transaction)),
  judged(
    "transactions are strict-serializable",
    transactions,
    serializable(transaction, { isolation: "strict-serializable" }),
  ),
  received("delivered once, 1 room by number", fanOut, delivered),
  received("delivered once, 100 rooms by id", chat, delivered),
  received("delivered once, 20 million in runs", runs, delivered),
  received("in order, 1 room by number", fanOut, inOrder(rooms)),
  received("in order, 100 rooms by name", { ...chat, receipts: "name" }, inOrder(rooms)),
  received("in order, 20 million in runs", runs, inOrder(rooms)),
  judged("no secret is shown", secretHistory(), noLeak({ reads: operation("read") })),
  judged("sessions never go back", sessionHistory(), sessions),
]);

/** Counted by the receipts that its operations stand for. */
function received(name: string, shape: Rooms, invariant: Invariant): Figure {
  const history = roomHistory(shape);
  const { value } = judged(name, history, invariant);
  const each = receiptsOf(shape) / history.size;
  return { name, value: value * each, unit: "million receipts/s" };
}

/** A wrong verdict would make the figure worthless, so it is an error. The second pass is timed. */
function judged(name: string, history: History, invariant: Invariant): Figure {
  const findings = [judge(history, [invariant])];
  const startMs = performance.now();
  findings.push(judge(history, [invariant]));
  const elapsedMs = performance.now() - startMs;
  for (const finding of findings.flat()) {
    if (finding.verdict !== "pass")
      throw new Error(`${name}: ${finding.verdict}: ${finding.sentence}`);
  }
  return { name, value: history.size / elapsedMs / 1000, unit: "million operations/s" };
}
