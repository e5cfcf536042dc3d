/** The single calls, over either book. */
import { EmbeddedBook } from "../server/book/book-embedded.ts";
import type { OpenBook } from "../server/places.ts";
import type { Pieces } from "./planted-bug.ts";

export function piecesOf(book: OpenBook): Pieces {
  if (!(book instanceof EmbeddedBook)) return { accept: (bid) => book.acceptBlindly(bid) };
  return {
    accept: async (bid) => {
      const open = book.items.get(bid.itemId);
      if (open === undefined) throw new Error(`${bid.itemId} was never opened`);
      const durable = book.accept(open, bid);
      const { seq } = open;
      await durable;
      return seq;
    },
  };
}
