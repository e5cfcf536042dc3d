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

  // It takes its time: whoever asks is told that it has begun, and asks again whether it is there.
  let archive: Archive = { messages: 0, state: "none" };
  app.post("/api/seed/archive", async (request, reply) => {
    const input = new Input(request.body);
    const size = { min: ARCHIVE_MESSAGES_MIN, max: ARCHIVE_MESSAGES_MAX };
    const messages = input.countOr("messages", size, ARCHIVE_MESSAGES);
    input.done();
    if (archive.state !== "none" && archive.messages !== messages) throw another(archive.messages);
    if (archive.state === "none" || archive.state === "failed") {
      archive = { messages, state: "coming" };
      void attachArchive(messages).then(
        () => (archive = { messages, state: "there" }),
        (error: Error) => (archive = { messages, state: "failed", why: error.message }),
      );
    }
    return reply.code(202).send({ archive });
  });

  app.get("/api/seed/archive", async (_request, reply) => {
    // While it comes, the table of messages may be locked: only afterwards there is something to count.
    const searchable = archive.state === "there" ? await search.messages() : null;
    return reply.send({ archive, searchable });
  });
}

interface Archive {
  readonly messages: number;
  readonly state: "none" | "coming" | "there" | "failed";
  readonly why?: string;
}

function another(messages: number): RequestProblem {
  const text = `messages must be ${messages}, as many as the archive that is there has`;
  return new RequestProblem(409, "archive-there", text);
}
