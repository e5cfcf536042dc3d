/** For tests: runs the same tests over embedded and over real parts, the latter skipped where servers are missing. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe } from "vitest";
import { startNats } from "../../servers/nats-server.ts";
import { startPostgres } from "../../servers/postgres-server.ts";
import { startRedis } from "../../servers/redis-server.ts";
import { skipReason, titled } from "../../servers/skip-reason.ts";
import { startHub } from "./bus/hub.ts";
import { socketPathIn, type Places } from "./places.ts";

type Server = "redis" | "postgres" | "nats";

/** Gives the places of the opened parts, one set for all tests of the body: let each test use items of its own. */
export function overBothParts(
  subject: string,
  servers: readonly Server[],
  body: (places: () => Places) => void,
): void {
  describeOver(`${subject}, embedded`, undefined, embeddedPlaces, body);
  const reason = skipReason(servers);
  describeOver(`${subject}, real`, reason, (building) => realPlaces(servers, building), body);
}

async function embeddedPlaces(building: AsyncDisposableStack): Promise<Places> {
  const folder = mkdtempSync(join(tmpdir(), "auction-test-"));
  building.defer(() => rmSync(folder, { recursive: true }));
  const places = { parts: "embedded", folder, temporary: folder } as const;
  building.use(await startHub(socketPathIn(places), join(folder, "bus.sqlite")));
  return places;
}

/** Starts what is asked for; the others are nowhere. */
async function realPlaces(
  servers: readonly Server[],
  building: AsyncDisposableStack,
): Promise<Places> {
  const log = (line: string): boolean => process.stderr.write(`${line}\n`);
  const kept = <S extends { readonly server: AsyncDisposable }>(started: S): S => {
    building.use(started.server);
    return started;
  };
  return {
    parts: "real",
    redis: servers.includes("redis") ? kept(await startRedis(log)).socketPath : "/nowhere",
    natsUrl: servers.includes("nats") ? kept(await startNats(log)).url : "nats://127.0.0.1:1",
    postgres: servers.includes("postgres")
      ? kept(await startPostgres(log)).connection
      : { host: "/nowhere" },
  };
}

function describeOver(
  title: string,
  reason: string | undefined,
  open: (building: AsyncDisposableStack) => Promise<Places>,
  body: (places: () => Places) => void,
): void {
  describe.skipIf(reason !== undefined)(titled(title, reason), () => {
    const building = new AsyncDisposableStack();
    let places: Places;
    beforeAll(async () => {
      places = await open(building);
    });
    afterAll(() => building.disposeAsync());
    body(() => places);
  });
}
