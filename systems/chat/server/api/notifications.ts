/** What one was called to: mentions and direct messages. */
import type { FastifyInstance } from "fastify";
import { Input } from "../input.ts";
import { PAGE_DEFAULT, PAGE_MAX } from "../limits.ts";
import { userOf, type ApiOptions } from "./asking.ts";

const ANY_ID = { min: 1, max: Number.MAX_SAFE_INTEGER };

export function addNotifications(
  app: FastifyInstance,
  { parts: { store }, sessions }: ApiOptions,
): void {
  app.get("/api/notifications", async (request, reply) => {
    const userId = userOf(request, sessions);
    const input = new Input(request.query);
    const before = input.countOr("before", ANY_ID, Number.MAX_SAFE_INTEGER);
    const limit = input.countOr("limit", { min: 1, max: PAGE_MAX }, PAGE_DEFAULT);
    input.done();
    const notifications = await store.notifications(userId, { before, limit });
    const unread = await store.unread(userId);
    const next = notifications.length === limit ? (notifications.at(-1)?.id ?? null) : null;
    return reply.send({ notifications, unread, next });
  });

  app.post("/api/notifications/read", async (request, reply) => {
    const userId = userOf(request, sessions);
    const input = new Input(request.body);
    const throughId = input.id("throughId");
    input.done();
    const marked = await store.markRead(userId, throughId);
    return reply.send({ marked, unread: await store.unread(userId) });
  });
}
