/** The bid API as a process, with the relay that empties its outbox. */
import { plantedBook } from "../../bugs/planted.ts";
import { openArchive, openBook, openBus } from "../places.ts";
import { listen, runProcess } from "../run-process.ts";
import { createBidApi } from "./bid-api.ts";
import { runRelay } from "./relay.ts";

await runProcess(async ({ places, port, bug }, building, log) => {
  const outbox = await openBook(places, building);
  const bus = await openBus(places, building);
  const archive = await openArchive(places, building);
  const stopping = new AbortController();
  const report = (error: unknown): void => log(`the relay waits: ${String(error)}`);
  const relay = runRelay({ outbox, bus, report }, stopping.signal);
  const book = plantedBook(bug, outbox);
  const app = createBidApi({ partsName: places.parts, book, outbox, bus, archive, report: log });
  building.defer(() => {
    stopping.abort();
    // It may be waiting for an event that will not come; it is over when its book is closed.
    relay.catch(() => undefined);
  });
  return listen(app, port, building);
});
