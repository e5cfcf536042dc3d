/** The ingestion API: five routes in front of the ports. */
import Fastify, { type FastifyInstance, type FastifyReply } from "fastify";
import type { EventLog } from "../../ports/event-log.ts";
import { answerProblems } from "../../http/answer-problems.ts";
import { RequestProblem } from "../../http/request-problem.ts";
import { clientOf, readAudit, readInit, readOrder, readProductId } from "./input.ts";
import { BODY_BYTES_MAX, IN_DOUBT } from "./limits.ts";
import type { Metrics } from "./metrics.ts";
import type { OrderStore } from "./parts/order-store.ts";
import type { Order, Reservation, Reserved } from "./parts/reservation.ts";
import type { Turnstile } from "./turnstile.ts";

export interface ApiOptions {
  readonly partsName: string;
  readonly log: EventLog;
  readonly reservation: Reservation;
  readonly store: OrderStore;
  readonly turnstile: Turnstile;
  readonly metrics: Metrics;
  /** Where a 302 leads. */
  readonly waitingRoomUrl: string;
  /** Takes what goes wrong that is not a caller's fault. */
  readonly report: (line: string) => void;
}

const ROUTES =
  "POST /init, POST /order, GET /products/:id, GET /orders?productId=, GET /health, GET /metrics";

export function createApi(options: ApiOptions): FastifyInstance {
  const app = Fastify({ bodyLimit: BODY_BYTES_MAX, forceCloseConnections: true });
  answerProblems(app, {
    routes: ROUTES,
    inDoubt: IN_DOUBT,
    bodyBytesMax: BODY_BYTES_MAX,
    log: options.report,
  });
  addInit(app, options);
  addOrder(app, options);
  addAudit(app, options);
  addSelf(app, options);
  return app;
}

function addInit(app: FastifyInstance, { store, reservation, turnstile }: ApiOptions): void {
  app.post("/init", async (request, reply) => {
    const { productId, quantity, ordersPerSecond } = readInit(request.body);
    turnstile.checkRoomFor(productId);
    const sale = await store.openSale(productId, quantity);
    await reservation.open(sale);
    turnstile.open(productId, ordersPerSecond);
    return reply.send({ productId, stock: quantity });
  });
}

function addOrder(app: FastifyInstance, options: ApiOptions): void {
  const { reservation, turnstile, metrics } = options;
  app.post("/order", async (request, reply) => {
    const { headers } = request;
    const order = readOrder(request.body, headers["x-idempotency-key"]);
    const client = clientOf(headers["x-client-id"], request.ip);
    if (!turnstile.admits(order, client, headers["x-admission-token"])) {
      metrics.order("rate-limited");
      return sendToWaitingRoom(reply, options, order);
    }
    const reserved = await reservation.reserve(order);
    metrics.order(reserved.answer);
    return answerOrder(reply, order, reserved);
  });
}

function sendToWaitingRoom(
  reply: FastifyReply,
  { turnstile, waitingRoomUrl }: ApiOptions,
  { productId }: Order,
): FastifyReply {
  const ticket = turnstile.room.join(productId) ?? "";
  const location = `${waitingRoomUrl}/line/${productId}?ticket=${ticket}`;
  return reply
    .code(302)
    .header("location", location)
    .send({ answer: "rate-limited", waitingRoom: location });
}

function answerOrder(reply: FastifyReply, order: Order, reserved: Reserved): FastifyReply {
  const { productId, userId, key } = order;
  switch (reserved.answer) {
    case "accepted":
      return reply.send({ answer: "accepted", orderId: reserved.orderId, productId, userId });
    case "sold-out":
      return reply.code(409).send({ answer: "sold-out", productId });
    case "unknown-product":
      throw unknownProduct(productId);
    case "key-taken":
      throw new RequestProblem(
        422,
        "key-taken",
        `header x-idempotency-key must be new, or come with the order it was first sent with; got "${key}" with another`,
      );
  }
}

function addAudit(app: FastifyInstance, { reservation, store }: ApiOptions): void {
  app.get<{ Params: { id: string } }>("/products/:id", async (request, reply) => {
    const productId = readProductId(request.params.id);
    const [reserved, stored] = await Promise.all([
      reservation.stock(productId),
      store.stock(productId),
    ]);
    if (reserved === undefined || stored === undefined) throw unknownProduct(productId);
    return reply.send({
      productId,
      stock: reserved,
      sources: { reservation: reserved, database: stored },
    });
  });

  app.get("/orders", async (request, reply) => {
    const { productId, ...page } = readAudit(request.query);
    if ((await store.stock(productId)) === undefined) throw unknownProduct(productId);
    const { orders, next } = await store.orders(productId, page);
    return reply.send({ productId, orders, next: next ?? null });
  });
}

function addSelf(app: FastifyInstance, { partsName, log, metrics }: ApiOptions): void {
  app.get("/health", async (_request, reply) => {
    return reply.send({ status: "ok", parts: partsName, log: { waiting: await log.waiting() } });
  });

  app.get("/metrics", async (_request, reply) => {
    const text = metrics.text(await log.waiting());
    return reply.type("text/plain; version=0.0.4; charset=utf-8").send(text);
  });
}

function unknownProduct(productId: string): RequestProblem {
  return new RequestProblem(
    404,
    "unknown-product",
    `productId must be a product opened with POST /init, got "${productId}"`,
  );
}
