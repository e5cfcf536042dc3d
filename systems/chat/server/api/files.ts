/** Files: up as a multipart form, one at a time; down whole or in part. */
import multipart from "@fastify/multipart";
import type { FastifyInstance } from "fastify";
import { rangeOf } from "../files/range.ts";
import { Input } from "../input.ts";
import {
  CLIENT_ID_CHARS_MAX,
  FILE_BYTES_MAX,
  FILE_NAME_CHARS_MAX,
  PAGE_DEFAULT,
  PAGE_MAX,
} from "../limits.ts";
import type { StoredFile } from "../parts/store.ts";
import { RequestProblem } from "../../../http/request-problem.ts";
import { unknown } from "../refusals.ts";
import { idOf, userOf, type ApiOptions } from "./asking.ts";

export function addFiles(app: FastifyInstance, options: ApiOptions): void {
  const { parts, sessions, conversation, files, metrics } = options;
  const { store } = parts;
  void app.register(multipart, { limits: { files: 1, fileSize: FILE_BYTES_MAX, fields: 4 } });

  app.post("/api/files/upload", async (request, reply) => {
    const ownerId = userOf(request, sessions);
    const input = new Input(request.query);
    const channelId = input.id("channelId");
    const clientId = input.textOr("clientId", { max: CLIENT_ID_CHARS_MAX }, "");
    input.done();
    await conversation.mayEnter(ownerId, channelId);
    if (!request.isMultipart()) {
      throw new RequestProblem(400, "bad-request", "content-type must be multipart/form-data");
    }
    const part = await request.file();
    if (part === undefined) {
      throw new RequestProblem(400, "bad-request", "the form must hold a file, got none");
    }
    const file = await files.receive({
      channelId,
      ownerId,
      clientId,
      name: part.filename.slice(0, FILE_NAME_CHARS_MAX),
      content: part.file,
      isCutOff: () => part.file.truncated,
    });
    metrics.upload(file.bytes);
    return reply.code(202).send({ file: shown(file) });
  });

  app.get("/api/files", async (request, reply) => {
    const userId = userOf(request, sessions);
    const input = new Input(request.query);
    const channelId = input.id("channelId");
    const after = input.countOr("after", { min: 0, max: Number.MAX_SAFE_INTEGER }, 0);
    const limit = input.countOr("limit", { min: 1, max: PAGE_MAX }, PAGE_DEFAULT);
    input.done();
    await conversation.mayRead(userId, channelId);
    const page = await store.files(channelId, { after, limit });
    const next = page.length === limit ? (page.at(-1)?.id ?? null) : null;
    return reply.send({ files: page.map(shown), next });
  });

  addDownloads(app, options);
}

function addDownloads(app: FastifyInstance, { parts, sessions, conversation }: ApiOptions): void {
  const { store, shelf } = parts;
  const readable = async (userId: number, id: number): Promise<StoredFile> => {
    const file = await store.file(id);
    if (file === undefined) throw unknown("file", "one that was uploaded", id);
    await conversation.mayRead(userId, file.channelId);
    return file;
  };

  app.get("/api/files/:id", async (request, reply) => {
    const file = await readable(userOf(request, sessions), idOf(request.params));
    return reply.send({ file: shown(file) });
  });

  app.get("/api/files/:id/checksum", async (request, reply) => {
    const { id, place } = await readable(userOf(request, sessions), idOf(request.params));
    return reply.send({ id, ...(await shelf.checksum(place)) });
  });

  app.get("/api/files/:id/content", async (request, reply) => {
    const file = await readable(userOf(request, sessions), idOf(request.params));
    const { range: asked } = request.headers;
    const range = rangeOf(asked, file.bytes);
    void reply.header("accept-ranges", "bytes").header("etag", `"${file.sha256}"`);
    if (range === undefined) {
      return reply.code(416).header("content-range", `bytes */${file.bytes}`).send();
    }
    const { start, end } = range;
    void reply.type(file.kind ?? "application/octet-stream");
    void reply.header("content-length", end - start + 1);
    const isPart = end - start + 1 < file.bytes;
    if (isPart) void reply.header("content-range", `bytes ${start}-${end}/${file.bytes}`);
    return reply.code(isPart ? 206 : 200).send(shelf.read(file.place, range));
  });
}

/** All but where it lies. */
function shown(file: StoredFile): object {
  return { ...file, place: undefined };
}
