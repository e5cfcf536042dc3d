/** The waiting room's own small server: a page for people, JSON for programs, at the same address. */
import Fastify, { type FastifyInstance, type FastifyReply } from "fastify";
import { answerProblems } from "../../http/answer-problems.ts";
import { RequestProblem } from "../../http/request-problem.ts";
import { readProductId } from "./input.ts";
import { BODY_BYTES_MAX, IN_DOUBT } from "./limits.ts";
import type { Reservation } from "./parts/reservation.ts";
import { placePage } from "./waiting-room-page.ts";
import type { Place, WaitingRoom } from "./waiting-room.ts";

export interface WaitingRoomApiOptions {
  readonly room: WaitingRoom;
  readonly reservation: Reservation;
  readonly report: (line: string) => void;
}

export type PlaceView = Place & { readonly soldOut: boolean };

const ROUTES = "GET /line/:productId, GET /line/:productId?ticket=";

export function createWaitingRoomApi({
  room,
  reservation,
  report,
}: WaitingRoomApiOptions): FastifyInstance {
  const app = Fastify({ forceCloseConnections: true });
  answerProblems(app, {
    routes: ROUTES,
    inDoubt: IN_DOUBT,
    bodyBytesMax: BODY_BYTES_MAX,
    log: report,
  });
  app.get<{ Params: { id: string }; Querystring: { ticket?: string } }>(
    "/line/:id",
    async (request, reply) => {
      const productId = readProductId(request.params.id);
      const { ticket } = request.query;
      if (ticket === undefined) return joinLine(reply, room, productId);
      const place = room.look(ticket);
      if (place === undefined || place.productId !== productId) throw expired(productId);
      const soldOut = ((await reservation.stock(productId)) ?? 0) < 1;
      const asPage = request.headers.accept?.includes("text/html") === true;
      return sendPlace(reply, { ...place, soldOut }, asPage);
    },
  );
  return app;
}

function joinLine(reply: FastifyReply, room: WaitingRoom, productId: string): FastifyReply {
  const ticket = room.join(productId);
  if (ticket === undefined) {
    throw new RequestProblem(
      404,
      "no-line",
      `productId must be one of an open sale, got "${productId}"`,
    );
  }
  return reply.redirect(`/line/${productId}?ticket=${ticket}`, 302);
}

function sendPlace(reply: FastifyReply, place: PlaceView, asPage: boolean): FastifyReply {
  void reply.header("cache-control", "no-store").header("vary", "accept");
  if (!asPage) return reply.send(place);
  return reply
    .header(
      "content-security-policy",
      "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'",
    )
    .type("text/html; charset=utf-8")
    .send(placePage(place));
}

function expired(productId: string): RequestProblem {
  return new RequestProblem(
    410,
    "ticket-expired",
    `ticket must be one of this line and not too old; GET /line/${productId} gives a new one`,
  );
}
