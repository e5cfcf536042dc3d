/**
 * The auction as one command: `node main.ts --parts embedded --port 8080 [--bug NAME]`. Starts its processes, prints one
 * ready line with the addresses of all, and ends, with all of them, on SIGTERM, on SIGINT, and when its standard input
 * closes.
 *
 * Besides the command line it reads: AUCTION_CRASH_AT and AUCTION_DATABASE_AWAY_AT (the bids at which the archiver's
 * planned mishaps happen, 0: never), AUCTION_FOLDER (keep the embedded parts' files there), and for the real parts
 * REDIS_URL, NATS_URL and DATABASE_URL.
 */
import { parseArgs } from "node:util";
import { startAuction, type AuctionOptions } from "./auction.ts";
import { ARCHIVE_CRASH_AT_DEFAULT, DATABASE_AWAY_AT_DEFAULT } from "./limits.ts";
import { toldToEnd } from "../../servers/end-in-time.ts";

const log = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

try {
  const options = readOptions(process.argv.slice(2), process.env);
  const auction = await startAuction(options);
  const { url, broadcastUrl, archiverUrl } = auction;
  const end = toldToEnd(log);
  const { parts, bug = null } = options;
  process.stdout.write(
    `${JSON.stringify({ ready: { url, broadcastUrl, archiverUrl, parts, bug } })}\n`,
  );
  await end;
  await auction[Symbol.asyncDispose]();
  process.exit(0);
} catch (error) {
  log(error instanceof Error ? error.message : String(error));
  process.exit(1);
}

function readOptions(args: string[], env: NodeJS.ProcessEnv): AuctionOptions {
  const { values } = parseArgs({
    args,
    options: {
      parts: { type: "string", default: "embedded" },
      port: { type: "string", default: "8080" },
      bug: { type: "string" },
    },
  });
  const { parts, port, bug } = values;
  if (parts !== "embedded" && parts !== "real") {
    throw new Error(`--parts must be embedded or real, got "${parts}"`);
  }
  return {
    parts,
    port: wholeNumber("--port", port),
    bug,
    crashAtBid: wholeNumber(
      "AUCTION_CRASH_AT",
      env["AUCTION_CRASH_AT"] ?? ARCHIVE_CRASH_AT_DEFAULT,
    ),
    databaseAwayAtBid: wholeNumber(
      "AUCTION_DATABASE_AWAY_AT",
      env["AUCTION_DATABASE_AWAY_AT"] ?? DATABASE_AWAY_AT_DEFAULT,
    ),
    folder: env["AUCTION_FOLDER"],
    redisUrl: env["REDIS_URL"],
    natsUrl: env["NATS_URL"],
    databaseUrl: env["DATABASE_URL"],
    log,
  };
}

function wholeNumber(name: string, value: string | number): number {
  const number = Number(value);
  if (value !== "" && Number.isInteger(number) && number >= 0) return number;
  throw new Error(`${name} must be a whole number of at least 0, got "${value}"`);
}
