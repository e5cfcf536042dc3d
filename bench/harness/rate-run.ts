/** One client at a fixed rate, from its start to its end, and what it used meanwhile. */
import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../../holdfast/src/base/errors.ts";
import { NS_PER_S } from "../../holdfast/src/base/units.ts";
import { RATE_RUN_OVERTIME_MS, RATE_RUN_SETTLE_MS } from "../limits.ts";
import type { RateContender, RateJob, RateReport } from "../peers/contender.ts";
import { Child } from "./child.ts";
import { usageOf } from "./process-tree.ts";

export interface RateFigures extends RateReport {
  /** CPU time by time passed, without the start and the end: 1 is one core, all of it. */
  cores: number;
}

/** Throws when it does not end in time or says nothing that can be read. `during` goes on beside it. */
export async function runAtRate(
  contender: RateContender,
  job: RateJob,
  during: (client: Child) => Promise<void> = async () => {},
): Promise<RateFigures> {
  await using client = new Child(contender.command(job), "client");
  const [cores] = await Promise.all([coresUsed(client, job.seconds), during(client)]);
  const overtime = sleep(job.seconds * 1000 + RATE_RUN_OVERTIME_MS, "late", { ref: false });
  if ((await Promise.race([client.ended, overtime])) === "late") throw new Error("it did not end");
  try {
    return { ...contender.read(client.stdout, job), cores };
  } catch (error) {
    throw new Error(`${messageOf(error)}; it said: ${client.lastWords}`, { cause: error });
  }
}

async function coresUsed(client: Child, seconds: number): Promise<number> {
  await sleep(RATE_RUN_SETTLE_MS);
  const before = usageOf(client.pid);
  const startNs = process.hrtime.bigint();
  await sleep(seconds * 1000 - 2 * RATE_RUN_SETTLE_MS);
  const after = usageOf(client.pid);
  const passed = Number(process.hrtime.bigint() - startNs) / NS_PER_S;
  const used =
    after.userSeconds - before.userSeconds + (after.systemSeconds - before.systemSeconds);
  return used / passed;
}
