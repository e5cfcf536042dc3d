/** What is wrong with the prices of an item, as a person would say it. */
import { formatCount } from "../../base/units.ts";
import type { History } from "../../history/history.ts";
import { OUTCOME, PHASE } from "../../history/history.ts";
import type { Question, Violation } from "../checker.ts";
import type { PriceBreach } from "../price-chain.ts";
import { at, of } from "../wording.ts";
import type { Item } from "./auction.ts";

export function auctionBreach(question: Question, item: Item, breach: PriceBreach): Violation {
  const { history, invariant } = question;
  const { columns } = history;
  const told = words(history, item, breach, invariant.operation);
  const rows = [breach.row, breach.other, told.beside ?? -1].filter((row) => row >= 0);
  const known = rows.filter((row) => columns.outcome[row] !== OUTCOME.unknown);
  return {
    key: item.key,
    atNs: Math.max(...known.map((row) => columns.returnNs[row] as number)),
    sentence: of(item.key) + told.sentence,
    rows,
    count: 1,
  };
}

interface Told {
  readonly sentence: string;
  /** One more operation that belongs to the proof. */
  readonly beside?: number;
}

function words(history: History, item: Item, breach: PriceBreach, noun: string): Told {
  const { row, other, amount, otherAmount } = breach;
  const { invokeNs, returnNs } = history.columns;
  const bid = `${noun} ${price(amount)}`;
  const doneAt = at(returnNs[row] as number);
  switch (breach.kind) {
    case "below the start":
      return {
        sentence: `${bid} was accepted at ${doneAt}, and the start is ${price(item.start)}`,
      };
    case "accepted twice":
      return {
        sentence: `${bid} was accepted twice, by ${at(returnNs[other] as number)} and by ${doneAt}`,
      };
    case "step too small":
      return {
        sentence:
          `${bid} was accepted, ${price(amount - otherAmount)} above ${price(otherAmount)}, ` +
          `and the least step is ${price(item.increment)}`,
      };
    case "quote too low":
      return {
        sentence: `${bid} was refused at ${doneAt} with the price ${price(otherAmount)}, which does not beat it`,
      };
    case "price of nobody":
      return { sentence: `${shown(history, item, row, amount)} by ${doneAt}, and nobody bid that` };
    case "bid before lower":
      return {
        sentence: `${bid} was accepted and over at ${doneAt}; ${lower(history, item, other, otherAmount, noun)}`,
      };
    case "seen before bid":
      return {
        sentence:
          `${shown(history, item, row, amount)} by ${doneAt}, before ${bid} was sent at ` +
          at(invokeNs[other] as number),
      };
    case "seen before lower":
      return {
        sentence: `${shown(history, item, row, amount)} by ${doneAt}; ${lower(history, item, other, otherAmount, noun)}`,
      };
    case "refused above":
      return {
        sentence:
          `${bid} was refused as too low at ${doneAt}, yet the price was still lower: ` +
          lower(history, item, other, otherAmount, noun),
      };
    case "refused unbeaten":
      return unbeaten(history, item, breach, noun);
    case "accepted when closed":
      return {
        sentence:
          `${bid} was accepted, begun at ${at(invokeNs[row] as number)}, ` +
          `although it was closed by ${at(returnNs[other] as number)}`,
      };
    case "closed below":
      return {
        sentence: `closed at ${doneAt} with the price ${price(amount)}, although ${noun} ${price(otherAmount)} was accepted`,
      };
  }
}

/** A bid that nothing explains why it was refused: what was the best that could have beaten it? */
function unbeaten(history: History, item: Item, { row, amount }: PriceBreach, noun: string): Told {
  const { outcome, invokeNs, returnNs, value, phase } = history.columns;
  const endNs = returnNs[row] as number;
  let highest = item.start;
  let beside = -1;
  for (let other = item.bids?.from ?? 0; other < (item.bids?.to ?? 0); other++) {
    const possible = outcome[other] === OUTCOME.ok || outcome[other] === OUTCOME.unknown;
    if (!possible || phase[other] === PHASE.audit || (invokeNs[other] as number) > endNs) continue;
    const bid = history.atoms.value(value[other] as number) as number;
    if (bid <= highest || bid >= amount) continue;
    highest = bid;
    beside = other;
  }
  const best =
    beside < 0
      ? `no ${noun} had been sent by then above the start, ${price(item.start)}`
      : `the highest ${noun} that anyone had sent by then was ${price(highest)}`;
  return {
    sentence: `${noun} ${price(amount)} was refused as too low at ${at(endNs)}; ${best}`,
    beside,
  };
}

/** What shows that the price was still lower. */
function lower(history: History, item: Item, row: number, amount: number, noun: string): string {
  const { invokeNs, outcome } = history.columns;
  const began = at(invokeNs[row] as number);
  if (!isBid(item, row)) return `a read that began at ${began} still saw ${price(amount)}`;
  if (outcome[row] === OUTCOME.rejected) {
    return `a refusal that began at ${began} still quoted ${price(amount)}`;
  }
  const accepted = outcome[row] === OUTCOME.ok ? "was accepted" : "was seen";
  return `${noun} ${price(amount)} began at ${began} and ${accepted}`;
}

/** Who shows a price. */
function shown(history: History, item: Item, row: number, amount: number): string {
  const { outcome, phase } = history.columns;
  if (!isBid(item, row)) return `${price(amount)} was read`;
  if (phase[row] === PHASE.audit) return `${price(amount)} was stored`;
  return `${price(amount)} was ${outcome[row] === OUTCOME.rejected ? "quoted" : "seen"}`;
}

function isBid({ bids }: Item, row: number): boolean {
  return bids !== undefined && row >= bids.from && row < bids.to;
}

function price(amount: number): string {
  return Number.isInteger(amount) ? formatCount(amount) : String(Number(amount.toPrecision(12)));
}
