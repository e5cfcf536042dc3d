/**
 * The flash sale as a process: see run-as-process.ts for its command line. It also reads FLASH_SALE_PRODUCT_RATE and
 * FLASH_SALE_CLIENT_RATE (orders a second), FLASH_SALE_WORKER_CRASH_AT (the order at which a worker crashes once, 0:
 * never), FLASH_SALE_FOLDER (keep the embedded parts' files there), and for the real parts REDIS_URL and DATABASE_URL.
 */
import { runAsProcess, wholeNumber } from "../../servers/run-as-process.ts";
import { startFlashSale } from "./flash-sale.ts";
import { ORDERS_PER_SECOND_DEFAULT, WORKER_CRASH_AT_ORDER_DEFAULT } from "./limits.ts";

const { env } = process;
const rate = (name: string): number =>
  wholeNumber(name, env[name] ?? ORDERS_PER_SECOND_DEFAULT, { min: 1 });
const crashAt = env["FLASH_SALE_WORKER_CRASH_AT"] ?? WORKER_CRASH_AT_ORDER_DEFAULT;

await runAsProcess({
  portDefault: 3000,
  start: (line) =>
    startFlashSale({
      ...line,
      limits: {
        perProduct: rate("FLASH_SALE_PRODUCT_RATE"),
        perClient: rate("FLASH_SALE_CLIENT_RATE"),
      },
      workerCrashAtOrder: wholeNumber("FLASH_SALE_WORKER_CRASH_AT", crashAt),
      folder: env["FLASH_SALE_FOLDER"],
      redisUrl: env["REDIS_URL"],
      databaseUrl: env["DATABASE_URL"],
    }),
  ready: ({ url, waitingRoomUrl }) => ({ url, waitingRoomUrl }),
});
