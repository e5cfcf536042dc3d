/** For tests over real servers: why they must be skipped here, or undefined when they can run. */
import { findNats, findPostgres, findRedis, ServerMissing } from "./find-server.ts";

type ServerName = "redis" | "postgres" | "nats";

const FIND: Readonly<Record<ServerName, () => string>> = {
  redis: findRedis,
  postgres: findPostgres,
  nats: findNats,
};

/** With HOLDFAST_REQUIRE_SERVERS=1 (CI, where they are installed) a skip is an error. */
export function skipReason(
  servers: readonly ServerName[] = ["redis", "postgres"],
): string | undefined {
  try {
    for (const server of servers) FIND[server]();
    return undefined;
  } catch (error) {
    if (!(error instanceof ServerMissing)) throw error;
    if (process.env["HOLDFAST_REQUIRE_SERVERS"] === "1") throw error;
    return error.message;
  }
}

/** A title that says so. */
export function titled(title: string, reason: string | undefined): string {
  return reason === undefined ? title : `${title} (skipped: ${reason})`;
}
