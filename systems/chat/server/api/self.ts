/** What the server says of itself. */
import type { FastifyInstance } from "fastify";
import type { ApiOptions } from "./asking.ts";

export function addSelf(app: FastifyInstance, options: ApiOptions): void {
  const { partsName, parts, conversation, fanout, files, metrics, sockets } = options;

  app.get("/health", async (_request, reply) => {
    return reply.send({
      status: "ok",
      parts: partsName,
      sockets: sockets(),
      slowClients: fanout.cutOff,
      /** All 0: everything that was said is stored, can be found and downloaded. */
      waiting: {
        messages: conversation.waiting,
        search: parts.search.waiting,
        files: files.waiting,
      },
      memory: { rssBytes: process.memoryUsage.rss() },
    });
  });

  app.get("/metrics", async (_request, reply) => {
    const text = metrics.text({
      sockets: sockets(),
      cutOff: fanout.cutOff,
      messagesWaiting: conversation.waiting,
      searchWaiting: parts.search.waiting,
      filesWaiting: files.waiting,
    });
    return reply.type("text/plain; version=0.0.4; charset=utf-8").send(text);
  });
}
