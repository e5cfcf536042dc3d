/** What a chat stands on. The server knows these ports only, not what is behind them. */
import type { Shelf } from "../files/shelf.ts";
import type { FanoutWays } from "../gateway/fanout-ways.ts";
import type { SearchIndex } from "../search/search-index.ts";
import type { ChatStore } from "./store.ts";

export interface ChatParts {
  readonly store: ChatStore;
  readonly search: SearchIndex;
  readonly shelf: Shelf;
  readonly ways: FanoutWays;
  /** Brings in an archive of so many messages. To be called once. */
  readonly attachArchive: (messages: number) => Promise<void>;
}
