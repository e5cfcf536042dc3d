/** The HTTP door: what is asked once and answered once. One file beside this for each group of routes. */
import Fastify, { type FastifyInstance } from "fastify";
import { BODY_BYTES_MAX } from "../limits.ts";
import { answerProblems } from "../../../http/answer-problems.ts";
import type { ApiOptions } from "./asking.ts";
import { addAuth } from "./auth.ts";
import { addChannels } from "./channels.ts";
import { addFiles } from "./files.ts";
import { addMessages } from "./messages.ts";
import { addNotifications } from "./notifications.ts";
import { addSearch } from "./search.ts";
import { addSeeding } from "./seeding.ts";
import { addSelf } from "./self.ts";

/** The server is made first, because the gateway listens on it, too; the routes come when there is something behind. */
export function createApp(): FastifyInstance {
  return Fastify({ bodyLimit: BODY_BYTES_MAX, forceCloseConnections: true });
}

export function addRoutes(app: FastifyInstance, options: ApiOptions): void {
  answerProblems(app, {
    routes: "GET /health, GET /metrics, and what is under /api",
    inDoubt: "what was asked for may or may not stand",
    bodyBytesMax: BODY_BYTES_MAX,
    log: options.log,
  });
  addAuth(app, options);
  addChannels(app, options);
  addMessages(app, options);
  addSearch(app, options);
  addFiles(app, options);
  addNotifications(app, options);
  addSeeding(app, options);
  addSelf(app, options);
}
