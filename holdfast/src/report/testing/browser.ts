/** The real browser that looks at reports: Chromium from the machine's packages, found on PATH. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** Without a display, without a sandbox (it may run as root), and without calls home. */
export const LAUNCH_ARGS: string[] = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Undefined when there is none; an error where HOLDFAST_REQUIRE_SERVERS=1 says that there must be one. */
export function findBrowser(environment: NodeJS.ProcessEnv): string | undefined {
  const folders = (environment["PATH"] ?? "").split(delimiter);
  const found = folders
    .flatMap((folder) => NAMES.map((name) => join(folder, name)))
    .find((path) => existsSync(path));
  if (found === undefined && environment["HOLDFAST_REQUIRE_SERVERS"] === "1") {
    throw new Error(`HOLDFAST_REQUIRE_SERVERS=1, but none of ${NAMES.join(", ")} is on PATH`);
  }
  return found;
}
