/** The parts inside the process: two SQLite databases, one of them for searching in a thread of its own, and a folder. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { ARCHIVE_SEED } from "../../archive/archive-messages.ts";
import { keptArchive } from "../../archive/kept-archive.ts";
import { DiskShelf } from "../files/shelf.ts";
import { rightWays } from "../gateway/fanout-ways.ts";
import { BATCH_MESSAGES_MAX } from "../limits.ts";
import type { IndexedMessage } from "../search/search-index.ts";
import { SqliteSearchIndex } from "../search/search-sqlite.ts";
import { Checkpoints } from "./checkpoints.ts";
import type { ChatParts } from "./parts.ts";
import { SqliteChatStore } from "./store-sqlite.ts";

export interface EmbeddedParts extends ChatParts, AsyncDisposable {
  readonly kind: "embedded";
  readonly store: SqliteChatStore;
  readonly search: SqliteSearchIndex;
  readonly shelf: DiskShelf;
}

export interface EmbeddedOptions {
  /** Where the files are; goes on from what it holds. */
  readonly folder: string;
  /** Where archives are kept between runs. */
  readonly cacheFolder: string;
  readonly log: (line: string) => void;
}

export async function openEmbeddedParts(options: EmbeddedOptions): Promise<EmbeddedParts> {
  const { folder, cacheFolder, log } = options;
  mkdirSync(folder, { recursive: true });
  await using building = new AsyncDisposableStack();
  const path = join(folder, "chat.sqlite");
  const store = building.use(new SqliteChatStore(path));
  building.use(new Checkpoints(path, log));
  const search = building.use(new SqliteSearchIndex(log));
  fill(search, store.everyMessage());
  const running = building.move();
  return {
    kind: "embedded",
    store,
    search,
    shelf: new DiskShelf(join(folder, "files")),
    ways: rightWays,
    attachArchive: async (messages) => {
      const archive = await keptArchive({ messages, seed: ARCHIVE_SEED }, cacheFolder);
      store.attachArchive(archive);
      await search.attachArchive(archive);
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function fill(search: SqliteSearchIndex, messages: Iterable<IndexedMessage>): void {
  let batch: IndexedMessage[] = [];
  for (const message of messages) {
    batch.push(message);
    if (batch.length < BATCH_MESSAGES_MAX) continue;
    search.add(batch);
    batch = [];
  }
  if (batch.length > 0) search.add(batch);
}
