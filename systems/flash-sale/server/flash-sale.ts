/**
 * The flash sale, wired up. Read this file first.
 *
 *     visitor ──► API ──► turnstile ──► reservation ──► log ──► inventory worker ──► database
 *                             └──► waiting room                                          │
 *     audit   ◄── API ◄─────────────────────────────────────────────────────────────────┘
 */
import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { plantBug } from "../bugs/plant-bug.ts";
import { systemClock, type Clock } from "../../ports/clock.ts";
import { createApi } from "./api.ts";
import { runInventoryWorkers, type WorkerEvent } from "./inventory-worker.ts";
import { CONNECTIONS_WAITING_MAX } from "./limits.ts";
import { Metrics } from "./metrics.ts";
import { openEmbeddedParts, type EmbeddedParts } from "./parts/embedded.ts";
import { openRealParts, type RealParts } from "./parts/real.ts";
import type { RateLimits } from "./rate-limiter.ts";
import { Turnstile } from "./turnstile.ts";
import { createWaitingRoomApi } from "./waiting-room-api.ts";

export interface FlashSaleOptions {
  readonly parts: "embedded" | "real";
  /** The waiting room takes the next one; 0: any free ports for both. */
  readonly port: number;
  /** Name of a planted bug. */
  readonly bug: string | undefined;
  readonly limits: RateLimits;
  /** See inventory-worker.ts; 0: never. */
  readonly workerCrashAtOrder: number;
  /** Where the embedded parts keep their files, to go on from there; undefined: a new folder, removed at the end. */
  readonly folder: string | undefined;
  /** Servers that are up already, for the real parts; undefined: private ones. */
  readonly redisUrl?: string | undefined;
  readonly databaseUrl?: string | undefined;
  readonly clock?: Clock;
  readonly log: (line: string) => void;
}

export interface FlashSale extends AsyncDisposable {
  readonly url: string;
  readonly waitingRoomUrl: string;
}

/** Resolves when it answers. Disposing it lets the worker finish its batch and leaves nothing behind. */
export async function startFlashSale(options: FlashSaleOptions): Promise<FlashSale> {
  await using building = new AsyncDisposableStack();
  const clock = options.clock ?? systemClock;
  const opened = building.use(await openParts(options, clock, building));
  const parts = options.bug === undefined ? opened : await plantBug(options.bug, opened, clock);

  const metrics = new Metrics();
  const stopping = new AbortController();
  const workers = runInventoryWorkers(
    {
      parts,
      clock,
      crashAtOrder: options.workerCrashAtOrder,
      report: (event) => note(event, metrics, options.log),
    },
    stopping.signal,
  );
  building.defer(async () => {
    stopping.abort();
    await workers;
  });

  const turnstile = new Turnstile(options.limits, clock);
  for (const { productId } of await parts.store.sales()) turnstile.open(productId);

  const roomPort = options.port === 0 ? 0 : options.port + 1;
  const roomApi = createWaitingRoomApi({ ...parts, room: turnstile.room, report: options.log });
  const waitingRoomUrl = await listen(roomApi, roomPort, building);
  const api = createApi({
    ...parts,
    partsName: options.parts,
    turnstile,
    metrics,
    waitingRoomUrl,
    report: options.log,
  });
  const url = await listen(api, options.port, building);

  const running = building.move();
  return { url, waitingRoomUrl, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

function openParts(
  { parts, folder, redisUrl, databaseUrl, log }: FlashSaleOptions,
  clock: Clock,
  building: AsyncDisposableStack,
): Promise<EmbeddedParts | RealParts> {
  if (parts === "real") return openRealParts({ redisUrl, databaseUrl, log });
  if (folder !== undefined) return openEmbeddedParts(folder, clock);
  const temporary = mkdtempSync(join(tmpdir(), "flash-sale-"));
  building.defer(() => rmSync(temporary, { recursive: true, force: true }));
  return openEmbeddedParts(temporary, clock);
}

async function listen(
  app: FastifyInstance,
  port: number,
  building: AsyncDisposableStack,
): Promise<string> {
  building.defer(() => app.close());
  await app.listen({ host: "127.0.0.1", port, backlog: CONNECTIONS_WAITING_MAX });
  return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
}

function note(event: WorkerEvent, metrics: Metrics, log: (line: string) => void): void {
  switch (event.kind) {
    case "settled":
      metrics.batch(event.read, event.inserted);
      return;
    case "crashed":
      metrics.workerCrashed();
      log("a worker crashed, as planned; the next one takes over");
      return;
    case "failed":
      metrics.workerFailed();
      log(`a worker failed: ${String(event.error)}`);
  }
}
