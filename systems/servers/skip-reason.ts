/** For tests over real servers: why they must be skipped here, or undefined when they can run. */
import { findPostgres, findRedis, ServerMissing } from "./find-server.ts";

/** With HOLDFAST_REQUIRE_SERVERS=1 (CI, where they are installed) a skip is an error. */
export function skipReason(): string | undefined {
  try {
    findRedis();
    findPostgres();
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
