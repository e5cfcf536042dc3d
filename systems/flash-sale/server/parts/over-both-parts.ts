/** For tests: runs the same tests over embedded and over real parts, the latter skipped where servers are missing. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe } from "vitest";
import { systemClock } from "../../../ports/clock.ts";
import { skipReason, titled } from "../../../servers/skip-reason.ts";
import { openEmbeddedParts, type EmbeddedParts } from "./embedded.ts";
import { openRealParts, type RealParts } from "./real.ts";

/** `parts()` gives the opened parts, one set for all tests of the body: let each test use products of its own. */
export function overBothParts(
  subject: string,
  body: (parts: () => EmbeddedParts | RealParts) => void,
): void {
  describeOver(`${subject}, embedded`, undefined, openTemporaryParts, body);
  describeOver(`${subject}, real`, skipReason(), openPrivateParts, body);
}

export function openPrivateParts(): Promise<RealParts> {
  const log = (line: string): boolean => process.stderr.write(`${line}\n`);
  return openRealParts({ redisUrl: undefined, databaseUrl: undefined, log });
}

async function openTemporaryParts(): Promise<EmbeddedParts> {
  const folder = mkdtempSync(join(tmpdir(), "flash-sale-test-"));
  const parts = await openEmbeddedParts(folder, systemClock);
  return {
    ...parts,
    async [Symbol.asyncDispose]() {
      await parts[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
}

function describeOver<P extends AsyncDisposable>(
  title: string,
  reason: string | undefined,
  open: () => Promise<P>,
  body: (parts: () => P) => void,
): void {
  describe.skipIf(reason !== undefined)(titled(title, reason), () => {
    let parts: P;
    beforeAll(async () => {
      parts = await open();
    });
    afterAll(() => parts[Symbol.asyncDispose]());
    body(() => parts);
  });
}
