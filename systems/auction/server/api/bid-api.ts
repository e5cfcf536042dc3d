/** The bid API: six routes in front of the book and the archive. */
import Fastify, { type FastifyInstance, type FastifyReply } from "fastify";
import { answerProblems } from "../../../http/answer-problems.ts";
import { RequestProblem } from "../../../http/request-problem.ts";
import type { ArchiveStore } from "../archive/archive-store.ts";
import type { BidAnswer, ItemBook, ItemState, Outbox } from "../book/item-book.ts";
import type { EventBus } from "../bus/bus.ts";
import type { Bid } from "../event.ts";
import { BODY_BYTES_MAX, ITEMS_MAX } from "../limits.ts";
import { readBid, readItem, readItemId, readPage } from "./input.ts";

export interface BidApiOptions {
  readonly partsName: string;
  readonly book: ItemBook;
  readonly outbox: Outbox;
  readonly bus: EventBus;
  readonly archive: ArchiveStore;
  /** Takes what goes wrong that is not a caller's fault. */
  readonly report: (line: string) => void;
}

const ROUTES =
  "POST /items, GET /items/:id, POST /items/:id/bids, GET /items/:id/bids, POST /items/:id/close, GET /health";

interface OfItem {
  Params: { id: string };
}

export function createBidApi(options: BidApiOptions): FastifyInstance {
  const app = Fastify({ bodyLimit: BODY_BYTES_MAX, forceCloseConnections: true });
  answerProblems(app, {
    routes: ROUTES,
    inDoubt: "the bid may or may not stand",
    bodyBytesMax: BODY_BYTES_MAX,
    log: options.report,
  });
  addItems(app, options);
  addBids(app, options);
  addHealth(app, options);
  return app;
}

function addItems(app: FastifyInstance, { book }: BidApiOptions): void {
  app.post("/items", async (request, reply) => {
    const item = readItem(request.body);
    const opened = await book.open(item);
    if (opened !== "opened") throw notOpened(opened, item.itemId);
    return reply.code(201).send(view(await existing(book.item(item.itemId), item.itemId)));
  });

  app.get<OfItem>("/items/:id", async (request, reply) => {
    const itemId = readItemId(request.params.id);
    return reply.send(view(await existing(book.item(itemId), itemId)));
  });

  app.post<OfItem>("/items/:id/close", async (request, reply) => {
    const itemId = readItemId(request.params.id);
    return reply.send(view(await existing(book.close(itemId), itemId)));
  });
}

function addBids(app: FastifyInstance, { book, archive }: BidApiOptions): void {
  app.post<OfItem>("/items/:id/bids", async (request, reply) => {
    const bid = readBid(readItemId(request.params.id), request.body);
    return answerBid(reply, bid, await book.bid(bid));
  });

  app.get<OfItem>("/items/:id/bids", async (request, reply) => {
    const itemId = readItemId(request.params.id);
    const page = readPage(request.query);
    await existing(book.item(itemId), itemId);
    const { bids, next } = await archive.bids(itemId, page);
    return reply.send({ itemId, bids, next: next ?? null });
  });
}

function answerBid(reply: FastifyReply, bid: Bid, decided: BidAnswer): FastifyReply {
  const { itemId, bidId, bidderId, amount } = bid;
  switch (decided.answer) {
    case "accepted": {
      const { answer, seq } = decided;
      return reply.code(201).send({ answer, itemId, bidId, bidderId, seq, highest: amount });
    }
    case "too-low":
    case "closed": {
      const { answer, highest } = decided;
      return reply.code(answer === "closed" ? 410 : 409).send({ answer, itemId, bidId, highest });
    }
    case "unknown-item":
      throw unknownItem(itemId);
  }
}

/** Each part by itself: this process answers whatever the others do. */
function addHealth(app: FastifyInstance, { partsName, outbox, bus, archive }: BidApiOptions): void {
  app.get("/health", async (_request, reply) => {
    const [waiting, database] = await Promise.allSettled([outbox.waiting(), archive.ping()]);
    const book = waiting.status === "fulfilled" ? "up" : "away";
    return reply.code(book === "up" ? 200 : 503).send({
      status: book === "up" ? "ok" : "away",
      parts: partsName,
      pid: process.pid,
      book,
      bus: bus.isUp ? "up" : "away",
      database: database.status === "fulfilled" ? "up" : "away",
      outbox: { waiting: waiting.status === "fulfilled" ? waiting.value : null },
    });
  });
}

async function existing(found: Promise<ItemState | undefined>, itemId: string): Promise<ItemState> {
  const state = await found;
  if (state === undefined) throw unknownItem(itemId);
  return state;
}

function view({ closesAtMs, ...state }: ItemState): object {
  const closesAt = closesAtMs === null ? null : new Date(closesAtMs).toISOString();
  return { ...state, closesAt };
}

function notOpened(why: "exists" | "full", itemId: string): RequestProblem {
  return why === "exists"
    ? new RequestProblem(
        409,
        "item-exists",
        `itemId must be new, got "${itemId}", which is open or was`,
      )
    : new RequestProblem(409, "full", `there must be at most ${ITEMS_MAX} items, and there are`);
}

function unknownItem(itemId: string): RequestProblem {
  return new RequestProblem(
    404,
    "unknown-item",
    `item must be one opened with POST /items, got "${itemId}"`,
  );
}
