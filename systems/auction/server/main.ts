/**
 * The auction as one command: see run-as-process.ts for its command line. Starts its processes, says the addresses of
 * all when they are ready, and ends with all of them.
 *
 * It also reads AUCTION_CRASH_AT and AUCTION_DATABASE_AWAY_AT (the bids at which the archiver's planned mishaps happen,
 * 0: never), AUCTION_FOLDER (keep the embedded parts' files there), and for the real parts REDIS_URL, NATS_URL and
 * DATABASE_URL.
 */
import { runAsProcess, wholeNumber } from "../../servers/run-as-process.ts";
import { startAuction } from "./auction.ts";
import { ARCHIVE_CRASH_AT_DEFAULT, DATABASE_AWAY_AT_DEFAULT } from "./limits.ts";

const { env } = process;
const atBid = (name: string, byDefault: number): number =>
  wholeNumber(name, env[name] ?? byDefault);

await runAsProcess({
  portDefault: 8080,
  start: (line) =>
    startAuction({
      ...line,
      crashAtBid: atBid("AUCTION_CRASH_AT", ARCHIVE_CRASH_AT_DEFAULT),
      databaseAwayAtBid: atBid("AUCTION_DATABASE_AWAY_AT", DATABASE_AWAY_AT_DEFAULT),
      folder: env["AUCTION_FOLDER"],
      redisUrl: env["REDIS_URL"],
      natsUrl: env["NATS_URL"],
      databaseUrl: env["DATABASE_URL"],
    }),
  ready: ({ url, broadcastUrl, archiverUrl }) => ({ url, broadcastUrl, archiverUrl }),
});
