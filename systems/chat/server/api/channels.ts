/** Channels and their members. */
import type { FastifyInstance } from "fastify";
import { Input } from "../input.ts";
import {
  DESCRIPTION_CHARS_MAX,
  MEMBERS_SHOWN_MAX,
  NAME_CHARS_MAX,
  PAGE_DEFAULT,
  PAGE_MAX,
} from "../limits.ts";
import { forbidden } from "../refusals.ts";
import { idOf, userOf, type ApiOptions } from "./asking.ts";

const ANY_ID = { min: 0, max: Number.MAX_SAFE_INTEGER };

export function addChannels(app: FastifyInstance, options: ApiOptions): void {
  const { parts, sessions, conversation } = options;
  const { store } = parts;

  app.post("/api/channels", async (request, reply) => {
    const ownerId = userOf(request, sessions);
    const input = new Input(request.body);
    const name = input.text("name", { min: 1, max: NAME_CHARS_MAX });
    const type = input.oneOf("type", ["public", "private"] as const);
    const description = input.textOr("description", { max: DESCRIPTION_CHARS_MAX }, "");
    const memberIds = input.ids("memberIds", MEMBERS_SHOWN_MAX);
    input.done();
    const channel = await store.addChannel({ name, type, description, ownerId, memberIds });
    return reply.code(201).send({ channel });
  });

  app.post("/api/direct", async (request, reply) => {
    const ownerId = userOf(request, sessions);
    const input = new Input(request.body);
    const userId = input.id("userId");
    input.done();
    const name = `direct-${Math.min(ownerId, userId)}-${Math.max(ownerId, userId)}`;
    const known = await store.channelNamed(name);
    if (known !== undefined) return reply.send({ channel: known });
    const what = { name, type: "direct", description: "", ownerId, memberIds: [userId] } as const;
    return reply.code(201).send({ channel: await store.addChannel(what) });
  });

  app.get("/api/channels", async (request, reply) => {
    const userId = userOf(request, sessions);
    const input = new Input(request.query);
    const after = input.countOr("after", ANY_ID, 0);
    const limit = input.countOr("limit", { min: 1, max: PAGE_MAX }, PAGE_DEFAULT);
    input.done();
    const channels = await store.channels(userId, { after, limit });
    const next = channels.length === limit ? (channels.at(-1)?.id ?? null) : null;
    return reply.send({ channels, next });
  });

  app.get("/api/channels/:id", async (request, reply) => {
    const channelId = idOf(request.params);
    return reply.send({
      channel: await conversation.mayRead(userOf(request, sessions), channelId),
    });
  });

  app.delete("/api/channels/:id", async (request, reply) => {
    await conversation.remove(userOf(request, sessions), idOf(request.params));
    return reply.code(204).send();
  });

  addMembers(app, options);
}

function addMembers(app: FastifyInstance, options: ApiOptions): void {
  const { parts, sessions, conversation, fanout } = options;
  const { store } = parts;

  app.post("/api/channels/:id/join", async (request, reply) => {
    const channelId = idOf(request.params);
    const channel = await conversation.mayEnter(userOf(request, sessions), channelId);
    return reply.send({ channel });
  });

  app.post("/api/channels/:id/leave", async (request, reply) => {
    const channelId = idOf(request.params);
    const userId = userOf(request, sessions);
    await store.removeMember(channelId, userId);
    fanout.expel(channelId, userId);
    return reply.code(204).send();
  });

  app.post("/api/channels/:id/members", async (request, reply) => {
    const userId = userOf(request, sessions);
    const channelId = idOf(request.params);
    const input = new Input(request.body);
    const userIds = input.ids("userIds", MEMBERS_SHOWN_MAX);
    input.done();
    const channel = await conversation.mayRead(userId, channelId);
    if (channel.ownerId !== userId) throw forbidden("members are brought in by the owner");
    await store.addMembers(channelId, userIds);
    return reply.code(204).send();
  });

  app.get("/api/channels/:id/members", async (request, reply) => {
    const channelId = idOf(request.params);
    await conversation.mayRead(userOf(request, sessions), channelId);
    return reply.send({ members: await store.members(channelId, MEMBERS_SHOWN_MAX) });
  });
}
