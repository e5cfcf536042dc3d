/** All planted bugs of the chat. */
import { acknowledgedBeforeStored } from "./acknowledged-before-stored.ts";
import { droppedOnBackpressure } from "./dropped-on-backpressure.ts";
import { duplicateAfterReconnect } from "./duplicate-after-reconnect.ts";
import { fanOutReorders } from "./fan-out-reorders.ts";
import { joinRace } from "./join-race.ts";
import type { Bug } from "./planted-bug.ts";
import { privateLeaksThroughSearch } from "./private-leaks-through-search.ts";
import { suggestionsStale } from "./suggestions-stale.ts";
import { unreadCountRaces } from "./unread-count-races.ts";
import { uploadTruncated } from "./upload-truncated.ts";
import { wrongRoomUnderLoad } from "./wrong-room-under-load.ts";

export const bugs: readonly Bug[] = [
  acknowledgedBeforeStored,
  fanOutReorders,
  joinRace,
  duplicateAfterReconnect,
  wrongRoomUnderLoad,
  droppedOnBackpressure,
  privateLeaksThroughSearch,
  uploadTruncated,
  suggestionsStale,
  unreadCountRaces,
];
