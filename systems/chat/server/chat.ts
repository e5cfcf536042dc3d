/**
 * The chat, wired up. Read this file first.
 *
 *     HTTP ────┐                  ┌─► fan-out ─► sockets of the channel
 *              ├─► conversation ──┼─► store (messages, one writer)
 *     sockets ─┘                  └─► search index
 *                  files ─► shelf
 */
import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { CACHE_FOLDER } from "../archive/kept-archive.ts";
import { plantBug } from "../bugs/plant-bug.ts";
import { addRoutes, createApp } from "./api/api.ts";
import { Conversation } from "./conversation.ts";
import { FileDesk } from "./files/file-desk.ts";
import { Fanout } from "./gateway/fanout.ts";
import { createSocketServer, openGateway } from "./gateway/gateway.ts";
import { ERRORS_TOLD_MAX } from "../../http/limits.ts";
import { CONNECTIONS_WAITING_MAX } from "./limits.ts";
import { Metrics } from "./metrics.ts";
import { openEmbeddedParts, type EmbeddedParts } from "./parts/embedded.ts";
import { openRealParts, type RealParts } from "./parts/real.ts";
import { Sessions } from "./sessions.ts";

export interface ChatOptions {
  readonly parts: "embedded" | "real";
  /** 0: any free one. */
  readonly port: number;
  /** Name of a planted bug. */
  readonly bug: string | undefined;
  /** Where files and the embedded database are kept, to go on from there; undefined: a new folder, removed at the end. */
  readonly folder: string | undefined;
  /** Where archives are kept between runs. Default: the project's cache folder. */
  readonly cacheFolder?: string | undefined;
  /** A PostgreSQL that is up already, for the real parts; undefined: a private one. */
  readonly databaseUrl?: string | undefined;
  readonly log: (line: string) => void;
}

export interface Chat extends AsyncDisposable {
  readonly url: string;
}

/** Resolves when it answers. Disposing it leaves nothing behind. */
export async function startChat(options: ChatOptions): Promise<Chat> {
  await using building = new AsyncDisposableStack();
  const opened = building.use(await openParts(options, building));
  const parts = options.bug === undefined ? opened : plantBug(options.bug, opened);
  const report = oncePerMessage(options.log);

  const app = createApp();
  building.defer(() => app.close());
  const io = createSocketServer(app.server);
  building.defer(async () => {
    await io.close();
  });
  const { store, search, shelf, ways } = parts;
  const metrics = new Metrics();
  const sessions = new Sessions(await store.secret());
  const fanout = new Fanout(io, store, ways);
  const conversation = new Conversation(store, search, fanout, metrics);
  const files = new FileDesk(store, shelf, options.log);
  building.use(openGateway({ io, sessions, conversation, fanout, report }));
  addRoutes(app, {
    partsName: options.parts,
    parts,
    sessions,
    conversation,
    fanout,
    files,
    metrics,
    sockets: () => io.of("/").sockets.size,
    log: options.log,
  });
  const url = await listen(app, options.port);

  const running = building.move();
  return { url, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

function openParts(
  options: ChatOptions,
  building: AsyncDisposableStack,
): Promise<EmbeddedParts | RealParts> {
  const { cacheFolder = CACHE_FOLDER, databaseUrl, log } = options;
  const folder = options.folder ?? temporaryFolder(building);
  if (options.parts === "real") return openRealParts({ folder, databaseUrl, log });
  return openEmbeddedParts({ folder, cacheFolder, log });
}

function temporaryFolder(building: AsyncDisposableStack): string {
  const folder = mkdtempSync(join(tmpdir(), "chat-"));
  building.defer(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function listen(app: FastifyInstance, port: number): Promise<string> {
  await app.listen({ host: "127.0.0.1", port, backlog: CONNECTIONS_WAITING_MAX });
  return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
}

/** When a part is away, every request would say the same. */
function oncePerMessage(log: (line: string) => void): (error: Error) => void {
  const told = new Set<string>();
  return ({ message, stack }) => {
    if (told.has(message) || told.size >= ERRORS_TOLD_MAX) return;
    told.add(message);
    log(stack ?? message);
  };
}
