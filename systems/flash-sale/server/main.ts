/**
 * The flash sale as a process: `node main.ts --parts embedded --port 3000 [--bug NAME]`. Prints one ready line, and
 * ends on SIGTERM, on SIGINT, and when its standard input closes, so that it never outlives whoever started it.
 *
 * Besides the command line it reads: FLASH_SALE_PRODUCT_RATE and FLASH_SALE_CLIENT_RATE (orders a second),
 * FLASH_SALE_WORKER_CRASH_AT (the order at which a worker crashes once, 0: never), FLASH_SALE_FOLDER (keep the
 * embedded parts' files there), and for the real parts REDIS_URL and DATABASE_URL.
 */
import { parseArgs } from "node:util";
import { startFlashSale, type FlashSaleOptions } from "./flash-sale.ts";
import { ORDERS_PER_SECOND_DEFAULT, WORKER_CRASH_AT_ORDER_DEFAULT } from "./limits.ts";
import { toldToEnd } from "../../servers/end-in-time.ts";

const log = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

try {
  const options = readOptions(process.argv.slice(2), process.env);
  const sale = await startFlashSale(options);
  const { url, waitingRoomUrl } = sale;
  const end = toldToEnd(log);
  const ready = { url, waitingRoomUrl, parts: options.parts, bug: options.bug ?? null };
  process.stdout.write(`${JSON.stringify({ ready })}\n`);
  await end;
  await sale[Symbol.asyncDispose]();
  process.exit(0);
} catch (error) {
  log(error instanceof Error ? error.message : String(error));
  process.exit(1);
}

function readOptions(args: string[], env: NodeJS.ProcessEnv): FlashSaleOptions {
  const { values } = parseArgs({
    args,
    options: {
      parts: { type: "string", default: "embedded" },
      port: { type: "string", default: "3000" },
      bug: { type: "string" },
    },
  });
  const { parts, port, bug } = values;
  if (parts !== "embedded" && parts !== "real") {
    throw new Error(`--parts must be embedded or real, got "${parts}"`);
  }
  return {
    parts,
    port: wholeNumber("--port", port, 0),
    bug,
    limits: {
      perProduct: wholeNumber(
        "FLASH_SALE_PRODUCT_RATE",
        env["FLASH_SALE_PRODUCT_RATE"] ?? ORDERS_PER_SECOND_DEFAULT,
        1,
      ),
      perClient: wholeNumber(
        "FLASH_SALE_CLIENT_RATE",
        env["FLASH_SALE_CLIENT_RATE"] ?? ORDERS_PER_SECOND_DEFAULT,
        1,
      ),
    },
    workerCrashAtOrder: wholeNumber(
      "FLASH_SALE_WORKER_CRASH_AT",
      env["FLASH_SALE_WORKER_CRASH_AT"] ?? WORKER_CRASH_AT_ORDER_DEFAULT,
      0,
    ),
    folder: env["FLASH_SALE_FOLDER"],
    redisUrl: env["REDIS_URL"],
    databaseUrl: env["DATABASE_URL"],
    log,
  };
}

function wholeNumber(name: string, value: string | number, min: number): number {
  const number = Number(value);
  if (value !== "" && Number.isInteger(number) && number >= min) return number;
  throw new Error(`${name} must be a whole number of at least ${min}, got "${value}"`);
}
