/** Messages, sent and read by HTTP. */
import type { FastifyInstance } from "fastify";
import { Input } from "../input.ts";
import { CONTENT_CHARS_MAX, PAGE_DEFAULT, PAGE_MAX } from "../limits.ts";
import { idOf, userOf, type ApiOptions } from "./asking.ts";

const ANY_SEQ = { min: 0, max: Number.MAX_SAFE_INTEGER };

export function addMessages(app: FastifyInstance, { sessions, conversation }: ApiOptions): void {
  app.post("/api/messages", async (request, reply) => {
    const authorId = userOf(request, sessions);
    const message = await conversation.send(authorId, new Input(request.body));
    return reply.code(201).send({ message });
  });

  app.get("/api/messages", async (request, reply) => {
    const userId = userOf(request, sessions);
    const input = new Input(request.query);
    const channelId = input.id("channelId");
    const after = input.countOr("after", ANY_SEQ, undefined);
    const before = input.countOr("before", ANY_SEQ, undefined);
    const limit = input.countOr("limit", { min: 1, max: PAGE_MAX }, PAGE_DEFAULT);
    input.done();
    const messages = await conversation.history(userId, channelId, { after, before, limit });
    const next = messages.length === limit ? (messages.at(-1)?.seq ?? null) : null;
    return reply.send({ channelId, messages, next });
  });

  app.patch("/api/messages/:id", async (request, reply) => {
    const userId = userOf(request, sessions);
    const id = idOf(request.params);
    const input = new Input(request.body);
    const content = input.text("content", { min: 1, max: CONTENT_CHARS_MAX });
    input.done();
    return reply.send({ message: await conversation.edit(userId, id, content) });
  });

  app.delete("/api/messages/:id", async (request, reply) => {
    const message = await conversation.erase(userOf(request, sessions), idOf(request.params));
    return reply.send({ message });
  });
}
