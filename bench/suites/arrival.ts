/**
 * How punctual a fixed rate is kept. Seen from two sides: what the client says of itself (actual start minus intended),
 * and what a server that logs arrivals says of every client alike.
 */
import { lackingCompiler } from "../harness/compile.ts";
import { type Findings, type Goal, type Settings, skipped, type Suite } from "../harness/result.ts";
import { lackingTarget } from "../harness/target.ts";
import { RATE_RUN_SECONDS } from "../limits.ts";
import { type ClientSide, measureClientSide, RATES } from "./arrival-client.ts";
import { measureServerSide, SERVER_SIDE_RATE } from "./arrival-server.ts";

export const arrival: Suite = { name: "arrival", run };

async function run(settings: Settings): Promise<Findings> {
  const title = "Arrival rate";
  const why = lackingTarget() ?? lackingCompiler();
  if (why !== undefined) return skipped(title, why);
  const client = await measureClientSide(settings);
  const server = await measureServerSide(settings);
  return {
    title,
    method: [
      `Runs of ${RATE_RUN_SECONDS} s over at most 100 connections. Lateness is the actual start of a request minus its ` +
        "intended start, service time is from the actual start; both over the whole run, its first requests included.",
      "The C client busy-waits for each send and does nothing else: what it sees is this machine's kernel and host.",
      `As the server saw it: a C server logs when each request of ${SERVER_SIDE_RATE}/s arrived. Lateness is then ` +
        "behind the even grid that fits the arrivals best, set where the most punctual 1 % lie; the first half " +
        "second is left out. An even gap is within half and one and a half times the mean.",
      "`precise` busy-waits between arrivals and takes a whole core; `economy` wakes once a millisecond.",
    ],
    tables: [...client.tables, ...server.tables],
    goals: goalsOf(client),
    missing: [...client.missing, ...server.missing],
  };
}

function goalsOf({ worst, economyAt5k }: ClientSide): Goal[] {
  const upTo = `up to ${(RATES.at(-1) ?? 0).toLocaleString("en-US")}/s`;
  const goal = (says: string, limit: number, seen: number | undefined, unit: string): Goal => ({
    says,
    limit,
    seen,
    unit,
    kind: "max",
  });
  return [
    goal(`precise, lateness p50 ${upTo}`, 1, worst.p50Us, "µs"),
    goal(`precise, lateness p90 ${upTo}`, 5, worst.p90Us, "µs"),
    goal(`precise, lateness p99 ${upTo}`, 250, worst.p99Us, "µs"),
    goal("economy, lateness p50 at 5,000/s", 700, economyAt5k.p50Us, "µs"),
    goal("economy, lateness p99 at 5,000/s", 1500, economyAt5k.p99Us, "µs"),
    goal("economy, cores used at 5,000/s", 0.15, economyAt5k.cores, "cores"),
  ];
}
