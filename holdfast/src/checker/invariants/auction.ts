/**
 * Bids are linearizable per item: what was accepted, refused, read and quoted is what one auctioneer could have said,
 * one after the other. `price-chain.ts` decides; here the rows of a history become its evidence, and a breach becomes a
 * sentence. Near linear.
 *
 * A refusal is evidence only where it says that the bid was too low. Where the item may have been closed by then, one
 * that gives no reason says nothing, and one that quotes a price says no more than that price.
 */
import type { History, OperationGroup } from "../../history/history.ts";
import { OUTCOME, PHASE } from "../../history/history.ts";
import type { Checker, Judgement, Question, Violation } from "../checker.ts";
import { proceed } from "../checker.ts";
import { KEYS_NAMED_MAX } from "../limits.ts";
import { PriceChain } from "../price-chain.ts";
import { counted, joined, listed, shortened } from "../wording.ts";
import { auctionBreach } from "./auction-sentence.ts";
import { companionsOf, keysOf, numberFor, ownGroups } from "./companions.ts";

export const auction: Checker = {
  needsEveryOperation: true,
  needsOverlap: true,
  check,
};

/** What a refusal says that only means "too low", without a price. */
const TOO_LOW = "too low";

interface Tally {
  accepted: number;
  refused: number;
  seen: number;
  undecided: number;
}

/** The rows of one item. */
export interface Item {
  readonly key: string;
  readonly bids: OperationGroup | undefined;
  readonly reads: OperationGroup | undefined;
  readonly close: OperationGroup | undefined;
  readonly start: number;
  readonly increment: number;
}

function check(question: Question): Judgement {
  const { history } = question;
  const { id } = history.columns;
  const bids = ownGroups(question);
  const reads = companionsOf(question, "reads");
  const closes = companionsOf(question, "close");
  const increment = numberFor(question, "increment", "") ?? 0;
  const chain = new PriceChain((a, b) => id[a] !== 0 && id[a] === id[b]);
  const tally: Tally = { accepted: 0, refused: 0, seen: 0, undecided: 0 };
  const violations: Violation[] = [];
  const unstated: string[] = [];
  for (const group of keysOf(bids, reads, closes)) {
    proceed(question);
    const { key } = group;
    const start = numberFor(question, "start", key);
    if (start === undefined) {
      unstated.push(shortened(key));
      continue;
    }
    const item = {
      key,
      bids: bids.get(group),
      reads: reads.get(group),
      close: closes.get(group),
      start,
      increment,
    };
    chain.begin(start, increment);
    gather(history, item, chain, tally);
    const breach = chain.breach();
    if (breach !== undefined) violations.push(auctionBreach(question, item, breach));
  }
  const held = joined([
    `${counted(tally.accepted, `accepted ${question.invariant.operation}`)} on ${counted(bids.groups.length, "key")}`,
    "each above the one before",
    `${counted(tally.refused, "refusal")} explained`,
    tally.seen > 0 && `${counted(tally.seen, "price")} seen`,
    tally.undecided > 0 && `${counted(tally.undecided, "unknown outcome")} considered`,
  ]);
  const missing =
    unstated.length > 0
      ? `no starting price is stated for ${listed(unstated.slice(0, KEYS_NAMED_MAX), unstated.length)}`
      : undefined;
  return { violations, held, missing };
}

function gather(history: History, item: Item, chain: PriceChain, tally: Tally): void {
  const closingNs = noteClose(history, item, chain);
  if (item.bids !== undefined) noteBids(history, item.bids, chain, closingNs, tally);
  if (item.reads !== undefined) noteReads(history, item, item.reads, chain, tally);
}

/** Gives the earliest moment at which the item may have been closed; infinite where nobody ever tried. */
function noteClose(history: History, { close }: Item, chain: PriceChain): number {
  let closingNs = Number.POSITIVE_INFINITY;
  if (close === undefined) return closingNs;
  const { columns, facts, atoms } = history;
  for (let row = close.from; row < close.to; row++) {
    const outcome = columns.outcome[row];
    const invokeNs = columns.invokeNs[row] as number;
    const returnNs = columns.returnNs[row] as number;
    if (outcome === OUTCOME.ok || outcome === OUTCOME.unknown) {
      closingNs = Math.min(closingNs, invokeNs);
    }
    if (outcome !== OUTCOME.ok) continue;
    chain.closed(row, returnNs);
    const price = atoms.value(columns.result[row] as number);
    const trusted = returnNs <= facts.trustedUntilNs;
    if (typeof price === "number" && trusted) chain.final(row, price, invokeNs, returnNs);
  }
  return closingNs;
}

function noteBids(
  { columns, facts, atoms }: History,
  { from, to }: OperationGroup,
  chain: PriceChain,
  closingNs: number,
  tally: Tally,
): void {
  const { outcome, phase, value, result } = columns;
  for (let row = from; row < to; row++) {
    const ended = outcome[row];
    if (ended === OUTCOME.failed) continue;
    const amount = atoms.value(value[row] as number);
    const invokeNs = columns.invokeNs[row] as number;
    const returnNs = columns.returnNs[row] as number;
    if (phase[row] === PHASE.audit) {
      const listed = ended === OUTCOME.ok && returnNs <= facts.trustedUntilNs;
      if (listed && typeof amount === "number") chain.stored(row, amount, returnNs);
      continue;
    }
    if (typeof amount !== "number") {
      throw new RangeError(`the value of a bid must be its amount, got ${JSON.stringify(amount)}`);
    }
    if (ended === OUTCOME.ok) {
      tally.accepted += 1;
      chain.accepted(row, amount, invokeNs, returnNs);
    } else if (ended === OUTCOME.unknown) {
      tally.undecided += 1;
      chain.undecided(row, amount, invokeNs);
    } else {
      tally.refused += 1;
      const code = result[row] as number;
      const answer = code === 0 ? null : atoms.value(code);
      const open = returnNs < closingNs;
      if (typeof answer === "number") {
        if (open || answer >= amount) chain.beaten(row, amount, answer, invokeNs, returnNs);
        else chain.seen(row, answer, invokeNs, returnNs);
      } else if (answer === TOO_LOW || (answer === null && open)) {
        chain.refused(row, amount, returnNs);
      }
    }
  }
}

function noteReads(
  { columns, facts, atoms }: History,
  { start }: Item,
  { from, to }: OperationGroup,
  chain: PriceChain,
  tally: Tally,
): void {
  const { outcome, result, invokeNs, returnNs } = columns;
  for (let row = from; row < to; row++) {
    const code = result[row] as number;
    if (outcome[row] !== OUTCOME.ok || code === 0) continue;
    // What explains a price that was seen after the last trusted moment may be among what is missing.
    if ((returnNs[row] as number) > facts.trustedUntilNs) continue;
    const price = atoms.value(code) ?? start;
    if (typeof price !== "number") {
      throw new RangeError(`the result of a read must be the price, got ${JSON.stringify(price)}`);
    }
    tally.seen += 1;
    chain.seen(row, price, invokeNs[row] as number, returnNs[row] as number);
  }
}
