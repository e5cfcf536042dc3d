/**
 * An item's highest bid, decided by `price-chain.ts`: a bid is accepted if and only if it is above the highest so far; a
 * rejected one may quote the price that beat it; a read gives the price.
 */
import { unknownOperation } from "../model.ts";
import type { Breach, ObjectHistory, ObjectModel } from "../object-model.ts";
import { describe } from "../object-model.ts";
import type { PriceBreach } from "../price-chain.ts";
import { PriceChain } from "../price-chain.ts";
import type { Placeable } from "../search.ts";

const OPERATIONS = ["bid", "read"];

export const auction: ObjectModel = {
  problem: ({ f, input, output, outcome }) => {
    if (!OPERATIONS.includes(f)) return unknownOperation(OPERATIONS);
    if (f === "bid") {
      if (typeof input !== "number") return "value must be the amount of the bid";
      const quote = outcome === "rejected" ? (output ?? 0) : 0;
      return typeof quote === "number" ? undefined : "value must be the price that beat the bid";
    }
    if (outcome !== "ok" || output === undefined || typeof output === "number") return undefined;
    return "value must be the price";
  },
  initialProblem: (initial) =>
    (initial ?? null) === null || typeof initial === "number" ? undefined : "must be a number",
  check,
};

function check({ operations, initial }: ObjectHistory): Breach | undefined {
  const start = (initial ?? 0) as number;
  const chain = new PriceChain(() => false);
  chain.begin(start, 0);
  for (const [place, operation] of operations.entries()) take(chain, place, operation);
  const breach = chain.breach();
  if (breach === undefined) return undefined;
  const { row, other } = breach;
  return { places: [other, row], why: words(breach, operations, start) };
}

function take(chain: PriceChain, place: number, { step, invokeNs, returnNs }: Placeable): void {
  const { f, output, outcome } = step;
  const amount = step.input as number;
  const price = typeof output === "number" ? output : undefined;
  if (f === "read") {
    if (outcome === "ok" && price !== undefined) chain.seen(place, price, invokeNs, returnNs);
  } else if (outcome === "ok") chain.accepted(place, amount, invokeNs, returnNs);
  else if (outcome === "unknown") chain.undecided(place, amount, invokeNs);
  else if (price === undefined) chain.refused(place, amount, returnNs);
  else chain.beaten(place, amount, price, invokeNs, returnNs);
}

function words(
  { kind, row, other }: PriceBreach,
  operations: readonly Placeable[],
  start: number,
): string {
  const said = describe((operations[row] as Placeable).step);
  const beside = other < 0 ? "" : describe((operations[other] as Placeable).step);
  switch (kind) {
    case "below the start":
      return `${said} is not above the starting price ${start}`;
    case "accepted twice":
      return `${said} was accepted twice`;
    case "quote too low":
      return `${said}: rejected although it is above the price`;
    case "price of nobody":
      return `${said} names a price that nobody bid`;
    case "refused above":
      return `${said}, although the price was lower until ${beside} began`;
    case "refused unbeaten":
      return `${said}, although no bid as high had been sent by then`;
    case "bid before lower":
    case "seen before bid":
    case "seen before lower":
    case "step too small":
    case "accepted when closed":
    case "closed below":
      return `${said} was over before ${beside} began, and prices only rise`;
  }
}
