/** The parts of an auction, right, or with the bug of that name in the one it belongs to. */
import { settle, type Settle } from "../server/archive/archiver.ts";
import type { ItemBook } from "../server/book/item-book.ts";
import { sendToAll, type FanOut } from "../server/broadcast/watched-item.ts";
import type { OpenBook } from "../server/places.ts";
import { bugs } from "./bugs.ts";
import { piecesOf } from "./pieces.ts";
import type { BlindStore, Bug } from "./planted-bug.ts";

/** Throws for a name that is none. */
export function bugNamed(name: string): Bug {
  const bug = bugs.find((candidate) => candidate.name === name);
  if (bug !== undefined) return bug;
  const names = bugs.map((candidate) => candidate.name).join(", ");
  throw new Error(`--bug must be one of ${names}, got "${name}"`);
}

export function plantedBook(bug: string | null, right: OpenBook): ItemBook {
  return planted(bug)?.book?.(right, piecesOf(right)) ?? right;
}

export function plantedFanOut(bug: string | null): FanOut {
  return planted(bug)?.fanOut?.() ?? sendToAll;
}

export function plantedResumeAfter(bug: string | null): (after: number) => number {
  return planted(bug)?.resumeAfter ?? ((after) => after);
}

export function plantedSettle(bug: string | null, store: BlindStore): Settle {
  return planted(bug)?.settle?.(store) ?? settle;
}

function planted(bug: string | null): Bug | undefined {
  return bug === null ? undefined : bugNamed(bug);
}
