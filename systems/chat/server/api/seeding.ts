/** What a load test needs before it begins: a crowd, and a past. Open to everybody, as this is a system to be tested. */
import type { FastifyInstance } from "fastify";
import { ARCHIVE_MESSAGES, ARCHIVE_MESSAGES_MIN } from "../../archive/archive-messages.ts";
import { Input } from "../input.ts";
import { ARCHIVE_MESSAGES_MAX, CROWD_MAX } from "../limits.ts";
import { RequestProblem } from "../../../http/request-problem.ts";
import type { ApiOptions } from "./asking.ts";

const PREFIX = /^[\w-]{1,20}$/;

export function addSeeding(
  app: FastifyInstance,
  { parts: { store, attachArchive, search }, sessions }: ApiOptions,
): void {
  app.post("/api/seed/crowd", async (request, reply) => {
    const input = new Input(request.body);
    const prefix = input.matching("prefix", PREFIX, "1 to 20 letters, digits or any of _ -");
    const count = input.count("users", { min: 1, max: CROWD_MAX });
    input.done();
    const names = Array.from({ length: count }, (_, i) => `${prefix}-${i}`);
    const users = await store.addUsers(
      names.map((name) => ({ name, displayName: name, password: undefined })),
    );
    const known = users.map((user) => {
      if (user !== undefined) return { ...user, token: sessions.tokenFor(user.id) };
      throw new RequestProblem(409, "name-taken", `prefix must be nobody's yet, got "${prefix}"`);
    });
    return reply.code(201).send({ users: known });
  });

  app.post("/api/seed/archive", async (request, reply) => {
    const input = new Input(request.body);
    const size = { min: ARCHIVE_MESSAGES_MIN, max: ARCHIVE_MESSAGES_MAX };
    const messages = input.countOr("messages", size, ARCHIVE_MESSAGES);
    input.done();
    await attachArchive(messages);
    return reply.send({ messages, searchable: await search.messages() });
  });
}
